// What people come for: a doubtful address settled, a replay, the map's pixels, a printed sheet, another's door.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { reader, startWorld, violations } from './world.mjs';

let world;
before(async () => { world = await startWorld(); });
after(() => world?.stop());

const number = (text) => Number((/[\d\u202f\u00a0 ]+/.exec(text)?.[0] ?? '').replace(/[\u202f\u00a0 ]/g, ''));
const fact = async (page, term) => (await page.locator('dt', { hasText: new RegExp(`^${term}$`) }).first().locator('xpath=following-sibling::dd[1]').innerText()).trim();
const unitsOf = async (r) => r.page.$$eval('select[name="ml"] option', (o) => o.map((x) => x.value));

/** The first Mission Locale of the demonstration with an address to settle. */
const busyUnit = async (r) => {
  await r.role('referent');
  for (const unit of await unitsOf(r)) {
    await r.role('referent', unit);
    await r.open('/a-verifier');
    if (await r.page.locator('[data-review]').count()) return unit;
  }
  throw new Error('no address to settle in the demonstration');
};

test('a doubtful address is decided by a key, and taken back', async () => {
  const r = await reader(world);
  const unit = await busyUnit(r);
  await r.open('/ma-mission-locale?periode=2024');
  const before = { in: number(await fact(r.page, 'Dans le QPV')), open: number(await fact(r.page, 'À vérifier')) };
  await r.open('/a-verifier');
  assert.deepEqual(await violations(r.page), []);
  // Neither share nor verdict stands on the page; the part of a street in the quarter may.
  const told = (await r.page.locator('main').innerText()).replace(/\d+\s*% de la rue dedans/g, '');
  assert.doesNotMatch(told, /atteint|objectif|%/i);
  assert.ok(await r.page.locator('.plan svg .n-house').count() > 3, 'numbers on the plan');
  assert.ok(await r.page.locator('.plan svg .z-in').count() > 0, 'perimeter on the plan');
  const address = await r.page.locator('#case').innerText();
  const waiting = await r.page.locator('.tabs a[aria-current] .count').innerText();
  await r.page.uncheck('[data-shortcuts]');
  await r.page.keyboard.press('p');
  assert.equal(await r.page.locator('#case').innerText(), address, 'letters do nothing once put off');
  await r.page.check('[data-shortcuts]');
  await r.page.locator('input[name="fondement"]').first().check();
  await Promise.all([r.page.waitForNavigation(), r.page.keyboard.press('d')]);
  assert.ok(number(await r.page.locator('.tabs a[aria-current] .count').innerText()) < number(waiting), 'fewer people wait');
  await r.open('/ma-mission-locale?periode=2024');
  const settled = { in: number(await fact(r.page, 'Dans le QPV')), open: number(await fact(r.page, 'À vérifier')) };
  assert.ok(settled.in + settled.open === before.in + before.open && settled.in >= before.in, JSON.stringify({ before, settled }));
  await r.open('/a-verifier');
  await Promise.all([r.page.waitForNavigation(), r.page.keyboard.press('z')]);
  assert.equal(await r.page.locator('#case').innerText(), address);
  await r.open('/ma-mission-locale?periode=2024');
  assert.equal(number(await fact(r.page, 'Dans le QPV')), before.in);
  assert.deepEqual(r.faults, []);
  assert.ok(unit);
  await r.close();
});

test('figures are sorted, frozen, and their difference is told', async () => {
  const r = await reader(world);
  await r.role('etat');
  await r.open('/pilotage?tri=-entrees');
  const entries = (await r.page.locator('.units tbody tr:not(.total):not(.group) td:nth-child(3)').allInnerTexts()).map(number);
  assert.ok(entries.length > 2);
  assert.deepEqual(entries, [...entries].sort((a, b) => b - a));
  // The sentence counts what the table shows.
  const reached = await r.page.locator('.units tbody tr:not(.total):not(.group) .verdict.atteint').count();
  const first = await r.page.locator('h1').innerText();
  assert.equal(Number(/(\d+) atteint/.exec(first)?.[1] ?? 0), reached, first);
  await r.page.fill('#freeze-name', 'Réunion du trimestre');
  await Promise.all([r.page.waitForNavigation(), r.page.click('button:has-text("Arrêter les chiffres")')]);
  assert.match(await r.page.locator('.strip').innerText(), /arrêté au/);
  assert.match(await r.page.locator('#changes').locator('xpath=..').innerText(), /Aucun chiffre n’a changé/);
  assert.equal(await r.page.locator('h1').innerText(), first);
  assert.deepEqual(await violations(r.page), []);
  assert.deepEqual(r.faults, []);
  await r.close();
});

