// What holds on every page: nothing moves while it loads, it fits twice its size, it
// is used by keys alone, it is light, it wears the deployer's theme, it stays here.
import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { reader, startWorld, violations } from './world.mjs';

const pages = {
  etat: ['/pilotage', '/pilotage?vue=tendance', '/pilotage?vue=carte', '/carte/imprimer', '/couverture', '/couverture?moyen=ligne-droite', '/adresse', '/methode'],
  referent: ['/ma-mission-locale', '/imports', '/bordereau', '/a-verifier', '/a-verifier?vue=a-completer', '/a-verifier?vue=sans-residence'],
  direction: ['/ma-mission-locale/sites'],
  administrateur: ['comptes', 'regles', 'sites', 'referentiel', 'journal', 'conservation'].map((t) => `/administration?vue=${t}`).concat('/administration/regles/cej-qpv-40'),
};
let world, slow;
before(async () => {
  const theme = join(mkdtempSync(join(tmpdir(), 'perimetre-theme-')), 'theme.css');
  writeFileSync(theme, ':root { --brand: #4a1d5f; --link: #6a1d8f; }');
  world = await startWorld(['--theme', theme]);
  slow = await slowLine(world);
});
after(() => { slow?.close(); return world?.stop(); });

/** The world at the end of a slow line: each page comes in twelve pieces, 30 ms apart, so
 *  that the browser could paint a page of which it has the first half alone. */
const slowLine = async (world) => {
  const far = new URL(world.base);
  const line = createServer((asked, answer) => {
    const headers = { ...asked.headers, host: far.host, 'accept-encoding': 'identity' };
    asked.pipe(request({ host: far.hostname, port: far.port, method: asked.method, path: asked.url, headers }, async (got) => {
      answer.writeHead(got.statusCode, got.headers);
      if (!/^text\/html/.test(got.headers['content-type'] ?? '')) return got.pipe(answer);
      const page = Buffer.concat(await got.toArray()), piece = Math.ceil(page.length / 12);
      for (let at = 0; at < page.length; at += piece) {
        answer.write(page.subarray(at, at + piece));
        await new Promise((r) => setTimeout(r, 30));
      }
      answer.end();
    }));
  });
  await new Promise((r) => line.listen(0, '127.0.0.1', r));
  return { ...world, base: `http://127.0.0.1:${line.address().port}`, close: () => line.close() };
};

/** Counts the shifts of a page from its first paint. */
const watchShifts = (r) => r.page.addInitScript(() => {
  window.shifts = [];
  new PerformanceObserver((list) => { for (const e of list.getEntries()) window.shifts.push({ value: e.value, what: e.sources?.map((s) => s.node?.className ?? s.node?.nodeName).join(' ') }); }).observe({ type: 'layout-shift', buffered: true });
});

for (const [role, list] of Object.entries(pages)) {
  test(`${role}: nothing moves as a page comes, at any width`, async () => {
    const first = await reader(world);
    await first.role(role);
    const storageState = await first.context.storageState();
    await first.close();
    await Promise.all([{ width: 1440, height: 900 }, { width: 375, height: 800 }].map(async (viewport) => {
      const r = await reader(slow, { viewport, storageState });
      await watchShifts(r);
      for (const path of list) {
        await r.open(path);
        await r.page.waitForLoadState('networkidle');
        await r.page.waitForTimeout(150);
        const { shifts, seen } = await r.page.evaluate(() => ({ shifts: window.shifts, seen: performance.getEntriesByName('first-contentful-paint').length }));
        assert.equal(seen, 1, `${path} was never painted`);
        assert.deepEqual(shifts, [], `${path} at ${viewport.width} px`);
      }
      assert.deepEqual(r.faults, []);
      await r.close();
    }));
  });

  test(`${role}: twice its size, no side to scroll, nothing cut, colours kept apart`, async () => {
    const r = await reader(world, { viewport: { width: 720, height: 450 }, deviceScaleFactor: 2 });
    await r.role(role);
    for (const path of list) {
      await r.open(path);
      const over = await r.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(over <= 0, `${path}: ${over} px too wide`);
      assert.deepEqual(await violations(r.page), [], path);
    }
    assert.deepEqual(r.faults, []);
    await r.close();
  });
}

