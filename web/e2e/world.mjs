// The real server, with its demonstration, and a reader's browser.
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
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

/** Serves until the answer is there; log() is what the server wrote. */
const serve = async (program, base, args, env) => {
  const server = spawn(program, ['serve', '--listen', base.slice('http://'.length), ...args], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  server.stderr.on('data', (b) => { log += b; });
  for (let i = 0; ; i++) {
    if (server.exitCode !== null || i > 240) throw new Error(`le serveur ne répond pas : ${log}`);
    try { if ((await fetch(`${base}/readyz`)).ok) break; } catch { /* not yet */ }
    await new Promise((r) => setTimeout(r, 250));
  }
  return { server, log: () => log };
};

/** A folder, the program and a free address; builds it unless $PERIMETRE names one. */
const ground = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'perimetre-e2e-'));
  let program = process.env.PERIMETRE;
  if (!program) {
    program = join(folder, 'perimetre');
    execFileSync('go', ['build', '-o', program, './cmd/perimetre'], { cwd: root, stdio: 'inherit' });
  }
  return { folder, program, base: `http://127.0.0.1:${await freePort()}` };
};

/** The demonstration, whose reader chooses a role; options are the command's. change is
 *  given the folder of its territory, of 6,000 addresses, before it is built. */
export const startWorld = async (options = [], change) => {
  const { folder, program, base } = await ground();
  mkdirSync(join(folder, 'cache'));
  if (change) {
    const version = execFileSync(program, ['version'], { encoding: 'utf8' }).split(' ')[1];
    const demo = join(folder, 'cache', 'perimetre', `demo-3-${version}`), raw = join(demo, 'raw');
    mkdirSync(demo, { recursive: true });
    execFileSync(program, ['demo', '--to', raw, '--addresses', '6000', '--people', '900', '--quiet'], { stdio: 'ignore' });
    const sha = (path) => createHash('sha256').update(readFileSync(path)).digest('hex');
    const was = readdirSync(raw, { recursive: true }).filter((f) => statSync(join(raw, f)).isFile()).map((f) => [join(raw, f), sha(join(raw, f))]);
    change(raw);
    const sources = join(raw, 'sources.json'); // knows its files by their sums
    writeFileSync(sources, was.reduce((text, [path, sum]) => text.replaceAll(sum, sha(path)), readFileSync(sources, 'utf8')));
    execFileSync(program, ['data', 'build', '--from', raw, '--to', join(demo, 'pack'), '--quiet'], { stdio: 'inherit' });
  }
  const { server } = await serve(program, base, ['--demo', ...options], { ...process.env, XDG_CACHE_HOME: join(folder, 'cache') });
  const browser = await launch();
  return {
    base, browser, folder,
    stop: async () => { await browser.close(); server.kill(); rmSync(folder, { recursive: true, force: true }); },
  };
};

/** A server with accounts, none yet, over the fictional territory; setup() is the
 *  link that makes the first account. options gives more of the command's, from the
 *  folder and the base. */
export const startAccounts = async (options = async () => []) => {
  const { folder, program, base } = await ground();
  const raw = join(folder, 'raw'), pack = join(folder, 'pack');
  execFileSync(program, ['demo', '--to', raw, '--addresses', '6000', '--people', '600', '--quiet'], { stdio: 'ignore' });
  execFileSync(program, ['data', 'build', '--from', raw, '--to', pack, '--quiet'], { stdio: 'ignore' });
  const { server, log } = await serve(program, base, ['--pack', pack, '--database', join(folder, 'base.db'), '--trust', '127.0.0.1', ...await options({ folder, base })], process.env);
  const browser = await launch();
  return {
    base, browser, folder, raw, pack, behindProxy: true,
    setup: async () => {
      for (let i = 0; i < 40; i++) {
        const found = /\/mise-en-service\?jeton=\w+/.exec(log());
        if (found) return found[0];
        await new Promise((r) => setTimeout(r, 100));
      }
      throw new Error(`no set-up link: ${log()}`);
    },
    stop: async () => { await browser.close(); server.kill(); rmSync(folder, { recursive: true, force: true }); },
  };
};

/** A reader: a page whose console, outside requests and refused styles are faults. */
export const reader = async (world, options = {}) => {
  const context = await world.browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'fr-FR', acceptDownloads: true,
    // Readers are told apart by their address, as behind a proxy: tries are counted by it.
    ...(world.behindProxy && { extraHTTPHeaders: { 'X-Forwarded-For': `10.0.${Math.floor(Math.random() * 250)}.${Math.floor(Math.random() * 250)}` } }), ...options });
  const page = await context.newPage();
  const faults = [];
  let expected = 200;
  page.on('console', (m) => {
    // What the browser tells of itself: without a graphics card it reads a map's pixels back.
    if (/^\[\.WebGL-\w+\]GL Driver Message \(OpenGL, Performance, .*GPU stall due to ReadPixels/.test(m.text())) return;
    // A page that answers 403 on purpose is told as an error by the browser.
    if (['error', 'warning'].includes(m.type()) && !(expected >= 400 && m.text().includes(String(expected)))) faults.push(`${page.url()} console: ${m.text()}`);
  });
  page.on('dialog', (d) => d.accept()); // what a page asks once is answered yes
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
      await page.selectOption('select[name="ml"]', unit);
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

/** The violations of WCAG 2.2 AA that axe finds, in words. What passes is not described,
 *  and no selector is written: both cost more than the checks. */
export const violations = async (page) => {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Runtime.evaluate', { expression: axe });
  const found = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations'], selectors: false }));
  return found.violations.map((v) => `${v.id}: ${v.help} – ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 140)).join(' | ')}`);
};
