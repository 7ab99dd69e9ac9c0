// What the services de l’État and a director come for: whether targets are reached,
// what changed and why, a state frozen for a meeting, a note for a board, on paper.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { reader, startWorld, violations } from './world.mjs';

let world;
before(async () => { world = await startWorld(); });
after(() => world?.stop());

const whole = (text) => Number((/[+−-]?[\d\u202f\u00a0]+/.exec(text)?.[0] ?? '0').replace('−', '-').replace(/[\u202f\u00a0+]/g, ''));
const points = (text) => (text.includes('–') && !/\d/.test(text) ? 0 : Number(text.replace('−', '-').replace(',', '.').replace(/[^\d.+-]/g, '')));
const shares = (text) => text.replace(/,/g, '.').match(/\d+(\.\d+)?/g).map(Number);
const clean = async (r, what) => assert.deepEqual(await violations(r.page), [], what);
const unitsOf = (r) => r.page.$$eval('select[name="ml"] option', (o) => o.map((x) => x.value));
const choose = async (r, name, value) => {
  await r.page.selectOption(`#f-${name}`, value);
  await Promise.all([r.page.waitForNavigation(), r.page.click('.filters button')]);
};
const pdfOf = async (r, name) => {
  const path = join(process.env.SHOTS ?? world.folder, `${name}.pdf`);
  await r.page.pdf({ preferCSSPageSize: true, path });
  return path;
};
const sheets = (path) => execFileSync('pdftotext', ['-layout', path, '-'], { encoding: 'utf8' }).split('\f').slice(0, -1);

test('the period is a quarter alone, or the year as bordereaux carry it', async () => {
  const r = await reader(world);
  await r.role('etat');
  await r.open('/pilotage?periode=2024-T3');
  const alone = whole(await r.page.locator('.units tr.total td').nth(1).innerText());
  await choose(r, 'etendue', 'cumul');
  assert.match(await r.page.locator('.kicker').first().innerText(), /année 2024/);
  const cumulated = whole(await r.page.locator('.units tr.total td').nth(1).innerText());
  assert.ok(cumulated > alone, `${cumulated} and ${alone}`);
  // A year is not the sum of quarters: a year that nobody sent is said to be missing.
  await r.open('/pilotage?periode=2023-T4&etendue=cumul');
  assert.match(await r.page.locator('h1').innerText(), /Aucun bordereau reçu ne porte l’année 2023 cumulée/);
  assert.match(await r.page.locator('main').innerText(), /n’est pas la somme de ses trimestres/);
  await clean(r, 'no cumulated year');
  await r.open('/pilotage?departement=96');
  const codes = await r.page.locator('.units tbody tr:not(.total) th').allInnerTexts();
  await r.open('/pilotage');
  assert.ok(codes.length > 0 && codes.length < await r.page.locator('.units tbody tr:not(.total):not(.group) th').count(), 'one département');
  assert.deepEqual(r.faults, []);
  await r.close();
});

test('what is missing and the QPV are told by keyboard, and closed by Escape', async () => {
  const r = await reader(world);
  await r.role('etat');
  await r.open('/pilotage');
  const row = r.page.locator('.units tbody tr', { has: r.page.locator('.tip button[aria-describedby^="m-"]') }).first();
  const [n, inside] = [whole(await row.locator('td').nth(1).innerText()), whole(await row.locator('td').nth(2).innerText())];
  const tip = row.locator('[role="tooltip"][id^="m-"]');
  assert.equal(await tip.isVisible(), false);
  await row.locator('.tip button[aria-describedby^="m-"]').focus();
  assert.equal(await tip.isVisible(), true);
  const [, missing, to, of] = /^(\d+) entrées, toutes en QPV, pour atteindre 40.% \((\d+) sur (\d+)\)$/.exec(await tip.innerText()).map(Number);
  assert.equal(to, inside + missing);
  assert.equal(of, n + missing);
  assert.ok(to * 10 >= of * 4 && (to - 1) * 10 < (of - 1) * 4, 'the least number that reaches 40 %');
  assert.equal(await row.locator('.tip button[aria-describedby^="m-"]').getAttribute('aria-describedby'), await tip.getAttribute('id'));
  await r.page.keyboard.press('Escape');
  assert.equal(await tip.isVisible(), false);
  const zones = r.page.locator('button[popovertarget]').first();
  await zones.focus();
  await r.page.keyboard.press('Enter');
  const list = r.page.locator(`#${await zones.getAttribute('popovertarget')}`);
  assert.equal(await list.locator('li').count(), whole(await zones.innerText()));
  await clean(r, 'an open list');
  await r.page.keyboard.press('Escape');
  assert.equal(await list.isVisible(), false);
  assert.deepEqual(r.faults, []);
  await r.close();
});

