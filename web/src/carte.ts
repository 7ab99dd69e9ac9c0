// The page of the map: layers, clicks, keyboard, link of a view, picture.
import { AttributionControl, Map as GLMap, NavigationControl, ScaleControl, setWorkerUrl, type MapGeoJSONFeature } from 'maplibre-gl';
import { facts, layersOf, parseLink, style, viewLink, type Config } from './atlas';

const page = document.querySelector<HTMLElement>('[data-atlas]');
const find = <T extends HTMLElement = HTMLElement>(s: string) => document.querySelector<T>(s);

/** Draws a picture of the map: a hatching or a site's sign. */
const draw = (size: number, paint: (c: CanvasRenderingContext2D) => void) => {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = size;
  const c = canvas.getContext('2d')!;
  paint(c);
  return c.getImageData(0, 0, size, size);
};

const hatch = (colour: string, back: boolean) => draw(16, (c) => {
  c.strokeStyle = colour;
  c.lineWidth = 2.4;
  for (const d of [-16, 0, 16]) {
    c.beginPath();
    c.moveTo(d + (back ? 16 : 0) - (back ? 0 : 2), -2 + (back ? 2 : 0));
    c.lineTo(d + (back ? 0 : 16) + (back ? 0 : 2), 16 + 2 - (back ? 2 : 0));
    c.stroke();
  }
});

const sites: Record<string, (c: CanvasRenderingContext2D) => void> = {
  siege: (c) => { for (let i = 0; i < 10; i++) { const r = i % 2 ? 6 : 14, a = -Math.PI / 2 + (i * Math.PI) / 5; c.lineTo(16 + r * Math.cos(a), 16 + r * Math.sin(a)); } },
  antenne: (c) => c.rect(7, 7, 18, 18),
  permanence: (c) => { c.moveTo(16, 5); c.lineTo(27, 26); c.lineTo(5, 26); },
  relais: (c) => c.arc(16, 16, 9, 0, 7),
  autre: (c) => { c.moveTo(16, 4); c.lineTo(28, 16); c.lineTo(16, 28); c.lineTo(4, 16); },
};

