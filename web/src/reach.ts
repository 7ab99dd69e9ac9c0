// How far the sites reach, and where others would be opened: studies that the server
// makes when they are asked for, drawn and told with what they cannot say.
import type { Map as GLMap, FilterSpecification } from 'maplibre-gl';
import { colours, font, type Config } from './atlas';

interface Feature { geometry: { type: string; coordinates: unknown }; properties: Record<string, string | number | boolean | null> }
interface Study { features: Feature[]; frame: { warning: string; source: string; people: string; perimeter: string }; before?: number; after?: number; unit?: string }
type Row = (string | number | boolean | null)[];

const whole = new Intl.NumberFormat('fr-FR', { maximumFractionDigits: 0 });
const percent = new Intl.NumberFormat('fr-FR', { style: 'percent', maximumFractionDigits: 1 });
const share = (v: unknown) => (typeof v === 'number' ? percent.format(v) : '–');
const metres = (v: unknown) => (typeof v !== 'number' ? '–' : v >= 1000 ? `${(v / 1000).toLocaleString('fr-FR', { maximumFractionDigits: 1 })} km` : `${whole.format(Math.round(v / 10) * 10)} m`);

const capital = (s: string) => s.charAt(0).toUpperCase() + s.slice(1);

const element = <K extends keyof HTMLElementTagNameMap>(name: K, text = '', className = '') => {
  const e = document.createElement(name);
  e.textContent = text;
  if (className) e.className = className;
  return e;
};

/** The same facts as the map's, in a table of the page. */
const tableOf = (id: string, caption: string, columns: string[], rows: Row[]) => {
  const details = document.createElement('details'), summary = element('summary', `${caption} (${rows.length})`), scroll = element('div', '', 'scroll'), table = element('table');
  summary.id = `${id}-h`;
  scroll.id = id;
  scroll.tabIndex = 0;
  scroll.setAttribute('role', 'group');
  scroll.setAttribute('aria-labelledby', summary.id);
  const cell = (tr: HTMLTableRowElement, name: 'th' | 'td', text: string, scope?: string) => {
    const c = element(name, text);
    if (scope) c.setAttribute('scope', scope);
    tr.append(c);
  };
  const head = table.createTHead().insertRow(), body = table.createTBody();
  for (const c of columns) cell(head, 'th', c, 'col');
  for (const row of rows) {
    const tr = body.insertRow();
    row.forEach((v, i) => cell(tr, i ? 'td' : 'th', v === null || v === '' ? '–' : String(v), i ? undefined : 'row'));
  }
  scroll.append(table);
  details.append(summary, scroll);
  return details;
};

const of = (s: Study, layer: string) => s.features.filter((f) => f.properties.layer === layer).map((f) => f.properties);

const notes = (s: Study) => [
  ...(s.frame.warning ? [element('p', `${capital(s.frame.warning)}.`, 'note warn small')] : []),
  element('p', `Compté en ${s.frame.people} ; ${s.frame.source}.`, 'small quiet'),
];

const told: Record<string, (s: Study) => { words: HTMLElement[]; tables: HTMLElement[] }> = {
  portee: (s) => {
    const list = element('ul', '', 'small');
    for (const b of of(s, 'bands').reverse()) list.append(element('li', `À moins de ${b.band} : ${share(b.share)} de l’ensemble, ${share(b.qpv_share)} des QPV, ${share(b.frr_share)} des communes FRR.`));
    return {
      words: [list, ...notes(s)],
      tables: [
        tableOf('t-portee', `QPV ${s.frame.perimeter} et site le plus proche`, ['Code', 'Nom', 'Site le plus proche', 'Distance', 'Part à moins de 1 km', 'Sites dans le QPV'],
          of(s, 'qpv').map((z) => [z.code ?? null, z.name ?? null, z.nearest_site ?? null, metres(z.distance_m), share(z.covered_share), Number(z.sites_inside)])),
        tableOf('t-hors-portee', 'Lieux hors de portée', ['Lieu', 'Adresses', 'dont en QPV', 'Site le plus proche', 'Distance'],
          of(s, 'unserved').map((g) => [g.name ?? g.code ?? null, whole.format(Number(g.people)), whole.format(Number(g.qpv_people)), g.nearest_site ?? null, metres(g.distance_m)])),
      ],
    };
  },
  propositions: (s) => {
    const list = element('ol', '', 'small');
    for (const p of of(s, 'places')) list.append(element('li', `${p.name} : ${p.gain_text}`));
    const sum = s.before !== undefined && s.after !== undefined ? [element('p', `À moins de 1 km d’un site : ${whole.format(s.before)} ${s.unit ?? ''} aujourd’hui, ${whole.format(s.after)} avec ces lieux.`, 'small')] : [];
    return {
      words: [list, ...sum, ...notes(s)],
      tables: [tableOf('t-propositions', 'Lieux proposés', ['Rang', 'Lieu', 'Gain'], of(s, 'places').map((p) => [Number(p.rank), p.name ?? null, p.gain_text ?? null]))],
    };
  },
};

