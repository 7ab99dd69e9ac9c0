// Every page of every role: it answers, is accessible, fits a phone, stays here.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { reader, startWorld, violations } from './world.mjs';

let world;
before(async () => { world = await startWorld(); });
after(() => world?.stop());

const everyone = ['/carte', '/carte/imprimer', '/couverture', '/adresse', '/methode'];
const own = {
  etat: ['/pilotage', '/pilotage?vue=tendance', '/pilotage?vue=carte', '/pilotage?perimetre=2024', '/pilotage?periode=2019-T1'],
  direction: ['/ma-mission-locale', '/ma-mission-locale?perimetre=2015', '/ma-mission-locale/sites', '/imports', '/a-verifier'],
  referent: ['/ma-mission-locale', '/imports', '/a-verifier', '/a-verifier?vue=a-completer', '/a-verifier?vue=sans-residence', '/a-verifier/relecture'],
  conseiller: ['/mes-adresses'],
  donnees: [],
  administrateur: ['/administration', '/administration?vue=regles', '/administration?vue=population', '/administration?vue=referentiel', '/administration?vue=journal', '/administration?vue=conservation'],
  auditeur: ['/administration'],
};
const doors = ['/pilotage', '/ma-mission-locale', '/imports', '/a-verifier', '/mes-adresses', '/administration'];

for (const [role, pages] of Object.entries(own)) {
  test(`${role}: its pages`, async () => {
    const r = await reader(world);
    await r.role(role);
    // Pages open to all differ by their navigation alone, which each role's own pages show:
    // one role looks at all of them, the others at one.
    const open = everyone.filter((p) => role !== 'conseiller' || p.startsWith('/carte'));
    const looked = [...pages, ...(role === 'etat' ? open : open.slice(-1))];
    for (const path of open.filter((p) => !looked.includes(p))) {
      await r.open(path);
      assert.equal(await r.page.locator('h1').count(), 1, path);
    }
    for (const path of looked) {
      await r.open(path);
      assert.equal(await r.page.locator('h1').count(), 1, path);
      assert.deepEqual(await violations(r.page), [], path);
      // 375 px is a phone; 720 px is a wide screen at 200 %.
      for (const width of [375, 720]) {
        await r.page.setViewportSize({ width, height: 800 });
        const over = await r.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(over <= 0, `${path} at ${width} px: ${over} px too wide`);
      }
      assert.deepEqual(await violations(r.page), [], `${path} on a narrow screen`);
      await r.page.setViewportSize({ width: 1440, height: 900 });
    }
    assert.deepEqual(r.faults, []);
    await r.close();
  });

  test(`${role}: no link and no door to another role's pages`, async () => {
    const r = await reader(world);
    await r.role(role);
    await r.open(pages[0] ?? '/methode');
    const links = await r.page.$$eval('nav a', (as) => as.map((a) => new URL(a.href).pathname));
    for (const path of doors) {
      const mine = pages.some((p) => p.split('?')[0] === path);
      assert.equal(links.includes(path), mine, `link to ${path}`);
      if (!mine) {
        await r.open(path, 403);
        assert.match(await r.page.locator('h1').innerText(), /pas ouverte à votre rôle/);
        assert.deepEqual(await violations(r.page), []);
      }
    }
    assert.deepEqual(r.faults, []);
    await r.close();
  });
}

test('the first page is light, the icon is served, nothing is inline', async () => {
  const r = await reader(world);
  let bytes = 0;
  const cdp = await r.context.newCDPSession(r.page);
  await cdp.send('Network.enable');
  cdp.on('Network.loadingFinished', (e) => { bytes += e.encodedDataLength; });
  await r.open('/pilotage');
  await r.page.waitForLoadState('networkidle');
  assert.ok(bytes > 10_000 && bytes <= 150_000, `${bytes} bytes`);
  const icon = await r.page.request.get(`${world.base}/favicon.ico`);
  assert.equal(icon.status(), 200);
  assert.match(icon.headers()['content-type'], /svg/);
  const shift = await r.page.evaluate(() => new Promise((resolve) => {
    let sum = 0;
    new PerformanceObserver((l) => { for (const e of l.getEntries()) sum += e.value; }).observe({ type: 'layout-shift', buffered: true });
    setTimeout(() => resolve(sum), 300);
  }));
  assert.ok(shift < 0.02, `layout shift ${shift}`);
  assert.deepEqual(r.faults, []);
  await r.close();
});

test('without a role, a page that does not exist says so', async () => {
  const r = await reader(world);
  await r.open('/rien', 404);
  await r.close();
});
