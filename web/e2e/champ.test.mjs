// The field for addresses, in our page and in a form of another site.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { reader, shoot, startWorld, violations } from './world.mjs';

let world;
before(async () => { world = await startWorld(); });
after(() => world?.stop());

/** A street of the territory, as the server gives it. */
const street = async () => {
  const { features } = await (await fetch(`${world.base}/search?q=rue+du+capitaine+hauteau`)).json();
  return features[0].properties;
};

test('by keyboard alone, an address is completed and its zone told', async () => {
  const r = await reader(world);
  await r.open('/integrer');
  const { name, city } = await street();
  const field = r.page.getByRole('combobox', { name: 'Adresse du jeune' });
  await field.focus();
  await r.page.keyboard.type(name.slice(0, Math.ceil(name.length * 0.85)), { delay: 20 });
  await r.page.getByRole('option').first().waitFor();
  assert.equal(await field.getAttribute('aria-expanded'), 'true');
  assert.deepEqual(await violations(r.page), []);
  await shoot(r, 'champ');
  await r.page.keyboard.press('ArrowDown');
  const active = await field.getAttribute('aria-activedescendant');
  assert.equal(await r.page.locator(`#${active}`).getAttribute('aria-selected'), 'true');
  await r.page.keyboard.press('Escape');
  assert.equal(await field.getAttribute('aria-expanded'), 'false');
  await r.page.keyboard.press('ArrowUp');
  await r.page.keyboard.press('ArrowDown');
  await r.page.keyboard.press('Enter');
  assert.ok((await field.inputValue()).length > name.length * 0.7);
  const said = r.page.locator('perimetre-adresse').getByText(/^QPV : (oui|non|à vérifier) \(.+\)\.$/);
  await said.waitFor();
  assert.deepEqual(await violations(r.page), []);
  await shoot(r, 'champ-repondu');
  await r.page.keyboard.press('Escape');
  assert.equal(await field.inputValue(), '');
  assert.deepEqual(r.faults, []);
  assert.ok(city);
  await r.close();
});

test('what was still asked does not open the list again over the next field', async () => {
  const r = await reader(world);
  await r.open('/integrer');
  const { name } = await street();
  const field = r.page.getByRole('combobox', { name: 'Adresse du jeune' });
  await field.pressSequentially(name.slice(0, -3), { delay: 20 });
  await r.page.getByRole('option').first().waitFor();
  for (const last of ['Enter', 'Escape']) {
    if (last === 'Escape') await field.pressSequentially(' ');
    await r.page.getByRole('option').first().waitFor();
    await field.evaluate((input, key) => { // at once, before what was typed is asked
      input.value = input.value.slice(0, -1);
      input.dispatchEvent(new InputEvent('input', { bubbles: true }));
      for (const k of ['ArrowDown', key]) input.dispatchEvent(new KeyboardEvent('keydown', { key: k, bubbles: true }));
    }, last);
    await r.page.waitForTimeout(700);
    assert.equal(await field.getAttribute('aria-expanded'), 'false', last);
  }
  assert.deepEqual(r.faults, []);
  await r.close();
});

test('in a form of another site, it is sent as any field and asks its own server only', async (t) => {
  const script = await (await fetch(`${world.base}/composants/perimetre-adresse.js`)).text();
  assert.ok(script.length <= 15_000, `${script.length} bytes`);
  let sent = '';
  const other = createServer((q, a) => {
    if (q.method === 'POST') { q.on('data', (b) => { sent += b; }); q.on('end', () => a.end('reçu')); return; }
    a.setHeader('Content-Type', 'text/html; charset=utf-8');
    a.end(`<!doctype html><title>Inscription</title><script type="module" src="${world.base}/composants/perimetre-adresse.js"></script>
<form method="post"><perimetre-adresse name="adresse" label="Adresse" required></perimetre-adresse><button>Envoyer</button></form>`);
  });
  await new Promise((ready) => other.listen(0, '127.0.0.1', ready));
  t.after(() => { other.closeAllConnections(); other.close(); });
  const home = `http://127.0.0.1:${other.address().port}`;
  const page = await world.browser.newPage();
  const asked = new Set(), queries = [];
  page.on('request', (q) => { asked.add(new URL(q.url()).origin); if (new URL(q.url()).pathname === '/search') queries.push(q); });
  await page.goto(home);
  await page.getByRole('button').click(); // required: nothing leaves
  assert.equal(sent, '');
  const { name } = await street();
  await page.getByRole('combobox').pressSequentially(name.slice(0, -3), { delay: 20 });
  await page.getByRole('option').first().click();
  const value = await page.getByRole('combobox').inputValue();
  await Promise.all([page.waitForNavigation(), page.getByRole('button').click()]);
  assert.equal(new URLSearchParams(sent).get('adresse'), value);
  assert.deepEqual([...asked].sort(), [home, world.base].sort());
  assert.ok(queries.length > 0 && queries.every((q) => q.method() === 'POST' && !new URL(q.url()).search));
  await page.close();
});
