// The page of the map: layers, perimeters, link of a view, exports.
import { type ExpressionSpecification, Map as GLMap, NavigationControl, prewarm, ScaleControl, setWorkerUrl } from 'maplibre-gl';
import { font, halo, layersOf, parseLink, style, viewLink, type Config } from './atlas';
import { search } from './found';
import { panel } from './panel';
import { picture } from './picture';
import { reach } from './reach';
import { pictures } from './signs';

const find = <T extends HTMLElement = HTMLElement>(s: string) => document.querySelector<T>(s);

// The service's root: this script lives under its assets.
const home = new URL('..', import.meta.url);

const start = async (root: HTMLElement) => {
  setWorkerUrl(root.dataset.worker!);
  prewarm();
  const config = JSON.parse(root.dataset.atlas!) as Config;
  await document.fonts.load('16px SourceSans');
  const asked = parseLink(location.hash);
  const select = find<HTMLSelectElement>('[data-perimeter]');
  const boxes = [...document.querySelectorAll<HTMLInputElement>('input[name="couche"]')];
  let perimeter = asked && asked.perimeter in config.versions ? asked.perimeter : config.perimeter;
  if (asked) for (const b of boxes) b.checked = asked.layers.includes(b.value);
  if (select) select.value = perimeter;
  // Another territory is another page: its frame, and what is dimmed round it.
  find<HTMLSelectElement>('[data-territory]')?.addEventListener('change', (e) => {
    const url = new URL(location.href);
    url.searchParams.set('territoire', (e.target as HTMLSelectElement).value);
    url.searchParams.set('perimetre', perimeter);
    url.hash = '';
    location.assign(url);
  });
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
  const dress = () => {
    const point = (at: [number, number], properties: object) => ({ type: 'Feature' as const, geometry: { type: 'Point' as const, coordinates: at }, properties });
    const set = (id: string, features: ReturnType<typeof point>[]) => {
      if (!map.getSource(id)) map.addSource(id, { type: 'geojson', data: { type: 'FeatureCollection', features } });
    };
    const placed = config.sites.filter((s) => s.lon !== null && s.lat !== null);
    set('units', config.units.map((u) => point(u.at, { nom: u.nom })));
    const signs = placed.map((s) => point([s.lon!, s.lat!], {
      nom: s.name, sign: s.kind || 'autre', nature: config.kinds[s.kind] ?? 'non précisée', ville: s.city, hebergeur: s.host, ouverture: s.opening || 'non renseignée', mission_locale: s.unit,
    }));
    // Signs that would stand over one another are one disc with their number; a head
    // office is never hidden in one.
    if (!map.getSource('sites')) {
      const siege = (s: (typeof signs)[number]) => (s.properties as { sign: string }).sign === 'siege';
      map.addSource('sites', { type: 'geojson', data: { type: 'FeatureCollection', features: signs.filter((s) => !siege(s)) }, cluster: true, clusterRadius: 22, clusterMaxZoom: 13 });
      map.addSource('sieges', { type: 'geojson', data: { type: 'FeatureCollection', features: signs.filter(siege) } });
    }
    const sign = { 'icon-image': ['concat', 'site-', ['get', 'sign']] as ExpressionSpecification, 'icon-allow-overlap': true, 'icon-size': ['interpolate', ['linear'], ['zoom'], 6, 0.6, 12, 1.1] as ExpressionSpecification };
    const add = (layer: Parameters<GLMap['addLayer']>[0]) => { if (!map.getLayer(layer.id)) map.addLayer(layer); };
    add({ id: 'ml-name', type: 'symbol', source: 'units', maxzoom: 11, layout: { 'text-field': ['get', 'nom'], 'text-font': font, 'text-size': 12, 'text-max-width': 8, 'text-transform': 'uppercase', 'text-letter-spacing': 0.04, 'text-variable-anchor': ['center', 'top', 'bottom'], 'text-radial-offset': 0.6 }, paint: { ...halo, 'text-color': '#2f3d4e' } });
    // The last layers are placed first: names move off the signs.
    add({ id: 'site-many', type: 'circle', source: 'sites', filter: ['has', 'point_count'], paint: { 'circle-radius': 9, 'circle-color': '#1d3a5f', 'circle-stroke-color': '#fff', 'circle-stroke-width': 1.5 } });
    add({ id: 'site-count', type: 'symbol', source: 'sites', filter: ['has', 'point_count'], layout: { 'text-field': ['to-string', ['get', 'point_count']], 'text-font': font, 'text-size': 11, 'text-allow-overlap': true }, paint: { 'text-color': '#fff' } });
    add({ id: 'site', type: 'symbol', source: 'sites', filter: ['!', ['has', 'point_count']], layout: sign });
    add({ id: 'siege', type: 'symbol', source: 'sieges', layout: { ...sign, 'text-field': ['step', ['zoom'], '', 11, ['get', 'nom']], 'text-font': font, 'text-size': 12, 'text-optional': true, 'text-max-width': 10, 'text-variable-anchor': ['top', 'bottom', 'left', 'right'], 'text-radial-offset': 0.9 }, paint: { ...halo, 'text-color': '#1d3a5f' } });
    showLayers();
    studies.dress();
  };

  const written = [...document.querySelectorAll<HTMLInputElement>('[data-written]')];
  const text = (name: string) => written.find((f) => f.name === name)?.value.trim() ?? '';
  const found = search(map, () => perimeter, still);
  const exportsTo = () => {
    const b = map.getBounds();
    for (const a of document.querySelectorAll<HTMLAnchorElement>('[data-export]')) {
      const url = new URL(a.href);
      url.searchParams.set('perimetre', perimeter);
      url.searchParams.set('couches', shown().join(','));
      if (shown().includes('propositions')) url.searchParams.set('lieux', studies.places());
      for (const field of written) if (field.value.trim()) url.searchParams.set(field.name, field.value.trim()); else url.searchParams.delete(field.name);
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
  // The legend tells what the view shows, and what it does not.
  const drawn = (ids: string[]) => {
    const there = ids.filter((id) => map.getLayer(id));
    return there.length ? map.queryRenderedFeatures({ layers: there }) : [];
  };
  map.on('idle', () => {
    for (const b of boxes) {
      const label = b.closest('label'), signs = label?.nextElementSibling;
      if (!label || !layersOf[b.value]) continue;
      const features = b.checked ? drawn(layersOf[b.value]!) : [];
      label.classList.toggle('undrawn', b.checked && !features.length);
      if (!signs?.matches('.signs')) continue;
      const many = features.some((f) => f.properties.point_count), kinds = new Set(features.map((f) => String(f.properties.sign)));
      for (const li of signs.querySelectorAll<HTMLElement>('[data-kind]')) li.classList.toggle('undrawn', !many && !kinds.has(li.dataset.kind!));
    }
  });
  map.once('load', () => {
    performance.mark('carte-interactive');
    if (asked) exportsTo();
    studies.start();
    dress();
    Object.assign(root, { map }); // for whoever scripts the page
    map.once('idle', () => { root.dataset.ready = 'true'; performance.mark('carte'); });
  });
  for (const b of boxes) b.addEventListener('change', () => { showLayers(); remember(); });
  for (const field of written) field.addEventListener('change', exportsTo);
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
    map.once('styledata', dress);
    remember();
    void tables();
  });
  if (perimeter !== config.perimeter) void tables();

  find('[data-png]')?.addEventListener('click', async () => {
    const shownKey = (e: Element) => !e.classList.contains('undrawn');
    const keys = boxes.filter((b) => b.checked && shownKey(b.closest('label')!)).flatMap((b) => {
      const label = b.closest('label')!, signs = label.nextElementSibling;
      if (signs?.matches('.signs')) return [...signs.querySelectorAll<HTMLElement>('[data-kind]')].filter(shownKey).map((li) => ({ id: li.dataset.kind!, label: li.textContent!.trim() }));
      return [{ id: b.value, label: label.querySelector('span')!.textContent!.trim() }];
    });
    const a = document.createElement('a');
    a.href = URL.createObjectURL(await picture(map, { ...config, title: text('titre') || config.title }, perimeter, keys, [text('note'), text('auteur'), ...studies.warnings()].filter(Boolean)));
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
