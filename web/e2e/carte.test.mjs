// The map and the page of one address: what is drawn, what is told, what goes out.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { colours, drawn } from './pixels.mjs';
import { reader, startWorld, violations } from './world.mjs';

let world, address;
before(async () => {
  world = await startWorld();
  address = await someAddress();
});
after(() => world?.stop());

/** A number of the fictional territory, near the border of a QPV. */
const someAddress = async () => {
  const r = await reader(world);
  await r.role('referent');
  for (const unit of await r.page.$$eval('select[name="ml"] option', (o) => o.map((x) => x.value))) {
    await r.role('referent', unit);
    await r.open('/a-verifier');
    if (!await r.page.locator('[data-review]').count()) continue;
    const text = await r.page.locator('#case').innerText();
    await r.close();
    return text;
  }
  throw new Error('no address to settle in the demonstration');
};

const openMap = async (r, path = '/carte') => {
  await r.open(path);
  await r.page.waitForSelector('[data-atlas][data-ready]', { timeout: 30_000 });
};
/** Waits until the map has drawn what was asked of it. */
const until = async (what, ask, holds) => {
  let last;
  for (let i = 0; i < 200; i++) {
    last = await ask();
    if (holds(last)) return last;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new assert.AssertionError({ message: `${what}: ${JSON.stringify(last)}` });
};
const download = async (r, selector) => {
  const [file] = await Promise.all([r.page.waitForEvent('download'), r.page.click(selector)]);
  const path = join(world.folder, file.suggestedFilename());
  await file.saveAs(path);
  return { name: file.suggestedFilename(), bytes: readFileSync(path) };
};
const end = async (r) => {
  assert.deepEqual(r.faults, []);
  await r.close();
};

test('the map draws its layers, hides them, and follows the perimeters', async () => {
  const r = await reader(world);
  await openMap(r);
  for (const [layer, points] of Object.entries(await drawn(r.page))) assert.ok(points > 40, `${layer}: ${points} points`);
  assert.deepEqual(await violations(r.page), []);
  const all = await drawn(r.page);
  for (const [box, layer] of [['frr', 'frr'], ['sites', 'sites'], ['territoires', 'units']]) {
    await r.page.uncheck(`input[value="${box}"]`);
    await until(`${box} hidden`, () => drawn(r.page), (n) => n[layer] < all[layer] / 4);
  }
  const rows = () => r.page.$$eval('#t-qpv tbody tr', (list) => list.map((tr) => tr.firstElementChild.textContent));
  assert.ok((await rows()).every((code) => code.startsWith('QN')));
  await r.page.selectOption('[data-perimeter]', '2015');
  await until('the table of 2015', rows, (list) => list.length > 0 && list.every((code) => code.startsWith('QP')));
  await until('QPV 2015 drawn', () => drawn(r.page), (n) => n.qpv > 40);
  assert.deepEqual(await violations(r.page), []);
  await end(r);
});

test('no name of a place is written twice in a view', async () => {
  const r = await reader(world);
  await openMap(r);
  let seen = 0;
  for (const zoom of [9, 10.5, 12, 13.5]) {
    const names = await r.page.evaluate(async (z) => {
      const { map } = document.querySelector('[data-atlas]');
      map.jumpTo({ zoom: z });
      await map.once('idle');
      const layers = map.getStyle().layers.map((l) => l.id).filter((id) => /^(commune-name|qpv-name|ml-name|siege$)/.test(id));
      // The collision index answers with what is written, once for each time.
      return map.queryRenderedFeatures({ layers }).map((f) => [f.layer.id, f.properties.code ?? f.properties.id ?? '', f.properties.nom ?? f.properties.name ?? '']).filter(([, , name]) => name).map((x) => x.join(' | '));
    }, zoom);
    assert.deepEqual(names.filter((n, i) => names.indexOf(n) !== i), [], `zoom ${zoom}`);
    seen += names.length;
  }
  assert.ok(seen > 20, `${seen} names in four views`);
  await end(r);
});

test('a link keeps layers, perimeter and view', async () => {
  const r = await reader(world);
  await openMap(r);
  await r.page.uncheck('input[value="frr"]');
  await r.page.selectOption('[data-perimeter]', '2015');
  await r.page.locator('#map canvas').focus();
  await r.page.keyboard.press('+');
  await until('the link', () => r.page.url(), (url) => /#[\d.]+\/-?[\d.]+\/-?[\d.]+\/2015\/[a-z+]*$/.test(url) && !url.includes('frr'));
  await r.page.waitForTimeout(600);
  const link = r.page.url();
  await r.page.goto('about:blank');
  await openMap(r, link.slice(world.base.length));
  assert.equal(await r.page.locator('[data-perimeter]').inputValue(), '2015');
  assert.equal(await r.page.locator('input[value="frr"]').isChecked(), false);
  await until('the exports follow', () => r.page.locator('[data-export]').first().getAttribute('href'), (href) => href.includes('perimetre=2015'));
  await end(r);
});

test('keys move the map, read what is under the mark, and close what was read', async () => {
  const r = await reader(world);
  await openMap(r);
  await r.page.locator('#map canvas').focus();
  const at = r.page.url();
  await r.page.keyboard.press('ArrowRight');
  await until('the map moved', () => r.page.url(), (url) => url !== at);
  for (let i = 0; i < 2; i++) await r.page.keyboard.press('+');
  await r.page.waitForTimeout(900);
  await r.page.keyboard.press('Enter');
  await r.page.waitForSelector('[data-info]:not([hidden])');
  assert.ok(await r.page.evaluate(() => document.activeElement?.matches('[data-info-title]')), 'the reader is taken to what is told');
  const told = await r.page.locator('[data-info]').innerText();
  assert.match(told, /Mission Locale|Commune|Rien sous le repère/);
  assert.deepEqual(await violations(r.page), []);
  await r.page.keyboard.press('Escape');
  assert.equal(await r.page.locator('[data-info]').isHidden(), true);
  await end(r);
});

test('a click tells the same facts as the table', async () => {
  const r = await reader(world);
  await openMap(r);
  await r.page.uncheck('input[value="sites"]');
  await r.page.locator('#map canvas').focus();
  await r.page.keyboard.press('+'); // a quarter of the whole territory is a few points wide
  await r.page.waitForTimeout(1200);
  await r.page.locator('#map').scrollIntoViewIfNeeded();
  // Where the screen bears the fill of a QPV, all round the point.
  const at = await r.page.evaluate(async (data) => {
    const image = new Image();
    image.src = `data:image/png;base64,${data}`;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = image.width;
    canvas.height = image.height;
    const c = canvas.getContext('2d');
    c.drawImage(image, 0, 0);
    const { data: p } = c.getImageData(0, 0, image.width, image.height);
    const fill = (x, y) => { const i = 4 * (y * image.width + x); return p[i] > 235 && p[i + 1] > 200 && p[i + 1] < 225 && p[i + 2] > 170 && p[i + 2] < 205; };
    for (let y = 6; y < image.height - 6; y++) for (let x = 6; x < image.width - 6; x++) {
      if ([-4, 0, 4].every((dx) => [-4, 0, 4].every((dy) => fill(x + dx, y + dy)))) return { x, y };
    }
    return null;
  }, (await r.page.locator('#map canvas').screenshot()).toString('base64'));
  assert.ok(at, 'the fill of a QPV is on the screen');
  const box = await r.page.locator('#map canvas').boundingBox();
  await r.page.mouse.click(box.x + at.x, box.y + at.y);
  await r.page.waitForSelector('[data-info]:not([hidden])');
  const facts = await r.page.$$eval('[data-info] section:first-child dd', (list) => list.map((dd) => dd.textContent));
  const rows = await r.page.$$eval('#t-qpv tbody tr', (list) => list.map((tr) => [...tr.children].map((td) => td.textContent || '–')));
  assert.ok(rows.some((cells) => JSON.stringify(cells) === JSON.stringify(facts)), JSON.stringify(facts));
  assert.deepEqual(await violations(r.page), []);
  await end(r);
});

test('an address is found on the map, decided in words, and stands in no link', async () => {
  const r = await reader(world);
  await openMap(r);
  const sent = [];
  r.page.on('request', (q) => sent.push(q.url()));
  await r.page.fill('#q', address);
  await r.page.click('[data-find] button');
  await r.page.waitForSelector('[data-found-title]');
  await r.page.waitForSelector('.atlas-point');
  const told = await r.page.locator('[data-found]').innerText();
  assert.match(told, /Dans le QPV|Hors QPV|À vérifier/);
  assert.match(told, /D’un périmètre à l’autre/);
  await r.page.waitForTimeout(1200);
  assert.deepEqual(await violations(r.page), []);
  const words = address.split(/\s+/).filter((w) => w.length > 3);
  const place = await r.page.$eval('[data-lon]', (e) => [Number(e.dataset.lon).toFixed(3), Number(e.dataset.lat).toFixed(3)]);
  const links = [r.page.url(), ...sent.filter((u) => !u.includes('/tiles/')), ...await r.page.$$eval('a', (list) => list.map((a) => a.href))].map(decodeURIComponent);
  for (const link of links) assert.ok(!words.some((w) => link.includes(w)) && !place.some((n) => link.includes(n)), link);
  // The same decision as the page of one address.
  const sign = await r.page.locator('[data-found-title]').innerText();
  await Promise.all([r.page.waitForNavigation(), r.page.click('[data-found] button:has-text("Plan et détail")')]);
  assert.ok((await r.page.locator('#decision').innerText()).startsWith(sign));
  await openMap(r);
  await r.page.fill('#q', address);
  await r.page.click('[data-find] button');
  await r.page.waitForSelector('.atlas-point');
  await r.page.click('[data-found-clear]');
  assert.equal(await r.page.locator('.atlas-point').count(), 0);
  assert.equal((await r.page.locator('[data-found]').innerText()).trim(), '');
  await r.page.fill('#q', '??? ???');
  await r.page.click('[data-find] button');
  await r.page.waitForSelector('[data-found-title]');
  assert.match(await r.page.locator('[data-found]').innerText(), /À vérifier/);
  assert.equal(await r.page.locator('.atlas-point').count(), 0);
  assert.deepEqual(await violations(r.page), []);
  await end(r);
});

test('the picture bears a title, the map, its scale, north and sources', async () => {
  const r = await reader(world);
  await openMap(r);
  const { name, bytes } = await download(r, '[data-png]');
  assert.equal(name, 'carte-qpv-2024.png');
  const whole = await colours(r.page, bytes, ['#c2410c', '#3f7d4e', '#1d3a5f', '#000000']);
  assert.ok(whole.hits.every((n) => n > 100), JSON.stringify(whole));
  const box = await r.page.locator('#map canvas').boundingBox();
  assert.ok(whole.width >= 2 * box.width && whole.height > 2 * box.height, `${whole.width} × ${whole.height}`);
  const title = await colours(r.page, bytes, ['#18222e'], { near: 60, part: [0, 0.07] }), foot = await colours(r.page, bytes, ['#52606f'], { near: 60, part: [0.94, 1] });
  assert.ok(title.hits[0] > 300, `title: ${title.hits[0]}`);
  assert.ok(foot.hits[0] > 100, `sources: ${foot.hits[0]}`);
  await end(r);
});

test('the drawing and the sheets keep the view, with title, date, scale, north and sources', async () => {
  const r = await reader(world);
  await openMap(r);
  await r.page.uncheck('input[value="frr"]');
  await r.page.locator('#map canvas').focus();
  await r.page.keyboard.press('+');
  await until('the exports follow', () => r.page.locator('[data-export]').first().getAttribute('href'), (href) => href.includes('cadre=') && !/couches=[^&]*frr/.test(href));
  const { name, bytes } = await download(r, 'a[data-export]:has-text("SVG")');
  assert.equal(name, 'carte-qpv-2024.svg');
  const svg = bytes.toString('utf8');
  for (const part of ['Quartiers prioritaires, zones rurales et Missions Locales', 'QPV 2024, au ', 's-scale', '>N</text>', 'territoire de Mission Locale', 'Territoire fictif', ' km</text>']) assert.ok(svg.includes(part), part);
  assert.ok(!svg.includes('class="z-frr"'), 'the layer that is hidden is not drawn');
  const blank = await r.context.newPage(); // the page's policy refuses the drawing's own style
  assert.equal(await blank.evaluate((text) => new DOMParser().parseFromString(text, 'image/svg+xml').querySelector('parsererror')?.textContent ?? '', svg), '');
  await blank.close();
  for (const format of ['A4', 'A3']) {
    await Promise.all([r.page.waitForNavigation(), r.page.click(`a:has-text("Imprimer en ${format}")`)]);
    assert.deepEqual(await violations(r.page), []);
    const text = await r.page.locator('.sheet').innerText();
    for (const part of ['QPV 2024, au ', 'Sources', 'territoire de Mission Locale']) assert.ok(text.includes(part), part);
    assert.ok(await r.page.locator('.sheet .s-scale').count() > 0);
    const pdf = (await r.page.pdf({ preferCSSPageSize: true, path: process.env.SHOTS ? join(process.env.SHOTS, `carte-${format}.pdf`) : undefined })).toString('latin1');
    assert.equal((pdf.match(/\/Type\s*\/Page[^s]/g) ?? []).length, 1, `${format}: one sheet`);
    const [, , width, height] = /\/MediaBox\s*\[([^\]]*)\]/.exec(pdf)[1].trim().split(/\s+/).map(Number);
    const long = Math.max(width, height);
    assert.ok(format === 'A4' ? long > 830 && long < 850 : long > 1180 && long < 1200, `${format}: ${width} × ${height}`);
    await r.page.goBack();
    await r.page.waitForSelector('[data-atlas][data-ready]', { timeout: 30_000 });
  }
  await end(r);
});

test('reach and places to open are drawn, told, listed and exported, with what the list lacks', async () => {
  const r = await reader(world);
  await openMap(r);
  const blue = async () => (await colours(r.page, await r.page.locator('#map').screenshot(), ['#8db8dc', '#e0edf7', '#7a1f5c'])).hits;
  const before = await blue();
  await r.page.check('input[value="portee"]');
  await r.page.waitForSelector('[data-study="portee"] li', { timeout: 60_000 });
  await until('the bands', blue, (n) => n[0] > before[0] + 100 && n[1] > before[1] + 100);
  assert.match(await r.page.locator('[data-study="portee"]').innerText(), /À moins de 1\skm : [\d,]+\s% de l’ensemble/);
  assert.match(await r.page.locator('[data-study="portee"]').innerText(), /à vol d’oiseau|ligne droite/);
  await r.page.fill('[data-places]', '2');
  await r.page.keyboard.press('Tab');
  await r.page.waitForSelector('[data-study="propositions"] li', { timeout: 60_000 });
  assert.equal(await r.page.locator('[data-study="propositions"] ol li').count(), 2);
  await until('the places', blue, (n) => n[2] > before[2] + 40);
  assert.deepEqual(await r.page.$$eval('#t-propositions tbody tr th', (list) => list.map((th) => th.textContent)), ['1', '2']);
  assert.ok(await r.page.locator('#t-portee tbody tr').count() > 0);
  assert.deepEqual(await violations(r.page), []);
  const { bytes } = await download(r, '[data-png]');
  assert.ok((await colours(r.page, bytes, ['#8db8dc', '#7a1f5c'])).hits.every((n) => n > 100));
  const svg = (await download(r, 'a[data-export]:has-text("SVG")')).bytes.toString('utf8');
  for (const part of ['class="z-b1"', 'class="n-place"', 'Lieux proposés', 'à moins de 1 km']) assert.ok(svg.includes(part), part);
  await r.page.uncheck('input[value="portee"]');
  await until('the bands are gone', blue, (n) => n[0] < before[0] + 100);
  const link = r.page.url();
  assert.match(link, /propositions/);
  await r.page.goto('about:blank');
  await openMap(r, link.slice(world.base.length));
  await r.page.waitForSelector('[data-study="propositions"] li', { timeout: 60_000 });
  await end(r);
});

test('a study that fails says so', async () => {
  const r = await reader(world);
  await r.page.route('**/api/v1/coverage*', (route) => route.fulfill({ status: 422, contentType: 'application/json', body: '{"code":422,"message":"aucun site situé"}' }));
  await openMap(r);
  await r.page.check('input[value="portee"]');
  await r.page.waitForSelector('[data-study="portee"] [role="alert"]');
  assert.match(await r.page.locator('[data-study="portee"]').innerText(), /aucun site situé/);
  assert.deepEqual(await violations(r.page), []);
  assert.deepEqual(r.faults.filter((f) => !f.includes('422')), []);
  await r.close();
});

test('a view that is none is refused in words', async () => {
  const r = await reader(world);
  for (const query of ['couches=secret', 'cadre=1,2,3', 'cadre=3,50,2,51', 'perimetre=1999']) {
    await r.open(`/carte/imprimer?${query}`, 400);
    assert.match(await r.page.locator('main').innerText(), /couches|cadre|perimetre/i);
    assert.deepEqual(await violations(r.page), []);
  }
  await end(r);
});

test('without WebGL the page says so, and its tables stay', async () => {
  const r = await reader(world);
  await r.page.addInitScript(() => { HTMLCanvasElement.prototype.getContext = () => null; });
  await r.open('/carte');
  await r.page.waitForSelector('[data-map-error]:not([hidden])');
  await r.page.click('#t-qpv-h');
  assert.ok(await r.page.locator('#t-qpv tbody tr').first().isVisible());
  assert.deepEqual(await violations(r.page), []);
  await r.close();
});

test('one address: its decision, its reasons, its plan, what changed, no trace in the link', async () => {
  const r = await reader(world);
  await r.role('donnees');
  await r.open('/adresse');
  await r.page.fill('#q', address);
  await Promise.all([r.page.waitForNavigation(), r.page.click('button:has-text("Situer l’adresse")')]);
  assert.equal(new URL(r.page.url()).search, '');
  assert.match(await r.page.locator('#decision').innerText(), /QPV|vérifier/);
  assert.ok(await r.page.locator('.tree li').count() > 8);
  const text = await r.page.locator('main').innerText();
  for (const part of ['QPV 2015', 'QPV 2024', 'du 01/01/2015 au 31/12/2023', 'depuis le 01/01/2024', 'D’un périmètre à l’autre']) assert.ok(text.includes(part), part);
  assert.deepEqual(await violations(r.page), []);
  // The plan zooms and moves by keyboard.
  const svg = r.page.locator('.plan svg').first();
  const whole = await svg.getAttribute('viewBox');
  await r.page.locator('.plan-tools button').first().focus();
  await r.page.keyboard.press('+');
  const near = await svg.getAttribute('viewBox');
  assert.notEqual(near, whole);
  await r.page.keyboard.press('ArrowRight');
  assert.notEqual(await svg.getAttribute('viewBox'), near);
  await r.page.keyboard.press('0');
  assert.deepEqual((await svg.getAttribute('viewBox')).split(' ').map(Number), whole.split(' ').map(Number));
  await end(r);
});