test('the same people are replayed under the perimeters of 2015', async () => {
  const r = await reader(world);
  await r.role('etat');
  await r.open('/pilotage?periode=2024');
  const now = await r.page.locator('.units tr.total td.share .share-line').innerText();
  await r.open('/pilotage?periode=2024&perimetre=2015');
  const lines = await r.page.locator('#replay').locator('xpath=..').locator('tbody tr').count();
  assert.ok(lines > 3, `${lines} lines of replay`);
  assert.notEqual(await r.page.locator('.units tr.total td.share .share-line').innerText(), now);
  assert.deepEqual(await violations(r.page), []);
  assert.deepEqual(r.faults, []);
  await r.close();
});

test('sites are edited in the table, and go out and in by a file', async () => {
  const r = await reader(world);
  await r.role('direction');
  await r.open('/ma-mission-locale/sites');
  assert.deepEqual(await violations(r.page), []);
  const names = () => r.page.$$eval('input[name="nom"]', (i) => i.map((x) => x.value).filter(Boolean));
  const before = await names();
  assert.ok(before.length > 1);
  const line = r.page.locator('tbody tr').nth(before.length);
  await line.locator('input[name="nom"]').fill('Permanence du test');
  await line.locator('input[name="commune"]').fill(await r.page.locator('input[name="commune"]').first().inputValue());
  await line.locator('input[name="ouverture"]').fill('2e et 4e mardi 14:00-17:00');
  await Promise.all([r.page.waitForNavigation(), r.page.locator('button:has-text("Enregistrer")').first().click()]);
  assert.deepEqual((await names()).sort(), [...before, 'Permanence du test'].sort());
  const [file] = await Promise.all([r.page.waitForEvent('download'), r.page.click('a:has-text("Télécharger en CSV")')]);
  const path = join(world.folder, 'sites.csv');
  await file.saveAs(path);
  await r.page.locator('input[name="nom"]').first().fill('');
  await Promise.all([r.page.waitForNavigation(), r.page.locator('button:has-text("Enregistrer")').first().click()]);
  assert.equal((await names()).length, before.length);
  await r.page.setInputFiles('#sites-file', path);
  await Promise.all([r.page.waitForNavigation(), r.page.click('button:has-text("Remplacer la liste")')]);
  assert.deepEqual((await names()).sort(), [...before, 'Permanence du test'].sort());
  const wrong = r.page.locator('input[name="ouverture"]').first();
  await wrong.fill('quand il pleut');
  await Promise.all([r.page.waitForNavigation(), r.page.locator('button:has-text("Enregistrer")').first().click()]);
  assert.match(await r.page.locator('[role="alert"]').innerText(), /Rien n’est enregistré/);
  await r.close();
});

test('pages print on whole sheets', async () => {
  const r = await reader(world);
  for (const path of ['/pilotage']) {
    await r.open(path);
    const pdf = await r.page.pdf({ preferCSSPageSize: true, path: process.env.SHOTS ? join(process.env.SHOTS, `${path.slice(1).replaceAll('/', '-')}.pdf`) : undefined });
    const pages = (pdf.toString('latin1').match(/\/Type\s*\/Page[^s]/g) ?? []).length;
    assert.ok(pages >= 1 && pages <= 3, `${path}: ${pages} sheets`);
  }
  await r.close();
});

test('a Mission Locale does not reach another’s pages', async () => {
  const r = await reader(world);
  await r.role('referent');
  const units = await unitsOf(r);
  await r.open('/imports');
  const file = await r.page.locator('#files').locator('xpath=..').locator('tbody a').first().getAttribute('href');
  await r.role('referent', units.at(-1));
  await r.open(file, 404);
  await r.open(`/a-verifier?ml=${units[0]}`, 403);
  await r.open(`/ma-mission-locale?ml=${units[0]}`, 403);
  await r.open('/pilotage', 403);
  await r.close();
});
