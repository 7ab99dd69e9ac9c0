// The guide's pictures, from the demonstration: npm run guide-shots [-- NAME…]
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { reader, startWorld } from './world.mjs';

const folder = fileURLToPath(new URL('../../docs/images/', import.meta.url));
const asked = process.argv.slice(2);
await mkdir(folder, { recursive: true });
const world = await startWorld();
const r = await reader(world, { viewport: { width: 1280, height: 900 } });

/** A picture of the shown parts, from the first one's top to the last one's end. */
const picture = async (name, path, { first = 'main', last = first, most = 1000, ready, margin = 8 } = {}) => {
  if (asked.length && !asked.includes(name)) return;
  if (path) await r.open(path);
  if (ready) await r.page.waitForSelector(ready, { timeout: 60_000 });
  await r.page.evaluate(() => { document.activeElement?.blur(); return document.fonts.ready; });
  const box = async (selector) => r.page.locator(selector).first().boundingBox();
  const top = await box(first), end = await box(last);
  const y = Math.max(0, top.y - margin + await r.page.evaluate(() => scrollY)), x = Math.max(0, Math.min(top.x, end.x) - margin);
  const clip = { x, y, width: Math.min(r.page.viewportSize().width - x, Math.max(top.width, end.width) + 2 * margin), height: Math.min(most, end.y + end.height - top.y + 2 * margin) };
  await r.page.screenshot({ fullPage: true, clip, path: `${folder}${name}.png` });
};
const panel = (id) => `section:has(> #${id}), section:has(> .panel-head > #${id})`;

try {
  await r.role('etat');
  await picture('pilotage', '/pilotage', { first: '.page-head', last: panel('units'), most: 1010 });
  await picture('pilotage-carte', '/pilotage?vue=carte', { first: panel('quota-map'), most: 900 });
  await r.page.setViewportSize({ width: 1024, height: 760 });
  await picture('carte', '/carte', { first: '.page-head', last: '.atlas', ready: '[data-ready]', most: 700 });
  await r.page.setViewportSize({ width: 1280, height: 900 });
  await picture('methode', '/methode', { first: '.page-head', last: 'main > .cols' });

  // The first Mission Locale with an address near a limit and a verdict to come.
  await r.role('referent');
  const units = await r.page.$$eval('select[name="ml"] option', (o) => o.map((x) => x.value));
  let unit;
  for (unit of units) {
    await r.role('referent', unit);
    await r.open('/ma-mission-locale');
    const open = await r.page.locator('.panel-head .verdict.indetermine').count();
    await r.open('/a-verifier');
    if (open && await r.page.locator('.review .plan').count()) break;
  }
  // An address near a limit, which shows the plan's margin.
  for (let i = 0; i < 30 && !/trop près/.test(await r.page.locator('.review').innerText()); i++) await Promise.all([r.page.waitForNavigation(), r.page.click('a:has-text("Passer")')]);
  await picture('a-verifier', undefined, { first: '.page-head', last: '.review', most: 900 });
  const address = await r.page.locator('#case').innerText();
  await r.open('/imports');
  const file = await r.page.locator('section:has(#files) tbody a').first().getAttribute('href');
  await picture('import', file, { first: '.page-head', last: panel('rejected'), most: 1100 });
  await r.open('/adresse');
  await r.page.fill('#q', address);
  await Promise.all([r.page.waitForNavigation(), r.page.click('button:has-text("Situer l’adresse")')]);
  await picture('adresse', undefined, { first: panel('decision'), last: 'main .side', most: 900 });
  await r.role('direction', unit);
  await picture('ma-mission-locale', '/ma-mission-locale', { first: '.page-head', last: panel('changes'), most: 1100 });
  await picture('note', '/ma-mission-locale/note', { first: '.board', most: 1400 });

  await r.role('administrateur');
  await picture('administration', '/administration?vue=regles', { first: '.page-head', last: panel('rules') });
} finally {
  await world.stop();
}
if (r.faults.length) throw new Error(r.faults.join('\n'));
