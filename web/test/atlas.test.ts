import { describe, expect, test } from 'vitest';
import { facts, layersOf, parseLink, roundLength, style, viewLink, type Config } from '../src/atlas';

const origin = 'http://127.0.0.1';
const config: Config = {
  bounds: [2, 50, 3, 51], perimeter: '2024', frr: '2025-07', layers: ['communes', 'missions-locales', 'frr', 'sites', 'qpv-2015', 'qpv-2024'],
  versions: { 2015: 'QPV 2015', 2024: 'QPV 2024' }, units: [{ code: '99001', nom: 'Valfictif', at: [2.5, 50.5] }], signs: {}, kinds: {}, title: '', edition: '', sources: [], reach: '', places: '', ground: null, own: '', departements: [], sites: [],
};

describe('the style of the map', () => {
  test('asks for nothing but the tiles of the server', () => {
    const s = style(config, '2024', origin);
    const urls = Object.values(s.sources).flatMap((x) => ('tiles' in x ? (x.tiles ?? []) : []));
    expect(urls).toEqual(['missions-locales+frr', 'communes', 'qpv-2024', 'noms', 'rues'].map((l) => `${origin}/tiles/${l}/{z}/{x}/{y}.mvt`));
    expect(s.glyphs).toBeUndefined();
    expect(s.sprite).toBeUndefined();
  });
  test('draws the perimeter that was chosen', () => {
    const of = (p: string) => style(config, p, origin).layers.flatMap((l) => ('source-layer' in l && l.id.startsWith('qpv-') && l.type !== 'symbol' ? [l['source-layer']] : []));
    expect(new Set(of('2015'))).toEqual(new Set(['qpv-2015']));
    expect(new Set(of('2024'))).toEqual(new Set(['qpv-2024']));
  });
  test('has every layer that a switch of the page names', () => {
    const added = ['site', 'siege', 'site-count', 'site-many', 'ml-name']; // once the zonings are drawn
    const under = { layers: ['green', 'water', 'building', 'road'].map((nature) => ({ nom: nature, nature })), min: 0, max: 15, credit: '' };
    const ids = [...[null, under].flatMap((ground) => style({ ...config, ground }, '2024', origin).layers.map((l) => l.id)), ...added];
    for (const list of Object.values(layersOf)) for (const id of list) expect(ids).toContain(id);
  });
  test('leaves out what the server does not hold', () => {
    const s = style({ ...config, layers: ['communes'] }, '2024', origin);
    expect(s.layers.map((l) => l.id)).toEqual(['outside', 'commune-fill', 'street-case', 'street', 'commune-line', 'street-name', 'street-name-near', 'commune-name-far', 'commune-name']);
  });
  test('draws the deployer’s map in place of the streets of the pack', () => {
    const ground = { layers: [{ nom: 'roads', nature: 'road' }, { nom: 'water', nature: 'water' }], min: 0, max: 15, credit: '© OpenStreetMap' };
    const s = style({ ...config, ground }, '2024', origin);
    expect(s.sources.rues).toBeUndefined();
    expect(s.sources.fond).toMatchObject({ tiles: [`${origin}/tiles/fond/{z}/{x}/{y}.mvt`], maxzoom: 15 });
    expect(s.layers.filter((l) => 'source' in l && l.source === 'fond').map((l) => l.id)).toEqual(['ground-water', 'ground-waterway', 'ground-road-case', 'ground-road', 'ground-rail', 'ground-road-name']);
  });
  test('dims what is outside the territory that it is of', () => {
    const dim = (own: string) => style({ ...config, own }, '2024', origin).layers.find((l) => l.id === 'dim');
    expect(dim('')).toBeUndefined();
    expect(dim('99001')).toMatchObject({ filter: ['!=', ['get', 'code'], '99001'] });
  });
});

describe('the link of a view', () => {
  test('comes back as it was', () => {
    const link = viewLink(11.5, 50.6321, -3.0571, '2015', ['qpv', 'sites']);
    expect(parseLink(link)).toEqual({ zoom: 11.5, lat: 50.6321, lon: -3.0571, perimeter: '2015', layers: ['qpv', 'sites'] });
  });
  test('with no layer at all', () => expect(parseLink(viewLink(5, 1, 2, '2024', []))?.layers).toEqual([]));
  test.each(['', '#', '#contenu', '#1/2', '#9/50/3/2024/<script>'])('is not read from %s', (hash) => expect(parseLink(hash)).toBeUndefined());
});

test('facts are told in words, empty ones left out', () => {
  expect(facts({ code: '99001', statut: 'plus', ouverture: '', inconnu: 'x' })).toEqual([['Code', '99001'], ['Statut', 'FRR+']]);
  expect(facts({ population: 12345, mission_locale: '99001|99002' }, config.units)).toEqual([['Population', '12\u202f345'], ['Mission Locale', 'Valfictif, 99002']]);
});

test.each([[99, '50 m'], [1400, '1 km'], [25_000, '20 km'], [5000, '5 km'], [199, '100 m']])('a scale of at most %d metres is %s', (most, text) => expect(roundLength(most).text).toBe(text));
