// Administration and method: targets that change from a day on, declared sites,
// durations, the journal that tells of all three; what the machine is worth here.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { reader, shoot, startWorld, violations } from './world.mjs';

let world;
before(async () => { world = await startWorld(); });
after(() => world?.stop());

const submit = (r, selector) => Promise.all([r.page.waitForNavigation(), r.page.click(selector)]);
const text = async (r, selector = 'main') => (await r.page.locator(selector).innerText()).replaceAll('\u202f', ' ').replaceAll('\u00a0', ' ');

test('a target changes from a day on; the past, the journal and the figures keep it', async () => {
  const r = await reader(world);
  await r.role('etat');
  await r.open('/pilotage?periode=2024-T2');
  const before = await text(r, '.units');
  await r.role('administrateur');
  await r.open('/administration?vue=regles');
  assert.deepEqual(await violations(r.page), []);
  await shoot(r, 'administration-regles');
  await submit(r, '#rules + p + .scroll tbody tr:first-child a, tbody tr:first-child th a');
  assert.match(await text(r), /La règle aujourd’hui/);
  assert.deepEqual(await violations(r.page), []);
  await r.page.fill('#from', '2024-07-01');
  await r.page.fill('#share', '55 %');
  await r.page.fill('#source', 'Arrêté fictif du 1er juin 2024');
  r.expect(400);
  await submit(r, 'button:has-text("Ajouter cette version")');
  assert.match(await text(r, '[role="alert"]'), /cocher la case/);
  assert.equal(await r.page.inputValue('#source'), 'Arrêté fictif du 1er juin 2024');
  assert.deepEqual(await violations(r.page), []);
  await shoot(r, 'administration-regle-refusee');
  r.expect(200);
  await r.page.check('input[name="retroactif"]');
  await r.page.locator('summary', { hasText: 'à part' }).click();
  const apart = r.page.locator('.numbers input').first();
  await apart.fill('85 %');
  await r.page.locator('summary', { hasText: 'Simulation' }).click();
  await r.page.fill('#reference', 'Note fictive du 3 juin 2024');
  await r.page.fill('#tiers', '40 % = 1000\n55 % = 2500');
  await submit(r, 'button:has-text("Ajouter cette version")');
  assert.match(await text(r, '.note.good'), /Nouvelle version de la règle, à partir du 01\/07\/2024/);
  assert.match(await text(r, '#versions + p + .scroll'), /origine.*01\/07\/2024.*55/s);
  assert.deepEqual(await violations(r.page), []);
  await shoot(r, 'administration-regle');
  await r.page.locator('summary', { hasText: 'en fichiers' }).click();
  const [file] = await Promise.all([r.page.waitForEvent('download'), r.page.locator('details a').last().click()]);
  const path = join(world.folder, 'regle.yml');
  await file.saveAs(path);
  assert.match(readFileSync(path, 'utf8'), /share: 55 %, from: "?2024-07-01/);
  await r.page.fill('#confirm-source', 'Comité fictif');
  await submit(r, 'button:has-text("Confirmer")');
  assert.match(await text(r, '.note.good'), /Objectif confirmé/);
  await r.open('/administration?vue=journal');
  assert.match(await text(r), /règle modifiée/);
  assert.match(await text(r), /règle confirmée/);

  // Before the day nothing moves; after it, what was sent under the old rule is awaited.
  await r.role('etat');
  await r.open('/pilotage?periode=2024-T2');
  assert.equal(await text(r, '.units'), before);
  await r.open('/pilotage?periode=2024-T3');
  assert.match(await text(r), /règle a changé pour cette période/i);
  await r.role('direction');
  await r.open('/bordereau?periode=2024-T3');
  await submit(r, 'button:has-text("Envoyer")');
  await r.role('etat');
  await r.open('/pilotage?periode=2024-T3');
  assert.match(await text(r), /version antérieure de la règle/);
  assert.match(await text(r), /55 %|85 %/);
  assert.deepEqual(await violations(r.page), []);
  assert.deepEqual(r.faults, []);
  await r.close();
});

test('declared sites change the completeness; durations are bounded; all is in the journal', async () => {
  const r = await reader(world);
  await r.role('administrateur');
  await r.open('/administration?vue=sites');
  assert.deepEqual(await violations(r.page), []);
  for (const input of await r.page.locator('.numbers input').all()) await input.fill('40');
  await submit(r, 'button:has-text("Enregistrer")');
  assert.match(await text(r, '.note.good'), /sites déclarés enregistrés/);
  assert.equal(await r.page.locator('.numbers input').first().inputValue(), '40');
  await shoot(r, 'administration-sites');
  await r.role('direction');
  await r.open('/ma-mission-locale');
  assert.match(await text(r), /5 sites.*40/);
  await r.role('administrateur');
  await r.open('/administration?vue=conservation');
  assert.deepEqual(await violations(r.page), []);
  await shoot(r, 'administration-conservation');
  await r.page.fill('#mois-adresses', '30');
  await r.page.fill('#mois-lignes', '12');
  r.expect(400);
  await submit(r, 'button:has-text("Enregistrer")');
  assert.match(await text(r, '[role="alert"]'), /remove_months|lignes/i);
  r.expect(200);
  await r.page.fill('#mois-adresses', '4');
  await r.page.fill('#mois-lignes', '12');
  await submit(r, 'button:has-text("Enregistrer")');
  assert.equal(await r.page.inputValue('#mois-adresses'), '4');
  await r.open('/administration?vue=journal');
  assert.match(await text(r), /paramètres modifiés/);
  await shoot(r, 'administration-journal');
  await r.open('/administration?vue=referentiel');
  assert.match(await text(r), /SHA-256/);
  // An auditor reads the same, without a form.
  await r.role('auditeur');
  for (const tab of ['comptes', 'regles', 'sites', 'referentiel', 'journal', 'conservation']) {
    await r.open(`/administration?vue=${tab}`);
    assert.equal(await r.page.locator('main form[method="post"]').count(), 0, tab);
    assert.deepEqual(await violations(r.page), [], tab);
  }
  assert.deepEqual(r.faults, []);
  await r.close();
});

test('the method says how one decides, with this référentiel’s own figures', async () => {
  const r = await reader(world);
  await r.open('/methode');
  for (let i = 0; i < 60 && !/Décidées à tort/.test(await text(r)); i++) { await r.page.waitForTimeout(500); await r.page.reload(); }
  const told = await text(r);
  for (const word of [/Décidées à tort/, /Non décidées/, /Décidées hardiment/, /graine/, /fabriquées/, /marge de doute/i, /sera donné à partir de 30 décisions/]) assert.match(told, word);
  assert.deepEqual(await violations(r.page), []);
  await shoot(r, 'methode');
  assert.deepEqual(r.faults, []);
  await r.close();
});
