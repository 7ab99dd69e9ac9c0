// Screenshots of the real pages of the demonstration, for the guide and to be looked at.
// usage: npm run shots -- FOLDER [width…]
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { reader, startWorld } from './world.mjs';

const [folder = 'captures', ...asked] = process.argv.slice(2);
const widths = asked.length ? asked.map(Number) : [1440, 768, 375];
await mkdir(folder, { recursive: true });
const world = await startWorld();
const r = await reader(world);
const shoot = async (name, path) => {
  for (const width of widths) {
    await r.page.setViewportSize({ width, height: 900 });
    if (path) await r.page.goto(world.base + path);
    if (path?.startsWith('/carte') && !path.includes('imprimer')) await r.page.waitForSelector('[data-ready]', { timeout: 30_000 });
    await r.page.screenshot({ path: join(folder, `${name}-${width}.png`), fullPage: true });
  }
};
await r.role('etat');
for (const [name, path] of [['pilotage', '/pilotage'], ['pilotage-tendance', '/pilotage?vue=tendance'], ['pilotage-carte', '/pilotage?vue=carte'], ['pilotage-rejeu', '/pilotage?perimetre=2015'],
  ['pilotage-vide', '/pilotage?periode=2019-T1'], ['carte', '/carte'], ['carte-a-imprimer', '/carte/imprimer'], ['methode', '/methode'], ['interdit', '/imports'], ['introuvable', '/rien'], ['adresse-vide', '/adresse']]) await shoot(name, path);
await r.role('referent');
for (const unit of await r.page.$$eval('select[name="ml"] option', (o) => o.map((x) => x.value))) {
  await r.role('referent', unit);
  await r.page.goto(`${world.base}/a-verifier`);
  if (await r.page.locator('[data-review]').count()) break;
}
for (const [name, path] of [['a-verifier', '/a-verifier'], ['a-completer', '/a-verifier?vue=a-completer'], ['ma-mission-locale', '/ma-mission-locale'], ['sites', '/ma-mission-locale/sites'], ['fichiers', '/imports']]) await shoot(name, path);
await r.page.goto(`${world.base}/a-verifier`);
const address = await r.page.locator('#case').innerText();
await r.page.goto(`${world.base}/adresse`);
await r.page.fill('#q', address);
await Promise.all([r.page.waitForNavigation(), r.page.click('button:has-text("Situer l’adresse")')]);
await shoot('adresse');
await r.role('administrateur');
for (const tab of ['comptes', 'regles', 'referentiel', 'journal', 'conservation']) await shoot(`administration-${tab}`, `/administration?vue=${tab}`);
await world.stop();
