// The map's style, made from what the server says it holds. It asks for nothing but
// the server's own tiles: names are drawn from the page's font.
import type { ExpressionSpecification, LayerSpecification, StyleSpecification } from 'maplibre-gl';

/** What the server says of the map. */
export interface Config {
  bounds: [number, number, number, number];
  perimeter: string;
  /** Version of the FRR list in force. */
  frr: string;
  /** Layers of vector tiles: « communes », « missions-locales », « qpv-2024 », « frr ». */
  layers: string[];
  /** Versions of the QPV, in words. */
  versions: Record<string, string>;
  units: { code: string; nom: string; at: [number, number] }[];
  signs: Record<string, { path: string; fill: string }>;
  kinds: Record<string, string>;
  title: string;
  edition: string;
  sources: string[];
  /** Where the studies of reach and of places to open are asked. */
  reach: string;
  places: string;
}

/** The style's layers of each switch of the page. */
export const layersOf: Record<string, string[]> = {
  qpv: ['qpv-fill', 'qpv-line', 'qpv-name'], frr: ['frr-hatch'], zrr: ['zrr-hatch'],
  territoires: ['ml-line', 'ml-name'], communes: ['commune-line', 'commune-name'], sites: ['site'],
};

export const colours = {
  ground: '#fbfbf9', ink: '#18222e', quiet: '#52606f', qpv: '#c2410c', qpvFill: '#f8c9a8', qpvName: '#8a2c06',
  frr: '#3f7d4e', zrr: '#7a6a2a', units: '#4a5a6d', commune: '#b4bec9', place: '#7a1f5c',
};

// A name of letters alone: the map's own drawing of text takes no other.
export const font = ['SourceSans'];
export const halo = { 'text-color': colours.ink, 'text-halo-color': '#ffffff', 'text-halo-width': 2 };
const name: ExpressionSpecification = ['coalesce', ['get', 'nom'], ''];

/** The zoom from which one commune is told from another: their tiles are asked from there. */
const communesFrom = 8.5;

/** The style of the zonings; names of territories and sites are added once it is drawn. */
export const style = (c: Config, perimeter: string, origin: string): StyleSpecification => {
  const sources: StyleSpecification['sources'] = {};
  const layers: LayerSpecification[] = [];
  const source = (id: string, tiles: string[], more: object = {}) => {
    if (tiles.length) sources[id] = { type: 'vector', tiles: [`${origin}/tiles/${tiles.join('+')}/{z}/{x}/{y}.mvt`], maxzoom: 13, ...more };
  };
  const has = (id: string) => c.layers.includes(id);
  const qpv = `qpv-${perimeter}`;
  // What is always asked for together comes together.
  source('base', ['missions-locales', 'frr'].filter(has), { bounds: c.bounds });
  source('communes', ['communes'].filter(has), { bounds: c.bounds, minzoom: Math.floor(communesFrom) });
  source('qpv', [qpv].filter(has));
  const add = (from: string, layer: string, ...more: object[]) => {
    if (has(layer)) layers.push(...(more.map((l) => ({ source: from, 'source-layer': layer, ...l })) as LayerSpecification[]));
  };
  add('base', 'missions-locales', { id: 'ml-fill', type: 'fill', paint: { 'fill-color': '#ffffff', 'fill-antialias': false } });
  add('communes', 'communes', { id: 'commune-fill', type: 'fill', minzoom: communesFrom, paint: { 'fill-color': '#ffffff', 'fill-antialias': false } });
  const classed = (...status: string[]): ExpressionSpecification => ['all', ['==', ['get', 'version'], c.frr], ['in', ['get', 'statut'], ['literal', status]]];
  add('base', 'frr',
    { id: 'frr-hatch', type: 'fill', filter: classed('socle', 'plus'), paint: { 'fill-pattern': 'hatch-frr', 'fill-antialias': false } },
    { id: 'zrr-hatch', type: 'fill', filter: classed('beneficiaire', 'partiel'), paint: { 'fill-pattern': 'hatch-zrr', 'fill-antialias': false } });
  add('communes', 'communes', { id: 'commune-line', type: 'line', minzoom: communesFrom, paint: { 'line-color': colours.commune, 'line-width': 0.8 } });
  add('base', 'missions-locales', { id: 'ml-line', type: 'line', paint: { 'line-color': colours.units, 'line-width': ['interpolate', ['linear'], ['zoom'], 6, 1, 12, 2.6] } });
  add('qpv', qpv,
    { id: 'qpv-fill', type: 'fill', paint: { 'fill-color': colours.qpvFill, 'fill-opacity': 0.7, 'fill-antialias': false } },
    { id: 'qpv-line', type: 'line', paint: { 'line-color': colours.qpv, 'line-width': ['interpolate', ['linear'], ['zoom'], 7, 1.2, 14, 2.6] } });
  add('communes', 'communes', { id: 'commune-name', type: 'symbol', minzoom: 10.5, layout: { 'text-field': name, 'text-font': font, 'text-size': 12, 'text-padding': 12 }, paint: { ...halo, 'text-color': colours.quiet } });
  add('qpv', qpv, { id: 'qpv-name', type: 'symbol', minzoom: 11.5, layout: { 'text-field': name, 'text-font': font, 'text-size': 13 }, paint: { ...halo, 'text-color': colours.qpvName } });
  return { version: 8, sources, layers };
};

/** What a reader is told of a feature, in the page's words. */
const words: Record<string, string> = {
  code: 'Code', departement: 'Département', statut: 'Statut', version: 'Version', population: 'Population', mission_locale: 'Mission Locale',
  nature: 'Nature', ouverture: 'Ouverture', adresse: 'Adresse', ville: 'Commune', hebergeur: 'Hébergé par',
};
const values: Record<string, string> = {
  socle: 'FRR socle', plus: 'FRR+', beneficiaire: 'bénéficiaire (ZRR maintenue)', partiel: 'classée en partie',
};
const french = new Intl.NumberFormat('fr-FR');
export const facts = (properties: Record<string, unknown>, units: Config['units'] = []): [string, string][] =>
  Object.entries(words).flatMap(([k, label]) => {
    const v = properties[k];
    if (v === undefined || v === null || v === '') return [];
    let text = values[String(v)] ?? (typeof v === 'number' ? french.format(v) : String(v));
    if (k === 'mission_locale') text = text.split('|').map((code) => units.find((u) => u.code === code)?.nom ?? code).join(', ');
    return [[label, text] as [string, string]];
  });

/** A view in a link: zoom, latitude, longitude, perimeter and layers, never an address. */
export const viewLink = (zoom: number, lat: number, lon: number, perimeter: string, layers: string[]) =>
  `#${zoom.toFixed(2)}/${lat.toFixed(4)}/${lon.toFixed(4)}/${perimeter}/${layers.join('+')}`;

export const parseLink = (hash: string) => {
  const m = /^#([\d.]+)\/(-?[\d.]+)\/(-?[\d.]+)\/(\w*)\/([\w+-]*)$/.exec(hash);
  return m ? { zoom: +m[1]!, lat: +m[2]!, lon: +m[3]!, perimeter: m[4]!, layers: m[5] ? m[5].split('+') : [] } : undefined;
};

/** A round length in metres, of at most so many, and its words. */
export const roundLength = (most: number): { metres: number; text: string } => {
  const ten = 10 ** Math.floor(Math.log10(most));
  const metres = ten * ([5, 2].find((k) => ten * k <= most) ?? 1);
  return { metres, text: metres >= 1000 ? `${french.format(metres / 1000)} km` : `${french.format(metres)} m` };
};
