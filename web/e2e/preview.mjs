// Screenshots and accessibility of the fictional pages, served by
//   go test ./web -run TestPreview -preview 127.0.0.1:8123 -timeout 0
// usage: node e2e/preview.mjs FOLDER [path…]
import { readFile, mkdir } from 'node:fs/promises';
import { launch } from './browser.mjs';

const [folder = 'shots', ...only] = process.argv.slice(2);
const base = process.env.BASE ?? 'http://127.0.0.1:8123';
const pages = ['/pilotage', '/pilotage/tendance', '/pilotage/carte', '/pilotage/vide', '/carte', '/carte/vide', '/carte/imprimer', '/adresse', '/adresse/vide', '/a-verifier', '/a-verifier/a-completer', '/a-verifier/vide',
  '/imports', '/imports/vide', '/imports/1', '/imports/2', '/imports/3', '/ma-mission-locale', '/ma-mission-locale/vide', '/administration', '/methode', '/connexion', '/mot-de-passe', '/interdit', '/erreur'];
await mkdir(folder, { recursive: true });
const axe = await readFile(new URL('../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
const browser = await launch();
let bad = 0;
for (const path of only.length ? only : pages) {
  for (const width of [1440, 768, 375]) {
    const page = await browser.newPage({ viewport: { width, height: 900 }, bypassCSP: true });
    page.on('console', (m) => { if (['error', 'warning'].includes(m.type())) console.log(path, width, m.text()); });
    page.on('pageerror', (e) => console.log(path, width, String(e)));
    await page.goto(base + path, { waitUntil: 'load' });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (wide > 0) { bad++; console.log(`${path} ${width}: ${wide} px too wide`); }
    await page.screenshot({ path: `${folder}/${path.slice(1).replaceAll('/', '-')}-${width}.png`, fullPage: true });
    if (width !== 768) {
      await page.evaluate(axe);
      const found = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
      for (const v of found.violations) { bad++; console.log(path, width, v.id, v.help, v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160) + ' ' + n.failureSummary.slice(0, 200))); }
    }
    await page.close();
  }
}
await browser.close();
console.log(bad ? `${bad} faults` : 'no fault');
process.exit(bad ? 1 : 0);
