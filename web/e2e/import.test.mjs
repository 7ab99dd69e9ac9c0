// Files of young people, as they come: several at once, with titles, totals, wrong
// headings and an old encoding, to a bordereau seen before it is sent.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { reader, shoot, startWorld, violations } from './world.mjs';

let world;
before(async () => { world = await startWorld(); });
after(() => world?.stop());

const number = (text) => Number((/[\d\u202f\u00a0 ]+/.exec(text)?.[0] ?? '').replace(/[\u202f\u00a0 ]/g, ''));
const fact = async (page, term) => (await page.locator('dt', { hasText: new RegExp(`^${term}$`) }).first().locator('xpath=following-sibling::dd[1]').innerText()).trim();
const submit = (r, selector) => Promise.all([r.page.waitForNavigation(), r.page.click(selector)]);

/** A Mission Locale with an address to settle, and that address in three parts. */
const place = async (r) => {
  await r.role('referent');
  for (const unit of await r.page.$$eval('select[name="ml"] option', (o) => o.map((x) => x.value))) {
    await r.role('referent', unit);
    await r.open('/a-verifier');
    if (!await r.page.locator('[data-review]').count()) continue;
    const [, street, postcode, city] = /^(.*) (\d{5}) (.+)$/.exec(await r.page.locator('#case').innerText());
    return { unit, street, postcode, city };
  }
  throw new Error('no address to settle in the demonstration');
};

const windows1252 = (text) => Buffer.from(text.replaceAll('’', '\u0092'), 'latin1');

