// How long the map takes: from the start of the navigation to MapLibre's « load »,
// when all that is in view is drawn and a reader can move in it; then to its names
// and sites. A new browser context, so an empty cache, for each of the runs.
// usage: npm run speed [-- RUNS]   the demonstration, or $BASE with $COOKIE (name=value)
import { launch } from './browser.mjs';
import { startWorld } from './world.mjs';

const runs = Number(process.argv[2] ?? 5);
const world = process.env.BASE ? undefined : await startWorld();
const base = process.env.BASE ?? world.base;
const browser = world?.browser ?? await launch();
const times = [];
for (let i = 0; i <= runs; i++) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const [name, value] = (process.env.COOKIE ?? '').split('=');
  if (value) await context.addCookies([{ name, value, url: base }]);
  const page = await context.newPage();
  await page.goto(`${base}/carte`);
  await page.waitForSelector('[data-atlas][data-ready]', { timeout: 60_000 });
  const t = await page.evaluate(() => ['carte-interactive', 'carte'].map((m) => Math.round(performance.getEntriesByName(m)[0].startTime)));
  if (i > 0) times.push(t); // the first wakes the browser's own processes
  await context.close();
}
const median = (k) => times.map((t) => t[k]).sort((a, b) => a - b)[times.length >> 1];
console.log(`interactive ${median(0)} ms, whole ${median(1)} ms: medians of ${runs}; ${times.map((t) => t.join('/')).join(' ')}`);
await (world ? world.stop() : browser.close());
