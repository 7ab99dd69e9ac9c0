// The map's style, made from what the server says it holds. It asks for nothing but
// the server's own tiles: names are drawn from the page's font.
import type { ExpressionSpecification, LayerSpecification, StyleSpecification } from 'maplibre-gl';

/** A place that receives the young. */
export interface Site { name: string; kind: string; city: string; host: string; opening: string; unit: string; lon: number | null; lat: number | null }

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
  /** The deployer's own map, of vector tiles; null without one. */
  ground: { layers: { nom: string; nature: string }[]; min: number; max: number; credit: string } | null;
  /** Code of the territory that the map is of, "" for all. */
  own: string;
  /** Départements of the territories: the zones of others are drawn quiet. */
  departements: string[];
  sites: Site[];
  /** Where the studies of reach and of places to open are asked. */
  reach: string;
  places: string;
}

/** The style's layers of each switch of the page. */
export const layersOf: Record<string, string[]> = {
  qpv: ['qpv-fill', 'qpv-line', 'qpv-name'], frr: ['frr-hatch'], zrr: ['zrr-hatch'],
  territoires: ['ml-line', 'ml-name'], communes: ['commune-line', 'commune-name', 'commune-name-far'], sites: ['site', 'siege', 'site-count', 'site-many'],
  fond: ['street-case', 'street', 'street-name', 'street-name-near', 'ground-green', 'ground-water', 'ground-waterway', 'ground-building', 'ground-road-case', 'ground-road', 'ground-rail', 'ground-road-name'],
};

export const colours = {
  ground: '#eef0ee', land: '#ffffff', dim: '#e6e9e7', street: '#d3d8dc', streetName: '#66717c', water: '#cfdde6', green: '#eaf0e6', building: '#e6e3df', road: '#d8dbde', rail: '#b9bfc5', ink: '#18222e', quiet: '#52606f', qpv: '#c2410c', qpvFill: '#f8c9a8', qpvName: '#8a2c06',
  frr: '#3f7d4e', zrr: '#7a6a2a', units: '#4a5a6d', commune: '#b4bec9', place: '#7a1f5c',
};

// A name of letters alone: the map's own drawing of text takes no other.
export const font = ['SourceSans'];
export const halo = { 'text-color': colours.ink, 'text-halo-color': '#ffffff', 'text-halo-width': 2 };
const name: ExpressionSpecification = ['coalesce', ['get', 'nom'], ''];

/** The zoom from which one commune is told from another: their tiles are asked from there. */
const communesFrom = 8.5;

/** The zoom from which a commune is named even where a territory bears its name. */
const allNames = 11;

/** A name is moved off what is drawn where it would stand, before it is left out. */
const moved = { 'text-variable-anchor': ['center', 'top', 'bottom', 'left', 'right'] as ('center' | 'top' | 'bottom' | 'left' | 'right')[], 'text-radial-offset': 0.6, 'text-justify': 'auto' as const };
const widths = (...stops: (number | ExpressionSpecification)[]): ExpressionSpecification => ['interpolate', ['exponential', 1.5], ['zoom'], ...stops] as ExpressionSpecification;

/** The ground under the zones: the deployer's own map where there is one, else streets
 * through their numbers. */
