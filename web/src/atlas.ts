// The map's style, made from what the server says it holds. It asks for nothing but
// the server's own tiles: names are drawn from the page's font.
import type { ExpressionSpecification, LayerSpecification, StyleSpecification } from 'maplibre-gl';

/** What the server says of the map. */
export interface Config {
  bounds: [number, number, number, number];
  perimeters: string[];
  perimeter: string;
  /** Version of the FRR list in force. */
  frr: string;
  /** Vector tiles by layer: « communes », « missions-locales », « qpv-2024 », « frr », « sites ». */
  sources: Record<string, { url: string; maxzoom?: number }>;
}

/** The style's layers of each switch of the page. */
export const layersOf: Record<string, string[]> = {
  qpv: ['qpv-fill', 'qpv-line', 'qpv-name'], frr: ['frr-hatch'], zrr: ['zrr-hatch'],
  territoires: ['ml-line', 'ml-name'], communes: ['commune-line', 'commune-name'], sites: ['site'],
};

// A name of letters alone: the map's own drawing of text takes no other.
const font = ['SourceSans'];
const halo = { 'text-color': '#18222e', 'text-halo-color': '#ffffff', 'text-halo-width': 2 };
const name: ExpressionSpecification = ['coalesce', ['get', 'nom'], ''];

export const style = (c: Config, perimeter: string): StyleSpecification => {
  const sources: StyleSpecification['sources'] = {};
  const layers: LayerSpecification[] = [{ id: 'ground', type: 'background', paint: { 'background-color': '#fbfbf9' } }];
  for (const [id, s] of Object.entries(c.sources)) {
    sources[id] = { type: 'vector', tiles: [s.url], maxzoom: s.maxzoom ?? 13, bounds: c.bounds };
  }
  const add = (id: string, ...more: object[]) => {
    if (c.sources[id]) layers.push(...(more.map((l) => ({ source: id, 'source-layer': id, ...l })) as LayerSpecification[]));
  };
  // Thousands of communes are drawn from the zoom at which one is told from another.
  add('missions-locales', { id: 'ml-fill', type: 'fill', paint: { 'fill-color': '#ffffff' } });
  add('communes', { id: 'commune-fill', type: 'fill', minzoom: 8.5, paint: { 'fill-color': '#ffffff' } });
  const classed = (...status: string[]): ExpressionSpecification => ['all', ['==', ['get', 'version'], c.frr], ['in', ['get', 'statut'], ['literal', status]]];
  add('frr',
    { id: 'frr-hatch', type: 'fill', filter: classed('socle', 'plus'), paint: { 'fill-pattern': 'hatch-frr' } },
    { id: 'zrr-hatch', type: 'fill', filter: classed('beneficiaire', 'partiel'), paint: { 'fill-pattern': 'hatch-zrr' } });
  add('communes', { id: 'commune-line', type: 'line', minzoom: 8.5, paint: { 'line-color': '#b4bec9', 'line-width': 0.8 } });
  add('missions-locales', { id: 'ml-line', type: 'line', paint: { 'line-color': '#4a5a6d', 'line-width': ['interpolate', ['linear'], ['zoom'], 6, 1, 12, 2.6] } });
  const qpv = `qpv-${perimeter}`;
  add(qpv,
    { id: 'qpv-fill', type: 'fill', paint: { 'fill-color': '#f8c9a8', 'fill-opacity': 0.7 } },
    { id: 'qpv-line', type: 'line', paint: { 'line-color': '#c2410c', 'line-width': ['interpolate', ['linear'], ['zoom'], 7, 1.2, 14, 2.6] } });
  add('sites', { id: 'site', type: 'symbol', layout: { 'icon-image': ['concat', 'site-', ['coalesce', ['get', 'type'], 'autre']], 'icon-allow-overlap': true, 'icon-size': ['interpolate', ['linear'], ['zoom'], 6, 0.55, 12, 1] } });
  add('communes', { id: 'commune-name', type: 'symbol', minzoom: 10.5, layout: { 'text-field': name, 'text-font': font, 'text-size': 12 }, paint: { ...halo, 'text-color': '#52606f' } });
  add(qpv, { id: 'qpv-name', type: 'symbol', minzoom: 11.5, layout: { 'text-field': name, 'text-font': font, 'text-size': 13 }, paint: { ...halo, 'text-color': '#8a2c06' } });
  add('missions-locales', { id: 'ml-name', type: 'symbol', maxzoom: 11, layout: { 'text-field': name, 'text-font': font, 'text-size': 13, 'text-max-width': 8 }, paint: halo });
  return { version: 8, sources, layers };
};

/** What a reader is told of a feature, in the page's words. */
const words: Record<string, string> = {
  code: 'Code', departement: 'Département', statut: 'Statut', version: 'Version', population: 'Population', mission_locale: 'Mission Locale',
  type: 'Nature', horaires: 'Ouverture', adresse: 'Adresse', ville: 'Commune', hebergeur: 'Hébergé par', epci_nom: 'Intercommunalité',
};
const values: Record<string, string> = {
  siege: 'siège', aller_vers: 'aller-vers', lieu_jeunesse: 'lieu jeunesse', autre: 'autre site',
  socle: 'FRR socle', plus: 'FRR+', beneficiaire: 'bénéficiaire (ZRR maintenue)', partiel: 'classée en partie',
};
export const facts = (properties: Record<string, unknown>): [string, string][] =>
  Object.entries(words).flatMap(([k, label]) => {
    const v = properties[k];
    return v === undefined || v === null || v === '' ? [] : [[label, values[String(v)] ?? String(v)] as [string, string]];
  });

/** A view in a link: zoom, latitude, longitude, perimeter and layers, never an address. */
export const viewLink = (zoom: number, lat: number, lon: number, perimeter: string, layers: string[]) =>
  `#${zoom.toFixed(2)}/${lat.toFixed(4)}/${lon.toFixed(4)}/${perimeter}/${layers.join('+')}`;

export const parseLink = (hash: string) => {
  const m = /^#([\d.]+)\/(-?[\d.]+)\/(-?[\d.]+)\/(\w*)\/([\w+-]*)$/.exec(hash);
  return m ? { zoom: +m[1]!, lat: +m[2]!, lon: +m[3]!, perimeter: m[4]!, layers: m[5] ? m[5].split('+') : [] } : undefined;
};
