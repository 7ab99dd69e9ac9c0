// The page where doubtful addresses are settled: its tabs, its plan at scale, its
// keys, what it never shows, and what goes back to counsellors.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { reader, shoot, startWorld, violations } from './world.mjs';

let world;
before(async () => { world = await startWorld(); });
after(() => world?.stop());

const number = (text) => Number((/[\d\u202f\u00a0 ]+/.exec(text)?.[0] ?? '').replace(/[\u202f\u00a0 ]/g, ''));
const submit = (r, selector) => Promise.all([r.page.waitForNavigation(), r.page.click(selector)]);
const units = (r) => r.page.$$eval('select[name="ml"] option', (o) => o.map((x) => x.value));

/** The first Mission Locale whose tab has something to show. */
const busy = async (r, path, selector) => {
  await r.role('referent');
  for (const unit of await units(r)) {
    await r.role('referent', unit);
    await r.open(path);
    if (await r.page.locator(selector).count()) return unit;
  }
  throw new Error(`nothing in ${path}`);
};

test('three tabs with their counts; neither share nor verdict; the most people first', async () => {
  const r = await reader(world);
  await busy(r, '/a-verifier', '[data-review]');
  assert.deepEqual((await r.page.locator('nav[aria-label="Ce qu’il y a à faire"] a').allInnerTexts()).map((t) => t.replace(/[\s\u202f]*\(?\d.*$/s, '').trim()), ['À trancher', 'À compléter', 'Sans résidence établie']);
  const people = (await r.page.locator('.queue .sub').allInnerTexts()).map(number);
  assert.deepEqual(people, [...people].sort((a, b) => b - a));
  for (const path of ['/a-verifier', '/a-verifier?vue=a-completer', '/a-verifier?vue=sans-residence']) {
    await r.open(path);
    // The share of a street that a QPV holds helps to settle; a share of people would sway.
    const told = (await r.page.locator('main').innerText()).replace(/\d+\s*% de la rue dedans/g, '');
    assert.doesNotMatch(told, /atteint|objectif|part de|%/i, path);
    assert.deepEqual(await violations(r.page), [], path);
  }
  await shoot(r, 'a-verifier-sans-residence');
  assert.deepEqual(r.faults, []);
  await r.close();
});

test('the plan is at 1:1 000, drawn from the référentiel alone, and told in words', async () => {
  const r = await reader(world);
  await busy(r, '/a-verifier', '.plan svg .z-in');
  const asked = [];
  r.page.on('request', (q) => asked.push(new URL(q.url()).pathname));
  await r.page.reload();
  assert.ok(!asked.some((p) => /tiles|\.mvt|\.png/.test(p)), `a tile is asked for a person's place: ${asked}`);
  // Two numbers of the drawing, 10 mm of screen apart, are 10 m apart on the ground.
  const scale = () => r.page.evaluate(() => {
    const svg = document.querySelector('.plan svg');
    const [, , w] = svg.getAttribute('viewBox').split(' ').map(Number);
    const metres = w / 2; // two units a metre
    return metres / (svg.clientWidth / (96 / 25.4)); // metres of ground a millimetre of screen
  });
  assert.ok(Math.abs(await scale() - 1) < 0.01, `1:${1000 * await scale()}`);
  const bar = await r.page.evaluate(() => {
    const b = document.querySelector('.s-scale').getBoundingClientRect();
    return { told: document.querySelector('.s-furniture .s-text').textContent, millimetres: b.width / (96 / 25.4) };
  });
  assert.ok(Math.abs(bar.millimetres - Number(bar.told.replace(/\D/g, ''))) < 1.2, JSON.stringify(bar));
  assert.ok(await r.page.locator('.plan .n-house').count() > 3);
  assert.ok(await r.page.locator('.plan .n-street').count() > 0);
  assert.ok(await r.page.locator('.plan .z-band').count() > 0);
  assert.equal(await r.page.locator('.plan .n-point').count(), 1);
  await r.page.locator('summary', { hasText: 'La carte en mots' }).click();
  const words = await r.page.locator('details[open] .facts').innerText();
  assert.match(words, /Le point/);
  assert.match(words, /dans la marge de doute|dans le QPV|hors QPV/);
  assert.deepEqual(await violations(r.page), []);
  // Each number that is drawn stands in the words: as many streets as names.
  await r.page.locator('.plan-tools button').nth(1).focus();
  for (let i = 0; i < 4; i++) await r.page.keyboard.press('-');
  assert.deepEqual((await r.page.locator('.plan svg').getAttribute('viewBox')).split(' ').map(Number), [0, 0, 600, 600]);
  await r.page.keyboard.press('0');
  assert.ok(Math.abs(await scale() - 1) < 0.01);
  // Printed at the same scale: the ground under a sheet's 180 mm is 180 m.
  await r.page.emulateMedia({ media: 'print' });
  await r.page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  assert.ok(Math.abs(await scale() - 1) < 0.01, `printed at 1:${1000 * await scale()}`);
  const sheet = join(process.env.SHOTS ?? world.folder, 'a-verifier.pdf');
  await r.page.emulateMedia({ media: null });
  await r.page.pdf({ path: sheet, preferCSSPageSize: true });
  assert.ok(readFileSync(sheet).length > 10_000);
  await shoot(r, 'a-verifier-plan');
  assert.deepEqual(r.faults, []);
  await r.close();
});

test('keys: a basis, an answer for all who gave the address, and it is taken back', async () => {
  const r = await reader(world);
  await busy(r, '/a-verifier', '[data-review]');
  const waiting = async () => number(await r.page.locator('.tabs a[aria-current] .count').innerText());
  const address = await r.page.locator('#case').innerText(), before = await waiting();
  assert.equal(before, number((await r.page.locator('.panel-head .quiet').innerText()).split('sur')[1]), 'the badge counts what the list counts');
  // Without a basis nothing is decided.
  await r.page.evaluate(() => sessionStorage.clear());
  await r.page.keyboard.press('h');
  assert.equal(await r.page.locator('#case').innerText(), address);
  await r.page.keyboard.press('2');
  assert.equal(await r.page.locator('input[name="fondement"]:checked').getAttribute('value'), 'justificatif vu');
  await Promise.all([r.page.waitForNavigation(), r.page.keyboard.press('n')]);
  assert.equal(await waiting(), before - 1);
  assert.match(await r.page.locator('.toast').innerText(), /Réponse gardée.: ne permet pas de conclure, pour \d+ lignes? au /);
  await shoot(r, 'a-verifier-reponse');
  assert.notEqual(await r.page.locator('#case').innerText(), address);
  assert.equal(await r.page.locator('input[name="fondement"]:checked').count(), 0, 'each address has its own basis');
  await Promise.all([r.page.waitForNavigation(), r.page.keyboard.press('z')]);
  assert.equal(await r.page.locator('#case').innerText(), address);
  assert.equal(await waiting(), before);
  await Promise.all([r.page.waitForNavigation(), r.page.keyboard.press('p')]);
  assert.notEqual(await r.page.locator('#case').innerText(), address);
  // A direction looks, and decides nothing.
  const unit = await r.page.locator('select[name="ml"]').inputValue();
  await r.role('direction', unit);
  await r.open('/a-verifier');
  assert.equal(await r.page.locator('[data-review]').count(), 0);
  assert.match(await r.page.locator('main').innerText(), /revient au référent données/);
  assert.deepEqual(await violations(r.page), []);
  assert.deepEqual(r.faults, []);
  await r.close();
});

test('two tabs on one address: the later answer is told of the other, and asked', async () => {
  const r = await reader(world), other = await reader(world);
  const unit = await busy(r, '/a-verifier', '[data-review]');
  await other.role('referent', unit);
  await other.open('/a-verifier');
  const address = await r.page.locator('#case').innerText();
  assert.equal(await other.page.locator('#case').innerText(), address);
  assert.match(await r.page.locator('.situation').innerText(), /^(QPV .+ \(Q\w+\).: point (dedans|dehors), à .+ de la limite|QPV .+ \(Q\w+\)|Aucun QPV)/);
  await other.page.locator('input[name="fondement"]').first().check();
  await Promise.all([other.page.waitForNavigation(), other.page.keyboard.press('h')]);
  await r.page.locator('input[name="fondement"]').first().check();
  r.expect(409);
  await Promise.all([r.page.waitForNavigation(), r.page.keyboard.press('d')]);
  assert.equal(await r.page.locator('#case').innerText(), address);
  assert.match(await r.page.locator('[role="alert"]').innerText(), /Démonstration a répondu « ?.Hors QPV.? ?» le \d\d\/\d\d\/\d{4} à \d\d:\d\d.*pas gardée/);
  await shoot(r, 'a-verifier-autre-reponse');
  assert.deepEqual(await violations(r.page), []);
  // Asked again, knowing, it replaces the other.
  await r.page.locator('input[name="fondement"]').first().check();
  await Promise.all([r.page.waitForNavigation(), r.page.keyboard.press('d')]);
  assert.match(await r.page.locator('.toast').innerText(), /Réponse gardée.: dans le QPV/);
  await Promise.all([r.page.waitForNavigation(), r.page.keyboard.press('z')]);
  assert.deepEqual(r.faults, []);
  await r.close();
  await other.close();
});

test('what is to complete goes back to counsellors and branches, CSV and XLSX', async () => {
  const r = await reader(world);
  await busy(r, '/a-verifier?vue=a-completer', '#export');
  // A counsellor whose name is a formula.
  const file = join(world.folder, 'a-completer-essai.csv');
  writeFileSync(file, 'Matricule;Adresse;CP;Ville;Date début CEJ;Conseiller référent;Antenne\nE2E-A;;;;03/04/2024;=HYPERLINK("http://x");Antenne du Port\nE2E-B;;;;03/04/2024;Mme Éluard;Antenne du Port\n');
  await r.open('/imports');
  await r.page.setInputFiles('#file', file);
  await submit(r, '.drop button');
  await submit(r, 'button:has-text("Importer")');
  await r.page.waitForSelector('#counts', { timeout: 30_000 });
  await r.open('/a-verifier?vue=a-completer');
  await shoot(r, 'a-completer');
  const save = async (format) => {
    const [download] = await Promise.all([r.page.waitForEvent('download'), r.page.click(`button[value="${format}"]`)]);
    const path = join(world.folder, download.suggestedFilename());
    await download.saveAs(path);
    return path;
  };
  assert.ok((await r.page.locator('#qui option').allInnerTexts()).some((t) => /Antenne.*Port.*\(2\)/.test(t)));
  await r.page.selectOption('#qui', { label: (await r.page.locator('#qui option').allInnerTexts()).find((t) => /Port/.test(t)) });
  const csv = readFileSync(await save('csv'), 'utf8').trim().split('\n');
  assert.equal(csv.length, 3, csv.join('\n'));
  assert.match(csv[0], /Antenne;Conseiller référent;N° dossier/);
  assert.ok(csv.some((l) => l.includes('Mme Éluard')) && !csv.some((l) => /;"?=/.test(l)), csv.join('\n'));
  const xlsx = await save('xlsx');
  assert.match(execFileSync('python3', ['-c', 'import sys,zipfile;z=zipfile.ZipFile(sys.argv[1]);print(" ".join(z.read(n).decode() for n in z.namelist() if n.endswith(".xml")))', xlsx]).toString(), /Mme Éluard/);
  assert.ok(!r.page.url().includes('luard'), 'no name in a link');
  assert.deepEqual(await violations(r.page), []);
  assert.deepEqual(r.faults, []);
  await r.close();
});