const groundLayers = (c: Config): LayerSpecification[] => {
  const g = c.ground;
  if (!g) {
    const rank = (wide: number, mid: number, thin: number): ExpressionSpecification => ['match', ['get', 'rang'], 1, wide, 2, mid, thin];
    const from = { source: 'rues', 'source-layer': 'rues', minzoom: 12 };
    return [
      { ...from, id: 'street-case', type: 'line', minzoom: 14, layout: { 'line-cap': 'round', 'line-join': 'round' }, paint: { 'line-color': '#c3cad0', 'line-width': widths(14, rank(4, 3, 2.4), 18, rank(15, 12, 10)) } },
      { ...from, id: 'street', type: 'line', layout: { 'line-cap': 'round', 'line-join': 'round' }, paint: { 'line-color': ['step', ['zoom'], colours.street, 14, '#f4f5f5'], 'line-width': widths(12, rank(1, 0.7, 0.4), 14, rank(3, 2, 1.5), 18, rank(13, 10, 8)) } },
    ];
  }
  const of = (nature: string) => g.layers.filter((l) => l.nature === nature);
  const each = (nature: string, make: (l: { source: string; 'source-layer': string }, id: string) => LayerSpecification[]) =>
    of(nature).flatMap((l, i) => make({ source: 'fond', 'source-layer': l.nom }, i ? `-${i}` : ''));
  const areas: ExpressionSpecification = ['==', ['geometry-type'], 'Polygon'], lines: ExpressionSpecification = ['==', ['geometry-type'], 'LineString'];
  // The words by which the usual schemas tell a road's weight: Protomaps, OpenMapTiles.
  const kind: ExpressionSpecification = ['coalesce', ['get', 'kind'], ['get', 'class'], ''];
  const weight = (big: number, mid: number, small: number): ExpressionSpecification => ['match', kind, ['highway', 'motorway', 'trunk'], big, ['major_road', 'medium_road', 'primary', 'secondary', 'tertiary'], mid, small];
  return [
    ...each('green', (l, k) => [{ ...l, id: `ground-green${k}`, type: 'fill', filter: ['all', areas, ['in', kind, ['literal', ['park', 'forest', 'wood', 'grass', 'grassland', 'nature_reserve', 'cemetery', 'meadow', 'recreation_ground', 'scrub']]]], paint: { 'fill-color': colours.green } }]),
    ...each('water', (l, k) => [
      { ...l, id: `ground-water${k}`, type: 'fill', filter: areas, paint: { 'fill-color': colours.water } },
      { ...l, id: `ground-waterway${k}`, type: 'line', filter: lines, paint: { 'line-color': colours.water, 'line-width': widths(8, 0.6, 16, 4) } },
    ]),
    ...each('building', (l, k) => [{ ...l, id: `ground-building${k}`, type: 'fill', minzoom: 14, paint: { 'fill-color': colours.building } }]),
    ...each('road', (l, k) => [
      { ...l, id: `ground-road-case${k}`, type: 'line', minzoom: 13, filter: ['all', lines, ['!=', kind, 'rail']], layout: { 'line-cap': 'round', 'line-join': 'round' }, paint: { 'line-color': '#c3cad0', 'line-width': widths(13, weight(4, 3, 1.4), 18, weight(18, 15, 10)) } },
      { ...l, id: `ground-road${k}`, type: 'line', filter: ['all', lines, ['!=', kind, 'rail']], layout: { 'line-cap': 'round', 'line-join': 'round' }, paint: { 'line-color': ['step', ['zoom'], colours.road, 13, '#f4f5f5'], 'line-width': widths(7, weight(1, 0.5, 0), 13, weight(3, 2, 0.8), 18, weight(16, 13, 8)) } },
      { ...l, id: `ground-rail${k}`, type: 'line', filter: ['all', lines, ['==', kind, 'rail']], paint: { 'line-color': colours.rail, 'line-width': 1, 'line-dasharray': [4, 2] } },
    ]),
  ];
};

/** The names of streets: those of the deployer's map, in French where it has them. */
const streetNames = (c: Config): LayerSpecification[] => {
  const look = { paint: { 'text-color': colours.streetName, 'text-halo-color': '#ffffff', 'text-halo-width': 1.6 } };
  const size = { 'text-font': font, 'text-size': ['interpolate', ['linear'], ['zoom'], 13, 10.5, 17, 13] as ExpressionSpecification, 'text-max-angle': 38, 'text-padding': 4 };
  if (c.ground) {
    return c.ground.layers.filter((l) => l.nature === 'road').map((l, i) => ({ id: `ground-road-name${i ? `-${i}` : ''}`, type: 'symbol', source: 'fond', 'source-layer': l.nom, minzoom: 13, filter: ['==', ['geometry-type'], 'LineString'],
      layout: { ...size, 'symbol-placement': 'line', 'symbol-spacing': 420, 'text-field': ['coalesce', ['get', 'name:fr'], ['get', 'name'], ''] }, ...look }));
  }
  return [
    { id: 'street-name', type: 'symbol', source: 'rues', 'source-layer': 'noms_rues', minzoom: 13, maxzoom: 15.5, layout: { ...size, 'symbol-placement': 'line-center', 'text-field': ['get', 'nom'], 'symbol-sort-key': ['-', ['get', 'metres']] }, ...look },
    // Near, the middle of a street may be out of the view: its name is written along it.
    { id: 'street-name-near', type: 'symbol', source: 'rues', 'source-layer': 'rues', minzoom: 15.5, layout: { ...size, 'symbol-placement': 'line', 'symbol-spacing': 420, 'text-field': ['get', 'nom'] }, ...look },
  ];
};