/** The colours of a band are those of its sign in the legend. */
const looks = (className: string) => {
  const sign = document.querySelector(`.${className}`);
  const s = sign && getComputedStyle(sign);
  const dash = s && s.strokeDasharray !== 'none' ? s.strokeDasharray.split(/[\s,]+/).map((n) => parseFloat(n) / 1.2) : undefined;
  return { fill: s?.fill ?? '#ccc', line: s?.stroke ?? '#333', dash };
};

const bands = [[5000, 'z-b3'], [2000, 'z-b2'], [1000, 'z-b1']] as const;

export const reach = (map: GLMap, config: Config, changed: () => void) => {
  const studies: Record<string, Study | undefined> = {};
  const boxes = [...document.querySelectorAll<HTMLInputElement>('[data-study-box]')];
  const count = document.querySelector<HTMLInputElement>('[data-places]');
  const place = (id: string) => document.querySelector<HTMLElement>(`[data-study="${id}"]`);
  const tables = document.querySelector<HTMLElement>('[data-studies]');

  const dress = () => {
    const before = ['frr-hatch', 'commune-line', 'ml-line'].find((id) => map.getLayer(id));
    const add = (id: string, layers: Parameters<GLMap['addLayer']>[0][], under?: string) => {
      const s = studies[id];
      if (!s) return;
      if (!map.getSource(id)) map.addSource(id, { type: 'geojson', data: { type: 'FeatureCollection', features: s.features } as never });
      for (const l of layers) if (!map.getLayer(l.id)) map.addLayer(l, under);
      for (const l of layers) map.setLayoutProperty(l.id, 'visibility', boxes.find((b) => b.value === id)?.checked ? 'visible' : 'none');
    };
    add('portee', bands.flatMap(([m, name]) => {
      const look = looks(name), filter: FilterSpecification = ['all', ['==', ['get', 'layer'], 'bands'], ['==', ['get', 'up_to'], m]];
      return [
        { id: `band-${m}`, type: 'fill' as const, source: 'portee', filter, paint: { 'fill-color': look.fill, 'fill-antialias': false } },
        { id: `band-${m}-line`, type: 'line' as const, source: 'portee', filter, paint: { 'line-color': look.line, 'line-width': 1.2, ...(look.dash ? { 'line-dasharray': look.dash } : {}) } },
      ];
    }), before);
    add('propositions', [
      { id: 'place', type: 'circle', source: 'propositions', paint: { 'circle-radius': 11, 'circle-color': '#fff', 'circle-stroke-color': colours.place, 'circle-stroke-width': 3 } },
      { id: 'place-rank', type: 'symbol', source: 'propositions', layout: { 'text-field': ['to-string', ['get', 'rank']], 'text-font': font, 'text-size': 14, 'text-allow-overlap': true, 'text-ignore-placement': true }, paint: { 'text-color': colours.place } },
    ]);
  };

  const show = (id: string) => {
    const s = studies[id], at = place(id);
    if (!s || !at) return;
    const { words, tables: list } = told[id]!(s);
    at.replaceChildren(...words);
    for (const t of list) {
      document.getElementById(`${t.querySelector('summary')!.id}`)?.parentElement?.remove();
      tables?.append(t);
      if (tables) tables.hidden = false;
    }
  };

  const ask = async (id: string, url: URL) => {
    const at = place(id);
    at?.replaceChildren(element('p', 'Calcul en cours…', 'small quiet'));
    try {
      const answer = await fetch(url);
      if (!answer.ok) throw new Error(((await answer.json()) as { message?: string }).message ?? String(answer.status));
      studies[id] = (await answer.json()) as Study;
      for (const suffix of ['place', 'place-rank']) if (id === 'propositions' && map.getLayer(suffix)) map.removeLayer(suffix);
      if (id === 'propositions' && map.getSource(id)) map.removeSource(id);
      show(id);
      dress();
    } catch (e) {
      const p = element('p', `Le calcul n’a pas abouti : ${e instanceof Error ? e.message : String(e)}.`, 'note bad small');
      p.setAttribute('role', 'alert');
      at?.replaceChildren(p);
    }
  };
  const want = (id: string) => {
    const url = new URL(id === 'portee' ? config.reach : config.places, location.href);
    if (id === 'propositions' && count?.checkValidity()) url.searchParams.set('k', count.value);
    return ask(id, url);
  };
  const sync = async (box: HTMLInputElement) => {
    if (box.checked && !studies[box.value]) await want(box.value);
    else dress();
    const at = place(box.value);
    if (at) at.hidden = !box.checked;
  };
  for (const box of boxes) box.addEventListener('change', () => { void sync(box); changed(); });
  count?.addEventListener('change', () => {
    if (!count.reportValidity()) return;
    studies.propositions = undefined;
    const box = boxes.find((b) => b.value === 'propositions');
    if (box) { box.checked = true; void sync(box); }
    changed();
  });
  /** What must be read with a picture that shows the studies. */
  const warnings = () => [...new Set(boxes.filter((b) => b.checked).flatMap((b) => studies[b.value] ?? []).flatMap((s) => [s.frame.warning, s.frame.source]).filter(Boolean))].map(capital);
  return { dress, warnings, start: () => { for (const box of boxes) if (box.checked) void sync(box); }, places: () => count?.value ?? '' };
};