test('several files at once: each its columns, corrected, imported, rejected rows told, bordereau, undone', async () => {
  const r = await reader(world);
  const { unit, street, postcode, city } = await place(r);
  // A list as a counsellor keeps it: two title lines, an old encoding, a heading that
  // no program knows, empty columns at the end, a total.
  const messy = join(world.folder, 'liste désordonnée.csv');
  writeFileSync(messy, windows1252(['Mission Locale – suivi CEJ;;;;;;;;', 'Édité le 03/10/2024;;;;;;;;', '', 'N° interne;Libellé voie;CP;Ville;Entré le;Conseiller référent;Remarques;;'.replace('–', '-'),
    `E2E-1;${street};${postcode};${city};03/04/2024;=1+1;été difficile;;`, `E2E-2;SDF;${postcode};${city};04/04/2024;Mme B;;;`,
    `E2E-3;${street};${postcode};${city};31/02/2024;M. C;;;`, `;${street};${postcode};${city};05/04/2024;M. C;;;`, 'TOTAL;;;;4;;;;'].join('\r\n').replace('–', '-')));
  const tidy = join(world.folder, 'export.csv');
  writeFileSync(tidy, `\ufeffMatricule,Adresse,Code postal,Commune,Date d'entrée\nE2E-9,"${street}",${postcode},${city},2024-05-02\n`);
  const foreign = join(world.folder, 'notes.pdf');
  writeFileSync(foreign, Buffer.from('%PDF-1.4\u0000\u0001'));

  await r.open('/imports');
  await r.page.setInputFiles('#file', [messy, tidy, foreign]);
  assert.match(await r.page.locator('[data-status]').innerText(), /3 fichiers choisis/);
  await submit(r, '.drop button');
  assert.match(await r.page.locator('h1').innerText(), /2 fichiers/);
  assert.match(await r.page.locator('[role="alert"]').first().innerText(), /notes\.pdf/);
  assert.deepEqual(await violations(r.page), []);
  await shoot(r, 'imports-colonnes');
  const panel = (name) => r.page.locator('section', { has: r.page.locator('h2', { hasText: name }) });
  const first = panel('liste désordonnée.csv');
  assert.match(await first.innerText(), /Il manque.*date d’entrée/s);
  assert.match(await first.innerText(), /2 lignes de titre/);
  assert.match(await first.innerText(), /non gardées.*Remarques/s);
  assert.equal(await first.locator('.columns tbody tr').count(), 7, 'empty columns are not shown');
  await panel('export.csv').locator('summary').click();
  assert.match(await panel('export.csv').locator('details').innerText(), /E2E-9/);
  // Started without the missing column: refused at its file, in words; the other begins.
  r.expect(400);
  await submit(r, 'button:has-text("Importer les fichiers cochés")');
  assert.match(await r.page.locator('[role="alert"]').first().innerText(), /il manque encore.*date d’entrée/i);
  assert.equal(await panel('export.csv').count(), 0, 'the tidy file is on its way');
  await shoot(r, 'imports-colonne-manquante');
  const select = (title) => r.page.locator('tr', { has: r.page.getByRole('rowheader', { name: title, exact: true }) }).locator('select');
  assert.equal(await r.page.getByRole('rowheader', { name: 'Libellé voie' }).count(), 1, 'accents of Windows are read');
  await select('Entré le').selectOption({ label: 'La date d’entrée' });
  if (await select('N° interne').inputValue() === '') await select('N° interne').selectOption({ index: 1 });
  await submit(r, 'button:has-text("Importer")');
  await r.page.waitForSelector('#counts', { timeout: 30_000 });
  const steps = await r.page.locator('.story > li').allInnerTexts();
  assert.match(steps[0], /^5\s+lignes lues/);
  assert.match(steps[1], /^3\s+personnes\s+4 lignes gardées/);
  assert.match(steps[1], /− 1 ligne de total ou vide/);
  assert.match(steps[2], /^2\s+entrées comptées[^]*− 2 à corriger, listées plus bas/);
  assert.ok(await r.page.locator('.page-head .actions a').count() >= 3, 'what to do next stands on top');
  assert.equal(await fact(r.page, 'dont sans résidence établie'), '1');
  // Rows are told by their line in the file that was sent.
  const rejected = await r.page.locator('#rejected').locator('xpath=..').locator('tbody tr').allInnerTexts();
  assert.equal(rejected.length, 2, rejected.join(' | '));
  assert.match(rejected.join('\n'), /7\s+E2E-3\s+Date d’entrée invalide\s+31\/02\/2024/);
  assert.match(rejected.join('\n'), /8\s+Identifiant absent/);
  assert.deepEqual(await violations(r.page), []);
  await shoot(r, 'import-fait');
  const names = [];
  const save = async (link) => {
    const [file] = await Promise.all([r.page.waitForEvent('download'), r.page.click(link)]);
    names.push(file.suggestedFilename());
    const path = join(world.folder, file.suggestedFilename());
    await file.saveAs(path);
    return readFileSync(path, 'utf8');
  };
  const flagged = await save('a:has-text("Télécharger le fichier signalé")');
  assert.equal(flagged.trim().split('\n').length, 5);
  assert.match(flagged, /qpv_statut/);
  assert.equal(names[0], 'liste désordonnée-signalé.csv');
  assert.match(flagged, /^\ufeff?N° interne;Libellé voie;CP;Ville;Entré le;Conseiller référent;longitude/);
  assert.ok(!/;=1\+1/.test(flagged), 'a formula stays one');
  assert.ok(!flagged.includes('été difficile'), 'free text is kept');
  assert.match(await save('a:has-text("lignes à corriger")'), /31\/02\/2024/);
  // The same bytes under another name are known, and left unless asked for.
  const done = r.page.url();
  await r.open('/imports');
  await r.page.setInputFiles('#file', { name: 'encore.csv', mimeType: 'text/csv', buffer: readFileSync(messy) });
  await submit(r, '.drop button');
  assert.match(await r.page.locator('[data-twin]').innerText(), /déjà importé depuis le .* sous le nom «.liste désordonnée\.csv.»/);
  assert.equal(await r.page.locator('input[name^="importer."]').isChecked(), false);
  await shoot(r, 'imports-meme-fichier');
  await submit(r, 'button:has-text("Le retirer")');
  assert.match(await r.page.locator('.note.good').innerText(), /Fichier retiré.*Rien n’en était importé/);
  await r.page.goto(done);

  // What leaves is seen first, by who may not send as by who may.
  await submit(r, 'a:has-text("Préparer le bordereau")');
  assert.equal(await r.page.locator('button:has-text("Envoyer")').count(), 0);
  await r.role('direction', unit);
  await r.open('/imports');
  await r.page.selectOption('#period', '2024-T2');
  await submit(r, 'button:has-text("Voir ce qui partira")');
  assert.match(await r.page.locator('h1').innerText(), /2e trimestre 2024/);
  const counts = await r.page.locator('#comptes-h').locator('xpath=..').innerText();
  assert.match(counts, /Entrées/);
  // The replay's block counts the same rows: none of them twice.
  for (const row of await r.page.locator('#rejets-h').locator('xpath=..').locator('tbody tr').all()) assert.equal(new Set(await row.locator('td').allInnerTexts()).size, 1);
  await r.page.locator('summary').first().click();
  const exact = JSON.parse(await r.page.locator('.exact').innerText());
  assert.equal(exact.period.id, '2024-T2');
  for (const word of [street, 'E2E-1', postcode]) assert.ok(!JSON.stringify(exact).includes(word), `${word} would leave`);
  assert.ok(exact.units[0].blocks.length >= 2, 'a block for each version of the perimeters');
  assert.deepEqual(await violations(r.page), []);
  await shoot(r, 'bordereau');
  await submit(r, 'button:has-text("Envoyer aux services de l’État")');
  assert.match(await r.page.locator('main').innerText(), /Bordereau envoyé aux services de l’État : 2e trimestre 2024|Bordereau envoyé aux services de l’État\s:/);
  assert.match(await r.page.locator('main').innerText(), /Dernier envoi/);
  await r.role('etat');
  await r.open('/pilotage?periode=2024-T2');
  assert.match(await r.page.locator('h1').innerText(), /^\d+ reçus? sur \d+/);

  await r.role('referent', unit);
  await r.open('/imports');
  await Promise.all([r.page.waitForNavigation(), r.page.locator('tr', { hasText: 'liste désordonnée' }).locator('button').click()]);
  assert.match(await r.page.locator('.note.good').innerText(), /Import annulé/);
  assert.equal(await r.page.locator('tr', { hasText: 'liste désordonnée' }).count(), 0);
  assert.deepEqual(r.faults, []);
  await r.close();
});

