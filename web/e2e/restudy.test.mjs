// A new edition of the référentiel: a file tells that another one flagged it, and is
// studied again from its page.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { reader, shoot, startAccounts, violations } from './world.mjs';

const password = 'cheval agrafe pile correct';
let world;
before(async () => { world = await startAccounts(); });
after(() => world?.stop());

const submit = (r, selector) => Promise.all([r.page.waitForNavigation(), r.page.click(selector)]);

test('a file of a former edition is studied again', async () => {
  const lines = readFileSync(join(world.raw, 'jeunes.csv'), 'utf8').split('\n');
  const head = lines.findIndex((l) => l.startsWith('N° dossier'));
  const at = lines[head].split(';').indexOf('Code structure');
  const unit = lines.slice(head + 1).map((l) => l.split(';')[at]).find(Boolean);
  const program = process.env.PERIMETRE ?? join(world.folder, 'perimetre');
  const link = execFileSync(program, ['user', 'add', 'ref@exemple.fr', '--name', 'Référente', '--role', 'referent', '--unit', unit, '--database', join(world.folder, 'base.db')]).toString().trim();
  const r = await reader(world);
  await r.open(new URL(link).pathname + new URL(link).search);
  await r.page.fill('#password', password);
  await submit(r, 'button.main');
  const file = join(world.folder, 'jeunes.csv');
  writeFileSync(file, lines.join('\n'));
  await r.open('/imports');
  await r.page.setInputFiles('input[type="file"]', file);
  if (/^\/imports$/.test(new URL(r.page.url()).pathname)) await Promise.all([r.page.waitForURL(/colonnes/), r.page.click('main form[enctype] button')]);
  await submit(r, 'main button.main');
  await r.page.waitForFunction(() => /dans le QPV/i.test(document.body.innerText) && !/import en cours/i.test(document.body.innerText));
  await r.open('/imports');
  assert.doesNotMatch(await r.page.locator('main').innerText(), /édition antérieure/);

  // Another edition comes into service, with the addresses of one département.
  const departement = /-(\w+)\.csv/.exec(readdirSync(join(world.raw, 'ban')).find((name) => name.startsWith('adresses-')))[1];
  execFileSync(program, ['data', 'build', '--from', world.raw, '--to', world.pack, '--deps', departement, '--quiet'], { stdio: 'inherit' });
  for (let i = 0; i < 60 && !/édition antérieure/.test(await r.page.locator('main').innerText()); i++) {
    await new Promise((ok) => { setTimeout(ok, 250); });
    await r.open('/imports');
  }
  assert.match(await r.page.locator('main').innerText(), /étudié avec une édition antérieure/);
  await shoot(r, 'imports-edition-anterieure');
  await submit(r, 'main table th a');
  assert.match(await r.page.locator('main').innerText(), /Ces lignes ont été étudiées avec une édition antérieure/);
  assert.deepEqual(await violations(r.page), []);
  await shoot(r, 'import-edition-anterieure');
  await submit(r, 'button:has-text("Étudier de nouveau")');
  await r.page.waitForFunction(() => !/Nouvelle étude en cours|édition antérieure/.test(document.body.innerText));
  await r.open('/imports');
  assert.doesNotMatch(await r.page.locator('main').innerText(), /édition antérieure/);
  assert.deepEqual(r.faults, []);
  await r.close();
});