test('the map has its values in a table, and verdicts by pattern', async () => {
  const r = await reader(world);
  await r.role('etat');
  for (const period of ['2024-T4', '2024-T2']) {
    await r.open(`/pilotage?vue=carte&periode=${period}`);
    const told = await r.page.locator('#gaps').locator('xpath=..').locator('.verdict').allInnerTexts();
    assert.ok(told.length > 3);
    assert.equal(await r.page.locator('.plan path.unsure').count(), told.filter((t) => /Indéterminé/.test(t)).length, 'hatched');
    assert.equal(await r.page.locator('.plan path.missed').count(), told.filter((t) => /Non atteint/.test(t)).length, 'ruled');
    const labels = await r.page.locator('.plan text.n-label:not(.name)').allTextContents();
    assert.ok(labels.length > 0 && labels.every((l) => /^[✓✗?] |^≥/.test(l)), `labels: ${labels.join()}`);
    await clean(r, period);
  }
  assert.deepEqual(r.faults, []);
  await r.close();
});

test('figures are frozen with observations; what comes later is told by cause beside them', async () => {
  const r = await reader(world);
  await r.role('etat');
  await r.open('/pilotage?periode=2024');
  const unit = r.page.locator('.units tbody tr:not(.total)', { has: r.page.locator('.verdict.indetermine') }).first();
  const name = (await unit.locator('th').innerText()).replace(/\s*\*.*$/s, '').trim(); // less what it is subject to
  const frozenShare = await unit.locator('.share-line').innerText();
  await r.page.fill('#freeze-name', 'Réunion annuelle');
  await r.page.fill('#freeze-said', 'Réunion tenue à Servagance.');
  await r.page.click('summary:has-text("Observations de chaque Mission Locale")');
  await r.page.getByLabel(name, { exact: true }).fill('Deux conseillers arrivés en septembre.');
  await Promise.all([r.page.waitForNavigation(), r.page.click('button:has-text("Arrêter les chiffres")')]);
  const frozen = new URL(r.page.url()).search;
  assert.match(await r.page.locator('.strip').innerText(), /arrêté au/);
  assert.match(await r.page.locator('#observations').locator('xpath=..').innerText(), /Deux conseillers arrivés en septembre/);
  assert.match(await r.page.locator('#changes').locator('xpath=..').innerText(), /Aucun chiffre n’a changé/);
  await clean(r, 'a frozen state');

  // The Mission Locale settles addresses, and sends again.
  await r.role('referent');
  const code = (await r.page.$$eval('select[name="ml"] option', (o) => o.map((x) => [x.value, x.textContent.trim()]))).find(([, label]) => label === name)[0];
  await r.role('referent', code);
  let settled = 0;
  for (let i = 0; i < 14; i++) {
    await r.open('/a-verifier');
    if (!await r.page.locator('[data-review]').count()) break;
    await r.page.locator('input[name="fondement"]').first().check();
    await Promise.all([r.page.waitForNavigation(), r.page.keyboard.press('d')]);
    settled++;
  }
  assert.ok(settled > 4, `${settled} addresses settled`);
  await r.role('direction', code);
  await r.open('/ma-mission-locale?periode=2024');
  assert.match(await r.page.locator('#todo').locator('xpath=..').innerText(), /Les chiffres ont changé depuis l’envoi/);
  const own = r.page.locator('#changes').locator('xpath=..');
  assert.match(await own.innerText(), /Depuis le bordereau envoyé/);
  assert.match(await own.innerText(), /Adresses tranchées/);
  // Steps add up to the whole, in people and in points.
  const column = async (k) => (await own.locator('tbody tr td').evaluateAll((cells, n) => cells.filter((_, i) => i % 6 === n).map((c) => c.textContent), k));
  for (const k of [1, 2, 3]) {
    const cells = (await column(k)).map(whole);
    assert.equal(cells.slice(0, -1).reduce((a, b) => a + b, 0), cells.at(-1), `column ${k}`);
  }
  const low = (await column(4)).map(points);
  assert.ok(Math.abs(low.slice(0, -1).reduce((a, b) => a + b, 0) - low.at(-1)) < 1e-9, low.join());
  assert.ok(await own.locator('svg.fall').count() === 1, 'a picture of the causes');
  await clean(r, 'why it moved');
  await r.open('/bordereau?periode=2024');
  await Promise.all([r.page.waitForNavigation(), r.page.click('button:has-text("Envoyer aux services de l’État")')]);

  await r.role('etat');
  await r.open('/pilotage?periode=2024');
  const line = r.page.locator('table.since tbody tr', { hasText: name });
  assert.match(await line.innerText(), /bordereau remplacé le .* \(2e envoi\)/);
  const heads = await r.page.locator('table.since thead th').allInnerTexts();
  const at = heads.findIndex((h) => /Adresses tranchées/.test(h));
  assert.ok(at > 0, heads.join());
  assert.ok(points(await line.locator('td').nth(at - 1).innerText()) > 0, 'decisions raised the share');
  assert.ok(whole(await line.locator('td').nth(1).innerText()) > 0 && whole(await line.locator('td').nth(2).innerText()) < 0, 'more in, fewer to check');
  const [b, a] = [shares(await line.locator('td').nth(3).innerText())[0], shares(await line.locator('td').nth(4).innerText())[0]];
  const effects = (await line.locator('td').allInnerTexts()).slice(5, -1).map(points);
  assert.ok(Math.abs(effects.reduce((x, y) => x + y, 0) - (a - b)) <= 0.11, `${effects} from ${b} to ${a}`);
  await r.page.click('a:has-text("Depuis l’envoi précédent")');
  assert.match(await r.page.locator('#changes').locator('xpath=..').innerText(), /bordereaux que d’autres ont remplacés/);
  await clean(r, 'since the bordereau before');
  // The frozen state has not moved.
  await r.open(`/pilotage${frozen}`);
  assert.equal(await r.page.locator('.units tbody tr', { hasText: name }).locator('.share-line').innerText(), frozenShare);
  assert.match(await r.page.locator('table.since tbody tr', { hasText: name }).innerText(), /bordereau remplacé/);
  assert.deepEqual(r.faults, []);
  await r.close();
});