/** The style of the zonings; names of territories and sites are added once it is drawn. */
export const style = (c: Config, perimeter: string, origin: string): StyleSpecification => {
  const sources: StyleSpecification['sources'] = {};
  const layers: LayerSpecification[] = [{ id: 'outside', type: 'background', paint: { 'background-color': colours.ground } }];
  const source = (id: string, tiles: string[], more: object = {}) => {
    if (tiles.length) sources[id] = { type: 'vector', tiles: [`${origin}/tiles/${tiles.join('+')}/{z}/{x}/{y}.mvt`], maxzoom: 13, ...more };
  };
  const has = (id: string) => c.layers.includes(id);
  const qpv = `qpv-${perimeter}`;
  // What is always asked for together comes together.
  source('base', ['missions-locales', 'frr'].filter(has), { bounds: c.bounds });
  source('communes', ['communes'].filter(has), { bounds: c.bounds, minzoom: Math.floor(communesFrom) });
  source('qpv', [qpv].filter(has));
  source('noms', ['noms'], { minzoom: 5 });
  if (c.ground) source('fond', ['fond'], { minzoom: c.ground.min, maxzoom: c.ground.max, attribution: c.ground.credit });
  else source('rues', ['rues'], { bounds: c.bounds, minzoom: 12, maxzoom: 14 });
  const add = (from: string, layer: string, ...more: object[]) => {
    if (has(layer)) layers.push(...(more.map((l) => ({ source: from, 'source-layer': layer, ...l })) as LayerSpecification[]));
  };
  add('base', 'missions-locales', { id: 'ml-fill', type: 'fill', paint: { 'fill-color': colours.land, 'fill-antialias': false } });
  add('communes', 'communes', { id: 'commune-fill', type: 'fill', minzoom: communesFrom, paint: { 'fill-color': colours.land, 'fill-antialias': false } });
  const under = groundLayers(c);
  if (c.ground) layers.push(...under);
  const classed = (...status: string[]): ExpressionSpecification => ['all', ['==', ['get', 'version'], c.frr], ['in', ['get', 'statut'], ['literal', status]]];
  add('base', 'frr',
    { id: 'frr-hatch', type: 'fill', filter: classed('socle', 'plus'), paint: { 'fill-pattern': 'hatch-frr', 'fill-antialias': false } },
    { id: 'zrr-hatch', type: 'fill', filter: classed('beneficiaire', 'partiel'), paint: { 'fill-pattern': 'hatch-zrr', 'fill-antialias': false } });
  const here: ExpressionSpecification = c.departements.length ? ['in', ['get', 'departement'], ['literal', c.departements]] : ['literal', true];
  add('qpv', qpv, { id: 'qpv-fill', type: 'fill', paint: { 'fill-color': ['case', here, colours.qpvFill, '#e2dfdc'], 'fill-opacity': 0.7, 'fill-antialias': false } });
  if (!c.ground) layers.push(...under); // streets are seen through the zones
  add('communes', 'communes', { id: 'commune-line', type: 'line', minzoom: communesFrom, paint: { 'line-color': colours.commune, 'line-width': 0.8 } });
  add('base', 'missions-locales', { id: 'ml-line', type: 'line', paint: { 'line-color': colours.units, 'line-width': ['interpolate', ['linear'], ['zoom'], 6, 1, 12, 2.6] } });
  add('qpv', qpv, { id: 'qpv-line', type: 'line', paint: { 'line-color': ['case', here, colours.qpv, '#a9a39d'], 'line-width': ['interpolate', ['linear'], ['zoom'], 7, ['case', here, 1.2, 0.6], 14, ['case', here, 2.6, 1.2]] } });
  if (c.own) {
    add('base', 'missions-locales',
      { id: 'dim', type: 'fill', filter: ['!=', ['get', 'code'], c.own], paint: { 'fill-color': colours.dim, 'fill-opacity': 0.72, 'fill-antialias': false } },
      { id: 'own-line', type: 'line', filter: ['==', ['get', 'code'], c.own], paint: { 'line-color': colours.units, 'line-width': ['interpolate', ['linear'], ['zoom'], 6, 1.6, 12, 3.4] } });
  }
  layers.push(...streetNames(c));
  const commune = { type: 'symbol' as const, source: 'noms', 'source-layer': 'communes_noms',
    layout: { ...moved, 'text-field': ['get', 'nom'] as ExpressionSpecification, 'text-font': font, 'text-size': ['interpolate', ['linear'], ['get', 'population'], 1000, 11, 20_000, 12.5, 200_000, 15] as ExpressionSpecification, 'text-padding': 6, 'symbol-sort-key': ['-', ['get', 'population']] as ExpressionSpecification },
    paint: { ...halo, 'text-color': '#3b4855' } };
  // Far, a territory's name stands for the town that bears it.
  layers.push({ ...commune, id: 'commune-name-far', maxzoom: allNames, filter: ['!', ['in', ['get', 'nom'], ['literal', c.units.map((u) => u.nom)]]] });
  layers.push({ ...commune, id: 'commune-name', minzoom: allNames });
  if (has(qpv)) layers.push({ id: 'qpv-name', type: 'symbol', source: 'noms', 'source-layer': 'qpv_noms', minzoom: 11.5, filter: ['==', ['get', 'version'], perimeter], layout: { ...moved, 'text-field': name, 'text-font': font, 'text-size': 13, 'text-max-width': 9 }, paint: { ...halo, 'text-color': colours.qpvName } });
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