test('keys alone: the way past the navigation, a visible focus, every control in reach', async () => {
  const r = await reader(world);
  await r.role('referent');
  for (const path of ['/a-verifier', '/imports', '/bordereau']) {
    await r.open(path);
    await r.page.keyboard.press('Tab');
    assert.match(await r.page.evaluate(() => document.activeElement.textContent), /Aller au contenu/);
    await r.page.keyboard.press('Enter');
    assert.equal(await r.page.evaluate(() => document.activeElement.id), 'contenu');
    const controls = await r.page.locator('main a[href]:visible, main button:visible, main select:visible, main input:not([type="hidden"]):visible').count();
    let reached = 0, unseen = [];
    for (let i = 0; i < controls + 20; i++) {
      await r.page.keyboard.press('Tab');
      const at = await r.page.evaluate(() => {
        const e = document.activeElement, s = getComputedStyle(e), around = getComputedStyle(e.closest('.plan') ?? e);
        return { inside: !!e.closest('main'), name: e.outerHTML.slice(0, 80), seen: s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0 || around.outlineStyle !== 'none' };
      });
      if (!at.inside) break;
      reached++;
      if (!at.seen) unseen.push(at.name);
    }
    assert.deepEqual(unseen, [], path);
    assert.ok(reached > 2, `${path}: ${reached} stops`);
  }
  assert.deepEqual(r.faults, []);
  await r.close();
});

test('the deployer’s theme comes last, from here, and changes the colours', async () => {
  const r = await reader(world);
  await r.open('/methode');
  assert.equal(await r.page.evaluate(() => getComputedStyle(document.querySelector('.top')).backgroundColor), 'rgb(74, 29, 95)');
  assert.match(await r.page.locator('link[rel="stylesheet"]').last().getAttribute('href'), /^\/theme\.css\?v=/);
  assert.deepEqual(await violations(r.page), []);
  assert.deepEqual(r.faults, []);
  await r.close();
});

test('the first page of each role weighs 150 kB at most, font and all; its icon is served', async () => {
  for (const role of Object.keys(pages)) {
    const first = await reader(world);
    await first.role(role);
    const state = await first.context.storageState();
    await first.close();
    const r = await reader(world, { storageState: state });
    const cdp = await r.context.newCDPSession(r.page);
    await cdp.send('Network.enable');
    let bytes = 0;
    cdp.on('Network.loadingFinished', (e) => { bytes += e.encodedDataLength; });
    await r.open('/');
    await r.page.waitForLoadState('networkidle');
    assert.ok(bytes > 20_000 && bytes <= 150_000, `${role}: ${bytes} bytes`);
    console.log(`# ${role}: ${new URL(r.page.url()).pathname} ${bytes} bytes`);
    const icon = await r.page.request.get(world.base + await r.page.locator('link[rel="icon"]').getAttribute('href'));
    assert.equal(icon.status(), 200);
    await r.close();
  }
});

/** The contrast of two CSS colours, from 1 to 21 (WCAG 2.2, relative luminance). */
const contrast = (...colours) => {
  const [dark, light] = colours.map((c) => {
    const [r, g, b] = c.match(/[\d.]+/g).map((v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }).sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
};

test('printed without colour, verdicts keep their word and sign, each its own ground', async () => {
  const r = await reader(world);
  await r.open('/pilotage');
  await r.page.emulateMedia({ media: 'print' });
  const grounds = new Map();
  for (const v of await r.page.locator('.units .verdict').all()) {
    const s = await v.evaluate((e) => { const c = getComputedStyle(e); return { text: e.textContent.trim(), ground: c.backgroundColor === 'rgba(0, 0, 0, 0)' ? 'rgb(255, 255, 255)' : c.backgroundColor, image: c.backgroundImage, ink: c.color, border: c.borderTopStyle }; });
    assert.ok(s.text.length > 3 && s.border !== 'none', JSON.stringify(s));
    if (s.image === 'none') assert.ok(contrast(s.ink, s.ground) >= 4.5, JSON.stringify(s));
    grounds.set(s.text, `${s.ground} ${s.image} ${s.border}`);
  }
  assert.ok(grounds.size > 1, 'several verdicts are shown');
  assert.equal(new Set(grounds.values()).size, grounds.size, JSON.stringify([...grounds]));
  await r.close();
});