test('every printed sheet says whether the figures are provisional or frozen', async () => {
  const r = await reader(world);
  await r.role('etat');
  for (const [name, path] of [['tableau', '/pilotage?periode=2024-T1'], ['tendance', '/pilotage?vue=tendance'], ['carte', '/pilotage?vue=carte'], ['rejeu', '/pilotage?periode=2024-T1&perimetre=2015']]) {
    await r.open(path);
    const pages = sheets(await pdfOf(r, name));
    assert.ok(pages.length >= 1 && pages.length <= 4, `${name}: ${pages.length} sheets`);
    for (const [i, text] of pages.entries()) assert.match(text, /provisoire/, `${name}, sheet ${i + 1}`);
  }
  await r.open('/pilotage?periode=2024-T1');
  await Promise.all([r.page.waitForNavigation(), r.page.click('button:has-text("Arrêter les chiffres")')]);
  const pages = sheets(await pdfOf(r, 'arrete'));
  for (const text of pages) assert.match(text, /arrêté au \d\d\/\d\d\/\d{4}/);
  await r.role('direction', (await (async () => { await r.role('direction'); return unitsOf(r); })())[0]);
  await r.open('/ma-mission-locale?periode=2024-T1');
  for (const text of sheets(await pdfOf(r, 'ma-mission-locale'))) assert.match(text, /provisoire/);
  assert.deepEqual(r.faults, []);
  await r.close();
});