const start = async (root: HTMLElement) => {
  const worker = root.dataset.worker;
  if (worker) setWorkerUrl(worker);
  const [answer] = await Promise.all([fetch(root.dataset.atlas!), document.fonts.load('16px SourceSans')]);
  if (!answer.ok) throw new Error(`carte ${answer.status}`);
  const config = (await answer.json()) as Config;
  const asked = parseLink(location.hash);
  const select = find<HTMLSelectElement>('[data-perimeter]');
  const boxes = [...document.querySelectorAll<HTMLInputElement>('input[name="couche"]')];
  let perimeter = config.perimeter;
  if (asked) {
    if (config.perimeters.includes(asked.perimeter)) perimeter = asked.perimeter;
    for (const b of boxes) b.checked = asked.layers.includes(b.value);
  }
  if (select) select.value = perimeter;

  const map = new GLMap({
    container: 'map', style: style(config, perimeter), attributionControl: false, maxZoom: 18, renderWorldCopies: false,
    canvasContextAttributes: { preserveDrawingBuffer: true }, fadeDuration: matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 150,
    ...(asked ? { center: [asked.lon, asked.lat] as [number, number], zoom: asked.zoom } : { bounds: config.bounds, fitBoundsOptions: { padding: 24 } }),
    locale: {
      'NavigationControl.ZoomIn': 'Agrandir', 'NavigationControl.ZoomOut': 'Réduire', 'NavigationControl.ResetBearing': 'Remettre le nord en haut',
      'Map.Title': 'Carte', 'AttributionControl.ToggleAttribution': 'Sources',
    },
  });
  map.addControl(new NavigationControl({ showCompass: false }), 'top-right');
  map.addControl(new ScaleControl({ unit: 'metric' }), 'bottom-right');
  map.addControl(new AttributionControl({ compact: false, customAttribution: 'ANCT, DGCL, IGN, BAN – Licence Ouverte' }), 'bottom-right');
  map.dragRotate.disable();
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();

  const pictures = () => {
    const add = (id: string, image: ImageData) => { if (!map.hasImage(id)) map.addImage(id, image, { pixelRatio: 2 }); };
    add('hatch-frr', hatch('#3f7d4e', true));
    add('hatch-zrr', hatch('#7a6a2a', false));
    for (const kind of ['siege', 'antenne', 'permanence', 'relais', 'aller_vers', 'lieu_jeunesse', 'autre']) {
      add(`site-${kind}`, draw(32, (c) => {
        c.beginPath();
        (sites[kind] ?? sites.autre!)(c);
        c.closePath();
        c.fillStyle = '#1d3a5f';
        c.strokeStyle = '#fff';
        c.lineWidth = 3;
        c.stroke();
        c.fill();
      }));
    }
  };
  const shown = () => boxes.filter((b) => b.checked).map((b) => b.value);
  const showLayers = () => {
    for (const b of boxes) for (const id of layersOf[b.value] ?? []) {
      if (map.getLayer(id)) map.setLayoutProperty(id, 'visibility', b.checked ? 'visible' : 'none');
    }
  };
  const remember = () => {
    const c = map.getCenter();
    history.replaceState(null, '', viewLink(map.getZoom(), c.lat, c.lng, perimeter, shown()));
  };
  map.on('styleimagemissing', pictures);
  map.on('style.load', () => { pictures(); showLayers(); });
  map.on('moveend', remember);
  map.once('load', () => performance.mark('carte-interactive'));
  map.once('idle', () => { root.dataset.ready = 'true'; performance.mark('carte'); });
  for (const b of boxes) b.addEventListener('change', () => { showLayers(); remember(); });
  select?.addEventListener('change', () => {
    perimeter = select.value;
    map.setStyle(style(config, perimeter));
    remember();
  });

  const info = find('[data-info]'), title = find('[data-info-title]'), list = find('[data-info-facts]');
  const tell = (features: MapGeoJSONFeature[], focus: boolean) => {
    if (!info || !title || !list) return;
    const seen = new Set<string>();
    const kept = features.filter((f) => {
      const key = `${f.source}/${String(f.properties.code ?? f.properties.nom ?? f.id)}`;
      return !seen.has(key) && seen.add(key);
    });
    info.hidden = kept.length === 0;
    if (!kept.length) return;
    const names: Record<string, string> = { communes: 'Commune', 'missions-locales': 'Mission Locale', frr: 'FRR ou ZRR', sites: 'Site d’accueil' };
    title.textContent = String(kept[0]!.properties.nom ?? kept[0]!.properties.code ?? '');
    list.replaceChildren(...kept.flatMap((f) => [
      [names[f.source] ?? `QPV ${perimeter}`, String(f.properties.nom ?? f.properties.code ?? '')] as [string, string],
      ...facts(f.properties),
    ]).flatMap(([term, text]) => {
      const dt = document.createElement('dt'), dd = document.createElement('dd');
      dt.textContent = term;
      dd.textContent = text;
      return [dt, dd];
    }));
    if (focus) title.focus();
  };
  const order = ['site', 'qpv-fill', 'frr-hatch', 'zrr-hatch', 'commune-fill', 'ml-fill'];
  const at = (point: { x: number; y: number }) => {
    const layers = order.filter((id) => map.getLayer(id) && map.getLayoutProperty(id, 'visibility') !== 'none');
    return map.queryRenderedFeatures([[point.x - 3, point.y - 3], [point.x + 3, point.y + 3]], { layers }).sort((a, b) => order.indexOf(a.layer.id) - order.indexOf(b.layer.id));
  };
  map.on('click', (e) => tell(at(e.point), false));
  find('#map')?.addEventListener('keydown', (e) => {
    if (e.key === 'Enter') tell(at(map.project(map.getCenter())), true);
    if (e.key === 'Escape' && info) info.hidden = true;
  });
  find('[data-info-close]')?.addEventListener('click', () => { if (info) info.hidden = true; map.getCanvas().focus(); });

  find('[data-png]')?.addEventListener('click', () => map.getCanvas().toBlob((blob) => {
    if (!blob) return;
    const a = document.createElement('a');
    a.href = URL.createObjectURL(blob);
    a.download = `carte-qpv-${perimeter}.png`;
    a.click();
    setTimeout(() => URL.revokeObjectURL(a.href), 1000);
  }));
  find('[data-link]')?.addEventListener('click', async () => {
    remember();
    const said = find('[data-linked]');
    try { await navigator.clipboard.writeText(location.href); if (said) said.textContent = 'Lien copié.'; } catch { if (said) said.textContent = location.href; }
  });
};

if (page) start(page).catch((e: unknown) => {
  console.warn(e);
  const failed = find('[data-map-error]');
  if (failed) failed.hidden = false;
});
