import { describe, expect, test } from 'vitest';
import { facts, layersOf, parseLink, style, viewLink, type Config } from '../src/atlas';

const source = (id: string) => ({ url: `http://127.0.0.1/tiles/${id}/{z}/{x}/{y}.mvt` });
const config: Config = {
  bounds: [2, 50, 3, 51], perimeters: ['2015', '2024'], perimeter: '2024', frr: '2025-07',
  sources: Object.fromEntries(['communes', 'missions-locales', 'frr', 'sites', 'qpv-2015', 'qpv-2024'].map((id) => [id, source(id)])),
};

describe('the style of the map', () => {
  test('asks for nothing but the tiles of the server', () => {
    const s = style(config, '2024');
    const urls = Object.values(s.sources).flatMap((x) => ('tiles' in x ? (x.tiles ?? []) : []));
    expect(urls).toHaveLength(6);
    expect(urls.every((u) => u.startsWith('http://127.0.0.1/tiles/'))).toBe(true);
    expect(s.glyphs).toBeUndefined();
    expect(s.sprite).toBeUndefined();
  });
  test('draws the perimeter that was chosen', () => {
    const of = (p: string) => style(config, p).layers.flatMap((l) => ('source' in l && l.id.startsWith('qpv') ? [l.source] : []));
    expect(new Set(of('2015'))).toEqual(new Set(['qpv-2015']));
    expect(new Set(of('2024'))).toEqual(new Set(['qpv-2024']));
  });
  test('has every layer that a switch of the page names', () => {
    const ids = style(config, '2024').layers.map((l) => l.id);
    for (const list of Object.values(layersOf)) for (const id of list) expect(ids).toContain(id);
  });
  test('leaves out what the server does not hold', () => {
    const s = style({ ...config, sources: { communes: source('communes') } }, '2024');
    expect(s.layers.map((l) => l.id)).toEqual(['ground', 'commune-fill', 'commune-line', 'commune-name']);
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
  expect(facts({ code: '99001', statut: 'plus', horaires: '', inconnu: 'x' })).toEqual([['Code', '99001'], ['Statut', 'FRR+']]);
});