test('verdicts stay apart in greyscale, on screen and on paper', async () => {
  const r = await reader(world);
  await r.role('etat');
  await r.open('/pilotage?vue=tendance');
  for (const media of ['screen', 'print']) {
    await r.page.emulateMedia({ media });
    const grey = {};
    for (const verdict of ['atteint', 'non_atteint', 'indetermine']) {
      const pill = r.page.locator(`.verdict.${verdict}`).first();
      const png = (await pill.screenshot()).toString('base64');
      grey[verdict] = await r.page.evaluate(async (data) => {
        const image = new Image();
        image.src = `data:image/png;base64,${data}`;
        await image.decode();
        const canvas = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height });
        const c = canvas.getContext('2d');
        c.drawImage(image, 0, 0);
        const { data: px } = c.getImageData(0, 0, image.width, image.height);
        const light = [];
        for (let i = 0; i < px.length; i += 4) light.push(0.299 * px[i] + 0.587 * px[i + 1] + 0.114 * px[i + 2]);
        // Beyond the words, within the border: how much it is striped.
        const x = (i) => (i % image.width) / image.width, y = (i) => Math.floor(i / image.width) / image.height;
        const tail = light.filter((_, i) => x(i) > 0.88 && x(i) < 0.94 && y(i) > 0.3 && y(i) < 0.7);
        const mean = (l) => l.reduce((a, b) => a + b, 0) / l.length;
        const m = mean(tail);
        return { mean: mean(light), stripes: Math.sqrt(mean(tail.map((v) => (v - m) ** 2))) };
      }, png);
      // A word and a sign of its own, whatever the light.
      assert.match(await pill.innerText(), { atteint: /✓\s*Objectif atteint/, non_atteint: /✗\s*Non atteint/, indetermine: /\?\s*Indéterminé/ }[verdict]);
    }
    if (media === 'print') {
      assert.ok(grey.non_atteint.mean - grey.atteint.mean > 60, `full against ruled: ${JSON.stringify(grey)}`);
      assert.ok(grey.indetermine.stripes > grey.atteint.stripes + 20 && grey.indetermine.stripes > grey.non_atteint.stripes + 20, `hatched: ${JSON.stringify(grey)}`);
    }
  }
  assert.deepEqual(r.faults, []);
  await r.close();
});

test('a director has the share, its causes, the territory’s reach, and a note of one page', async () => {
  const r = await reader(world);
  await r.role('direction');
  let note;
  for (const unit of await unitsOf(r)) {
    await r.role('direction', unit);
    await r.open('/ma-mission-locale?periode=2024-T4');
    const first = await r.page.locator('h1').innerText();
    assert.match(first, /des entrées résident en QPV.*objectif 40.%.*Part attendue du territoire/, unit);
    assert.ok(await r.page.locator('.plan path.z-near').count() > 0, `${unit}: reach on the map`);
    assert.ok(await r.page.locator('.plan .site').count() > 0, `${unit}: sites on the map`);
    await clean(r, unit);
    note = await r.page.locator('a:has-text("Note d’une page")').getAttribute('href');
    await r.open(note);
    assert.equal(await r.page.locator('h1').innerText(), first);
    await clean(r, `note of ${unit}`);
    const pages = sheets(await pdfOf(r, `note-${unit}`));
    assert.equal(pages.length, 1, `note of ${unit}`);
    assert.match(pages[0], /Trimestre par trimestre[\s\S]*Le territoire/);
    assert.match(pages[0], /provisoire/);
  }
  assert.deepEqual(r.faults, []);
  await r.close();
});

