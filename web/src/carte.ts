// The page of the map: layers, perimeters, link of a view, exports.
import { Map as GLMap, NavigationControl, prewarm, ScaleControl, setWorkerUrl } from 'maplibre-gl';
import { font, halo, layersOf, parseLink, style, viewLink, type Config } from './atlas';
import { search } from './found';
import { panel } from './panel';
import { picture } from './picture';
import { reach } from './reach';
import { pictures } from './signs';

const find = <T extends HTMLElement = HTMLElement>(s: string) => document.querySelector<T>(s);

// The service's root: this script lives under its assets.
const home = new URL('..', import.meta.url);

interface Site { name: string; kind: string; city: string; host: string; opening: string; unit: string; lon: number | null; lat: number | null }

const start = async (root: HTMLElement) => {
  setWorkerUrl(root.dataset.worker!);
  prewarm();
  const config = JSON.parse(root.dataset.atlas!) as Config;
  const sites = fetch(new URL('api/v1/sites', home)).then(async (a) => (a.ok ? ((await a.json()) as { sites: Site[] }).sites : []), () => []);
  await document.fonts.load('16px SourceSans');
  const asked = parseLink(location.hash);
  const select = find<HTMLSelectElement>('[data-perimeter]');
  const boxes = [...document.querySelectorAll<HTMLInputElement>('input[name="couche"]')];
  let perimeter = asked && asked.perimeter in config.versions ? asked.perimeter : config.perimeter;
  if (asked) for (const b of boxes) b.checked = asked.layers.includes(b.value);
  if (select) select.value = perimeter;
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches;

  const map = new GLMap({
    container: 'map', style: style(config, perimeter, home.href.slice(0, -1)), attributionControl: false, maxZoom: 18, renderWorldCopies: false, fadeDuration: 0,
    ...(asked ? { center: [asked.lon, asked.lat] as [number, number], zoom: asked.zoom } : { bounds: config.bounds, fitBoundsOptions: { padding: 24 } }),
    locale: {
      'NavigationControl.ZoomIn': 'Agrandir', 'NavigationControl.ZoomOut': 'Réduire', 'NavigationControl.ResetBearing': 'Remettre le nord en haut',
      'Map.Title': 'Carte',
    },
  });
  map.addControl(new NavigationControl({ showCompass: false }), 'top-right');
  map.addControl(new ScaleControl({ unit: 'metric' }), 'bottom-right');
  map.dragRotate.disable();
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();

  const shown = () => boxes.filter((b) => b.checked).map((b) => b.value);
  const showLayers = () => {
    for (const b of boxes) for (const id of layersOf[b.value] ?? []) {
      if (map.getLayer(id)) map.setLayoutProperty(id, 'visibility', b.checked ? 'visible' : 'none');
    }
  };
  // Names and sites come after the first drawing: a reader moves in it already.
  const dress = async () => {
    const point = (at: [number, number], properties: object) => ({ type: 'Feature' as const, geometry: { type: 'Point' as const, coordinates: at }, properties });
    const set = (id: string, features: ReturnType<typeof point>[]) => {
      if (!map.getSource(id)) map.addSource(id, { type: 'geojson', data: { type: 'FeatureCollection', features } });
    };
    const placed = (await sites).filter((s) => s.lon !== null && s.lat !== null);
    set('units', config.units.map((u) => point(u.at, { nom: u.nom })));
    set('sites', placed.map((s) => point([s.lon!, s.lat!], {
      nom: s.name, sign: s.kind || 'autre', nature: config.kinds[s.kind] ?? 'non précisée', ville: s.city, hebergeur: s.host, ouverture: s.opening || 'non renseignée', mission_locale: s.unit,
    })));
    if (!map.getLayer('site')) map.addLayer({ id: 'site', type: 'symbol', source: 'sites', layout: { 'icon-image': ['concat', 'site-', ['get', 'sign']], 'icon-allow-overlap': true, 'icon-size': ['interpolate', ['linear'], ['zoom'], 6, 0.6, 12, 1.1] } });
    if (!map.getLayer('ml-name')) map.addLayer({ id: 'ml-name', type: 'symbol', source: 'units', maxzoom: 11, layout: { 'text-field': ['get', 'nom'], 'text-font': font, 'text-size': 12, 'text-max-width': 8, 'text-transform': 'uppercase', 'text-letter-spacing': 0.04 }, paint: { ...halo, 'text-color': '#2f3d4e' } });
    showLayers();
    studies.dress();
  };

  const found = search(map, () => perimeter, still);
  const exportsTo = () => {
    const b = map.getBounds();
    for (const a of document.querySelectorAll<HTMLAnchorElement>('[data-export]')) {
      const url = new URL(a.href);
      url.searchParams.set('perimetre', perimeter);
      url.searchParams.set('couches', shown().join(','));
      if (shown().includes('propositions')) url.searchParams.set('lieux', studies.places());
      url.searchParams.set('cadre', [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()].map((n) => n.toFixed(3)).join(','));
      a.href = url.href;
    }
  };
  const remember = () => {
    if (found.shown) return; // the place of an address stands in no link
    const c = map.getCenter();
    history.replaceState(null, '', viewLink(map.getZoom(), c.lat, c.lng, perimeter, shown()));
    exportsTo();
  };
  const studies = reach(map, config, remember);
  const images = pictures(config);
  map.on('style.load', () => {
    for (const [id, image] of Object.entries(images)) if (!map.hasImage(id)) map.addImage(id, image, { pixelRatio: 2 });
    showLayers();
  });
  map.on('moveend', remember);
  map.once('load', () => {
    performance.mark('carte-interactive');
    if (asked) exportsTo();
    studies.start();
    void dress().then(() => map.once('idle', () => { root.dataset.ready = 'true'; performance.mark('carte'); }));
  });
  for (const b of boxes) b.addEventListener('change', () => { showLayers(); remember(); });
  const info = panel(map, config, () => perimeter);
  const tables = async () => {
    const page = new DOMParser().parseFromString(await (await fetch(new URL(`carte?perimetre=${encodeURIComponent(perimeter)}`, home))).text(), 'text/html');
    for (const s of ['[data-tables]', '[data-lede]']) {
      const now = page.querySelector(s);
      if (now) find(s)?.replaceWith(now);
    }
  };
  select?.addEventListener('change', () => {
    perimeter = select.value;
    info.close();
    map.setStyle(style(config, perimeter, home.href.slice(0, -1)));
    map.once('styledata', () => void dress());
    remember();
    void tables();
  });
  if (perimeter !== config.perimeter) void tables();

  find('[data-png]')?.addEventListener('click', async () => {
    const keys = boxes.filter((b) => b.checked).flatMap((b) => {
      const label = b.closest('label')!, signs = label.nextElementSibling;
      if (signs?.matches('.signs')) return [...signs.querySelectorAll<HTMLElement>('[data-kind]')].map((li) => ({ id: li.dataset.kind!, label: li.textContent!.trim() }));
      return [{ id: b.value, label: label.querySelector('span')!.textContent!.trim() }];
    });
    const a = document.createElement('a');
    a.href = URL.createObjectURL(await picture(map, config, perimeter, keys, studies.warnings()));
    a.download = `carte-qpv-${perimeter}.png`;
    a.click();
    setTimeout(() => URL.revokeObjectURL(a.href), 1000);
  });
  find('[data-link]')?.addEventListener('click', async () => {
    remember();
    const said = find('[data-linked]');
    try { await navigator.clipboard.writeText(location.href); if (said) said.textContent = found.shown ? 'Lien copié, sans l’adresse ni sa place.' : 'Lien copié.'; } catch { if (said) said.textContent = location.href; }
  });
};

const page = find('[data-atlas]');
if (page) start(page).catch((e: unknown) => {
  console.warn(e);
  const failed = find('[data-map-error]');
  if (failed) failed.hidden = false;
});