test('what was seen is what is sent: figures that moved are shown again', async () => {
  const r = await reader(world);
  const { unit } = await place(r);
  await r.role('direction', unit);
  await r.open('/bordereau?periode=2024-T1');
  const other = await reader(world);
  await other.role('referent', unit);
  await other.open('/a-verifier');
  const path = '/bordereau?periode=2024-T1';
  // Settle addresses until one of them moves the quarter.
  const before = await r.page.locator('input[name="empreinte"]').getAttribute('value');
  for (let i = 0; i < 15; i++) {
    if (!await other.page.locator('[data-review]').count()) break;
    await other.page.locator('input[name="fondement"]').first().check();
    await Promise.all([other.page.waitForNavigation(), other.page.keyboard.press('d')]);
  }
  await r.open(path);
  assert.notEqual(await r.page.locator('input[name="empreinte"]').getAttribute('value'), before);
  await r.page.locator('input[name="empreinte"]').evaluate((i, v) => { i.value = v; }, before);
  r.expect(409);
  await submit(r, 'button:has-text("Envoyer aux services de l’État")');
  assert.match(await r.page.locator('[role="alert"]').innerText(), /rien n’est parti/);
  assert.deepEqual(await violations(r.page), []);
  assert.deepEqual(r.faults, []);
  await r.close();
  await other.close();
});

test('a file that is none, and a form without a file, are refused in words', async () => {
  const r = await reader(world);
  await r.role('referent');
  await r.open('/imports');
  await r.page.setInputFiles('#file', { name: 'notes.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4\u0000\u0001') });
  r.expect(422);
  await submit(r, '.drop button');
  assert.match(await r.page.locator('[role="alert"]').innerText(), /notes\.pdf/i);
  await shoot(r, 'imports-refus');
  await r.page.locator('#file').evaluate((i) => i.removeAttribute('required'));
  r.expect(400);
  await submit(r, '.drop button');
  assert.match(await r.page.locator('[role="alert"]').innerText(), /au moins un fichier/);
  assert.deepEqual(r.faults, []);
  await r.close();
});