test('an incomplete list of sites never says « sans présence »', async () => {
  const r = await reader(world);
  await r.role('direction');
  const units = await unitsOf(r);
  const presence = async (unit) => {
    await r.role('direction', unit);
    await r.open('/ma-mission-locale');
    const zones = r.page.locator('section:has(#zones)'); // a territory may have no QPV
    return { table: await zones.count() ? await zones.innerText() : '', note: await r.page.locator('.note').first().innerText() };
  };
  let unit;
  for (unit of units) if (/aucun site connu dans le QPV/.test((await presence(unit)).table)) break;
  const before = await presence(unit);
  assert.doesNotMatch(before.table, /sans présence/);
  assert.match(before.note, /maximums/);
  const declare = async (n) => {
    await r.role('administrateur');
    const settings = await (await r.page.request.get(`${world.base}/api/v1/settings`)).json();
    settings.declared_sites = { ...settings.declared_sites, [unit]: n };
    const answer = await r.page.request.put(`${world.base}/api/v1/settings`, { data: settings });
    assert.equal(answer.status(), 200, await answer.text());
  };
  await declare(8);
  assert.match((await presence(unit)).table, /sans présence/);
  await declare(40);
  const few = await presence(unit);
  assert.doesNotMatch(few.table, /sans présence/);
  assert.match(few.note, /Liste incomplète/);
  await r.close();
});

test('sites go out as a workbook and come back', async () => {
  const r = await reader(world);
  await r.role('direction');
  await r.open('/ma-mission-locale/sites');
  const names = () => r.page.$$eval('input[name="nom"]', (i) => i.map((x) => x.value).filter(Boolean));
  const openings = () => r.page.$$eval('input[name="ouverture"]', (i) => i.map((x) => x.value).filter(Boolean));
  const before = { names: await names(), openings: await openings() };
  const [file] = await Promise.all([r.page.waitForEvent('download'), r.page.click('a:has-text("Télécharger en XLSX")')]);
  assert.match(file.suggestedFilename(), /\.xlsx$/);
  const path = join(world.folder, 'sites.xlsx');
  await file.saveAs(path);
  await r.page.locator('input[name="nom"]').first().fill('');
  await Promise.all([r.page.waitForNavigation(), r.page.locator('button:has-text("Enregistrer")').first().click()]);
  assert.equal((await names()).length, before.names.length - 1);
  await r.page.setInputFiles('#sites-file', path);
  await Promise.all([r.page.waitForNavigation(), r.page.click('button:has-text("Remplacer la liste")')]);
  assert.deepEqual({ names: (await names()).sort(), openings: (await openings()).sort() }, { names: before.names.sort(), openings: before.openings.sort() });
  writeFileSync(join(world.folder, 'faux.xlsx'), 'ceci n’est pas un classeur');
  await r.page.setInputFiles('#sites-file', join(world.folder, 'faux.xlsx'));
  await Promise.all([r.page.waitForNavigation(), r.page.click('button:has-text("Remplacer la liste")')]);
  assert.match(await r.page.locator('[role="alert"]').innerText(), /Rien n’est enregistré/);
  await clean(r, 'a refused workbook');
  await r.close();
});

test('a director freezes the figures with observations, a référent does not', async () => {
  const r = await reader(world);
  await r.role('referent');
  await r.open('/ma-mission-locale?periode=2024-T3');
  assert.equal(await r.page.locator('#freeze-name').count(), 0);
  await r.role('direction');
  await r.open('/ma-mission-locale?periode=2024-T3');
  await r.page.fill('#freeze-name', 'Conseil d’octobre');
  await r.page.fill('#freeze-said', 'Chiffres présentés au bureau.');
  await Promise.all([r.page.waitForNavigation(), r.page.click('button:has-text("Arrêter les chiffres")')]);
  assert.match(await r.page.locator('.strip').innerText(), /arrêté au/);
  assert.match(await r.page.locator('main').innerText(), /Chiffres présentés au bureau/);
  await clean(r, 'an own frozen state');
  const url = new URL(r.page.url());
  const others = (await unitsOf(r)).filter((u) => u !== url.searchParams.get('ml'));
  await r.role('direction', others[0]);
  await r.open(`/ma-mission-locale?arrete=${url.searchParams.get('arrete')}`, 404);
  await r.role('etat');
  await r.open(`/pilotage?arrete=${url.searchParams.get('arrete')}`, 404);
  await r.close();
});
