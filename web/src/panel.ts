// What a click, or Enter, tells of a place: the same facts as the tables.
import type { GeoJSONSource, Map as GLMap, MapGeoJSONFeature } from 'maplibre-gl';
import { facts, type Config } from './atlas';

const order = ['siege', 'site', 'site-many', 'qpv-fill', 'frr-hatch', 'zrr-hatch', 'commune-fill', 'ml-fill'];
const tables: Record<string, string> = { 'qpv-fill': 't-qpv', 'frr-hatch': 't-frr', 'zrr-hatch': 't-frr', 'ml-fill': 't-ml' };
const headings: Record<string, string> = { site: 'Site d’accueil', siege: 'Site d’accueil', 'frr-hatch': 'Zone rurale', 'zrr-hatch': 'Zone rurale', 'commune-fill': 'Commune', 'ml-fill': 'Mission Locale' };

const ofSite = (id: string) => ['siege', 'site', 'site-many'].includes(id);

/** The row of a table that bears a code, as its headings and cells. */
const rowOf = (table: string, code: string): [string, string][] | undefined => {
  const of = document.querySelector(`#${table} table`);
  const row = [...(of?.querySelectorAll('tbody tr') ?? [])].find((tr) => tr.firstElementChild?.textContent === code);
  const names = [...(of?.querySelectorAll('thead th') ?? [])].map((th) => th.textContent ?? '');
  return row && [...row.children].map((cell, i) => [names[i] ?? '', cell.textContent || '–'] as [string, string]);
};

const listOf = (pairs: [string, string][]) => {
  const dl = document.createElement('dl');
  dl.className = 'facts';
  for (const [term, text] of pairs) {
    const dt = document.createElement('dt'), dd = document.createElement('dd');
    dt.textContent = term;
    dd.textContent = text;
    dl.append(dt, dd);
  }
  return dl;
};

/** Tells what is at a point of the map; focus takes the reader there. */
export const panel = (map: GLMap, config: Config, perimeter: () => string) => {
  const info = document.querySelector<HTMLElement>('[data-info]')!, title = info.querySelector<HTMLElement>('[data-info-title]')!, list = info.querySelector<HTMLElement>('[data-info-facts]')!;
  const close = () => { info.hidden = true; };
  const at = (point: { x: number; y: number }) => {
    const layers = order.filter((id) => map.getLayer(id) && map.getLayoutProperty(id, 'visibility') !== 'none');
    const seen = new Set<string>();
    // A sign is small: a finger's width round it counts. Of ground, only what is there.
    const signs = map.queryRenderedFeatures([[point.x - 6, point.y - 6], [point.x + 6, point.y + 6]], { layers: layers.filter(ofSite) });
    return [...signs, ...map.queryRenderedFeatures([point.x, point.y], { layers: layers.filter((id) => !ofSite(id)) })]
      .sort((a, b) => order.indexOf(a.layer.id) - order.indexOf(b.layer.id))
      .filter((f) => {
        const key = `${f.layer.id}/${String(f.properties.code ?? f.properties.nom ?? f.id)}`;
        return !seen.has(key) && seen.add(key);
      });
  };
  const tell = (features: MapGeoJSONFeature[], focus: boolean) => {
    // A disc that counts opens: the map goes where its signs stand apart.
    const many = features[0]?.layer.id === 'site-many' ? features[0] : undefined;
    if (many && many.geometry.type === 'Point') {
      const center = many.geometry.coordinates as [number, number];
      void map.getSource<GeoJSONSource>('sites')?.getClusterExpansionZoom(Number(many.properties.cluster_id)).then((zoom) => map.jumpTo({ center, zoom }));
      return;
    }
    const nothing = features.length === 0;
    info.hidden = nothing && !focus;
    title.textContent = nothing ? 'Rien sous le repère' : String(features[0]!.properties.nom ?? features[0]!.properties.code ?? '');
    list.replaceChildren(...features.map((f) => {
      const part = document.createElement('section'), heading = document.createElement('h3');
      heading.textContent = headings[f.layer.id] ?? `QPV ${perimeter()}`;
      const table = tables[f.layer.id];
      part.append(heading, listOf((table && rowOf(table, String(f.properties.code ?? ''))) || [['Nom', String(f.properties.nom ?? '–')], ...facts(f.properties, config.units)]));
      return part;
    }));
    if (focus) title.focus();
  };
  map.on('click', (e) => tell(at(e.point), false));
  document.querySelector('#map')?.addEventListener('keydown', (e) => {
    if ((e as KeyboardEvent).key === 'Enter') {
      e.preventDefault();
      tell(at(map.project(map.getCenter())), true);
    }
    if ((e as KeyboardEvent).key === 'Escape') close();
  });
  info.addEventListener('keydown', (e) => {
    if (e.key !== 'Escape') return;
    close();
    map.getCanvas().focus();
  });
  info.querySelector('[data-info-close]')?.addEventListener('click', () => { close(); map.getCanvas().focus(); });
  return { close };
};
