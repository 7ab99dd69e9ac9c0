// The real server, with its demonstration, and a reader's browser.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launch } from './browser.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const axe = readFileSync(new URL('../node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');

const freePort = () => new Promise((resolve, reject) => {
  const s = createServer();
  s.on('error', reject);
  s.listen(0, '127.0.0.1', () => { const { port } = s.address(); s.close(() => resolve(port)); });
});

/** Builds the program, unless $PERIMETRE names one, and serves its demonstration. */
export const startWorld = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'perimetre-e2e-'));
  mkdirSync(join(folder, 'cache'));
  let program = process.env.PERIMETRE;
  if (!program) {
    program = join(folder, 'perimetre');
    execFileSync('go', ['build', '-o', program, './cmd/perimetre'], { cwd: root, stdio: 'inherit' });
  }
  const base = `http://127.0.0.1:${await freePort()}`;
  const server = spawn(program, ['serve', '--demo', '--listen', base.slice('http://'.length)], {
    env: { ...process.env, XDG_CACHE_HOME: join(folder, 'cache') }, stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  server.stderr.on('data', (b) => { log += b; });
  for (let i = 0; ; i++) {
    if (server.exitCode !== null || i > 240) throw new Error(`le serveur ne répond pas : ${log}`);
    try { if ((await fetch(`${base}/readyz`)).ok) break; } catch { /* not yet */ }
    await new Promise((r) => setTimeout(r, 250));
  }
  const browser = await launch();
  return {
    base, browser, folder,
    stop: async () => { await browser.close(); server.kill(); rmSync(folder, { recursive: true, force: true }); },
  };
};

/** A reader: a page whose console, outside requests and refused styles are faults. */
export const reader = async (world, options = {}) => {
  const context = await world.browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'fr-FR', acceptDownloads: true, ...options });
  const page = await context.newPage();
  const faults = [];
  let expected = 200;
  page.on('console', (m) => {
    // A page that answers 403 on purpose is told as an error by the browser.
    if (['error', 'warning'].includes(m.type()) && !(expected >= 400 && m.text().includes(String(expected)))) faults.push(`${page.url()} console: ${m.text()}`);
  });
  page.on('pageerror', (e) => faults.push(`${page.url()} error: ${e}`));
  page.on('request', (r) => { if (!r.url().startsWith(world.base) && !/^(blob|data):/.test(r.url())) faults.push(`outside request: ${r.url()}`); });
  return {
    page, context, faults,
    open: async (path, status = 200) => {
      expected = status;
      const answer = await page.goto(world.base + path);
      if (answer.status() !== status) throw new Error(`${path}: ${answer.status()}, expected ${status}`);
      return answer;
    },
    role: async (role, unit) => {
      await page.goto(`${world.base}/`);
      await page.selectOption('select[name="role"]', role);
      await Promise.all([page.waitForNavigation(), page.click('.who button')]);
      if (!unit) return;
      await page.selectOption('select[name="unit"]', unit);
      await Promise.all([page.waitForNavigation(), page.click('.who button')]);
    },
    /** The next answers are refused on purpose, with this status. */
    expect: (status) => { expected = status; },
    close: () => context.close(),
  };
};

/** A picture of the page at three widths, to be looked at, when $SHOTS names a folder. */
export const shoot = async (r, name) => {
  if (!process.env.SHOTS) return;
  const size = r.page.viewportSize();
  for (const width of [1440, 768, 375]) {
    await r.page.setViewportSize({ width, height: 900 });
    await r.page.screenshot({ path: join(process.env.SHOTS, `${name}-${width}.png`), fullPage: true });
  }
  await r.page.setViewportSize(size);
};

/** The violations of WCAG 2.2 AA that axe finds, in words. */
export const violations = async (page) => {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Runtime.evaluate', { expression: axe });
  const found = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
  return found.violations.map((v) => `${v.id}: ${v.help} – ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 140)).join(' | ')}`);
};
