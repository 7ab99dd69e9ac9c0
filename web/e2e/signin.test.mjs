// Accounts, as people meet them: the first by its link, the others by an
// administrator's, a password forgotten, a provider of identities, doors closed.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startProvider } from './provider.mjs';
import { reader, shoot, startAccounts, violations } from './world.mjs';

const password = 'cheval agrafe pile correct';
let world, provider, units;
before(async () => {
  provider = await startProvider();
  world = await startAccounts(async ({ folder, base }) => {
    writeFileSync(join(folder, 'secret'), 'tres-secret\n');
    return ['--public-url', base, '--oidc-issuer', provider.issuer, '--oidc-client', 'perimetre', '--oidc-secret', join(folder, 'secret')];
  });
});
after(async () => { await world?.stop(); provider?.stop(); });

const submit = (r, selector) => Promise.all([r.page.waitForNavigation(), r.page.click(selector)]);
const signIn = async (r, email, status = 200) => {
  await r.open('/connexion');
  r.expect(status);
  await r.page.fill('#email', email);
  await r.page.fill('#password', password);
  await submit(r, 'form button.main');
};
const links = (r) => r.page.$$eval('nav[aria-label="Pages"] a', (as) => as.map((a) => new URL(a.href).pathname));

test('the first account by its link, once', async () => {
  const r = await reader(world);
  await r.open('/');
  assert.equal(new URL(r.page.url()).pathname, '/connexion');
  assert.match(await r.page.locator('main').innerText(), /Aucun compte n’existe encore/);
  assert.deepEqual(await violations(r.page), []);
  await shoot(r, 'connexion-premiere');
  await r.open('/mise-en-service');
  await r.page.fill('#name', 'Dominique');
  await r.page.fill('#email', 'admin@exemple.fr');
  await r.page.fill('#password', password);
  r.expect(401);
  await submit(r, 'button.main'); // without the link's secret
  assert.match(await r.page.locator('[role="alert"]').innerText(), /lien de mise en service inconnu/i);
  await r.open(await world.setup());
  assert.deepEqual(await violations(r.page), []);
  await shoot(r, 'mise-en-service');
  await r.page.fill('#name', 'Dominique');
  await r.page.fill('#email', 'admin@exemple.fr');
  await r.page.fill('#password', 'admin@exemple.fr');
  r.expect(422);
  await submit(r, 'button.main');
  assert.match(await r.page.locator('[role="alert"]').innerText(), /ne doit pas contenir/);
  assert.equal(await r.page.inputValue('#name'), 'Dominique', 'what was typed stays, but the password');
  assert.equal(await r.page.inputValue('#password'), '');
  r.expect(200);
  await r.page.fill('#password', password);
  await submit(r, 'button.main');
  assert.equal(new URL(r.page.url()).pathname, '/administration');
  await r.open(await world.setup());
  assert.equal(new URL(r.page.url()).pathname, '/administration', 'the link serves once');
  assert.deepEqual(r.faults, []);
  await r.close();
});

test('an administrator makes accounts; each opens its own pages and no other', async () => {
  const r = await reader(world);
  await signIn(r, 'admin@exemple.fr');
  units = await r.page.$$eval('select[name="ml"] option', (o) => o.map((x) => x.value).filter(Boolean));
  assert.ok(units.length > 1);
  const make = async (email, role, unit) => {
    await r.open('/administration');
    await r.page.fill('#name', `Compte ${role}`);
    await r.page.fill('#email', email);
    await r.page.selectOption('#role', role);
    if (unit) await r.page.selectOption('#unit', unit);
    await submit(r, 'button:has-text("Ajouter le compte")');
    return r.page.locator('#secret').innerText();
  };
  const invitation = await make('referent@exemple.fr', 'referent', units[0]);
  assert.deepEqual(await violations(r.page), []);
  await shoot(r, 'administration-invitation');
  // A Mission Locale's account without its Mission Locale is refused in words.
  await r.page.fill('#name', 'Sans structure');
  await r.page.fill('#email', 'sans@exemple.fr');
  await r.page.selectOption('#role', 'direction');
  r.expect(422);
  await submit(r, 'button:has-text("Ajouter le compte")');
  assert.match(await r.page.locator('[role="alert"]').innerText(), /nomme sa Mission Locale/);
  r.expect(200);
  const others = { direction: await make('direction@exemple.fr', 'direction', units[1]), etat: await make('etat@exemple.fr', 'etat'), donnees: await make('donnees@exemple.fr', 'donnees'), auditeur: await make('auditeur@exemple.fr', 'auditeur') };
  assert.deepEqual(r.faults, []);

  const doors = { referent: ['/ma-mission-locale', '/imports', '/a-verifier'], direction: ['/ma-mission-locale', '/imports', '/a-verifier'], etat: ['/pilotage'], donnees: [], auditeur: ['/administration'] };
  for (const [role, link] of Object.entries({ referent: invitation, ...others })) {
    const one = await reader(world);
    await one.page.goto(link);
    assert.deepEqual(await violations(one.page), []);
    if (role === 'referent') await shoot(one, 'mot-de-passe');
    await one.page.fill('#password', password);
    await submit(one, 'button.main');
    const seen = await links(one);
    for (const path of new Set(Object.values(doors).flat().concat('/administration'))) {
      const mine = doors[role].includes(path);
      assert.equal(seen.includes(path), mine, `${role}: link to ${path}`);
      await one.open(path, mine ? 200 : 403);
      if (!mine) assert.match(await one.page.locator('h1').innerText(), /pas ouverte à votre rôle/);
    }
    // The link has served.
    await one.page.click('button:has-text("Se déconnecter")');
    await one.page.goto(link);
    await one.page.fill('#password', password);
    one.expect(401);
    await submit(one, 'button.main');
    assert.match(await one.page.locator('[role="alert"]').innerText(), /lien inconnu ou expiré/i);
    assert.deepEqual(one.faults, []);
    await one.close();
  }
  await r.close();
});

test('one Mission Locale does not reach another’s files, nor the State rows', async () => {
  const r = await reader(world);
  await signIn(r, 'referent@exemple.fr');
  assert.match(await r.page.locator('h1').innerText(), /Aucun fichier|importé/i);
  await shoot(r, 'ma-mission-locale-vide');
  await r.open('/imports');
  await shoot(r, 'imports-vide');
  await r.page.setInputFiles('#file', join(world.raw, 'jeunes.csv'));
  await submit(r, '.drop button');
  await submit(r, 'button:has-text("Importer")');
  await r.page.waitForSelector('#counts', { timeout: 30_000 });
  const file = new URL(r.page.url()).pathname;
  const other = await reader(world);
  await signIn(other, 'direction@exemple.fr');
  await other.open(file, 404);
  assert.match(await other.page.locator('h1').innerText(), /Rien à cette adresse/);
  assert.deepEqual(await violations(other.page), []);
  await shoot(other, 'introuvable');
  await other.open(`${file}/a-corriger.csv`, 404);
  await other.open(`/a-verifier?ml=${units[0]}`, 403);
  await shoot(other, 'interdit');
  await other.open(`/bordereau?ml=${units[0]}`, 403);
  const state = await reader(world);
  await signIn(state, 'etat@exemple.fr');
  for (const path of [file, '/imports', `/a-verifier?ml=${units[0]}`, '/bordereau']) await state.open(path, 403);
  for (const path of ['/api/v1/people', '/api/v1/review', `/api/v1/cohorts${file.replace('/imports', '')}`]) assert.equal((await state.page.request.get(world.base + path)).status(), 403, path);
  for (const x of [r, other, state]) { assert.deepEqual(x.faults, []); await x.close(); }
});

test('a wrong password, a suspended account, a new password', async () => {
  const r = await reader(world);
  r.expect(401);
  await r.page.goto(`${world.base}/connexion`);
  await r.page.fill('#email', 'direction@exemple.fr');
  await r.page.fill('#password', 'ce n’est pas cela');
  await submit(r, 'form button.main');
  assert.match(await r.page.locator('[role="alert"]').innerText(), /inconnus/);
  assert.equal(await r.page.inputValue('#email'), 'direction@exemple.fr');
  assert.deepEqual(await violations(r.page), []);
  await shoot(r, 'connexion-refusee');

  const admin = await reader(world);
  await signIn(admin, 'admin@exemple.fr');
  const line = () => admin.page.locator('tr', { hasText: 'direction@exemple.fr' });
  await Promise.all([admin.page.waitForNavigation(), line().locator('button:has-text("Suspendre")').click()]);
  assert.match(await line().innerText(), /suspendu/);
  await signIn(r, 'direction@exemple.fr', 401);
  assert.match(await r.page.locator('[role="alert"]').innerText(), /inconnus, ou compte suspendu/);
  await Promise.all([admin.page.waitForNavigation(), line().locator('button:has-text("Rouvrir")').click()]);
  await Promise.all([admin.page.waitForNavigation(), line().locator('button:has-text("Lien de mot de passe")').click()]);
  const link = await admin.page.locator('#secret').innerText();
  await r.page.goto(link);
  await r.page.fill('#password', 'une autre phrase bien longue');
  r.expect(200);
  await submit(r, 'button.main');
  assert.equal(new URL(r.page.url()).pathname, '/ma-mission-locale');
  await r.page.click('button:has-text("Se déconnecter")');
  await signIn(r, 'direction@exemple.fr', 401);
  assert.match(await r.page.locator('[role="alert"]').innerText(), /inconnus/, 'the old password is dead');
  // The last administrator stays one.
  admin.expect(409);
  await Promise.all([admin.page.waitForNavigation(), admin.page.locator('tr', { hasText: 'admin@exemple.fr' }).locator('button:has-text("Suspendre")').click()]);
  assert.match(await admin.page.locator('[role="alert"]').innerText(), /dernier administrateur/);
  for (const x of [r, admin]) { assert.deepEqual(x.faults, []); await x.close(); }
});

test('the provider of identities opens the account of its address, and no other', async () => {
  const r = await reader(world);
  const through = async (email) => {
    await r.open('/connexion');
    await submit(r, 'a:has-text("ProConnect")');
    await r.page.fill('input[name="email"]', email);
    await submit(r, 'button');
  };
  await through('etat@exemple.fr');
  assert.equal(new URL(r.page.url()).pathname, '/pilotage');
  assert.match(await r.page.locator('.who').innerText(), /services de l’État/);
  await r.page.click('button:has-text("Se déconnecter")');
  await r.page.waitForURL((u) => u.href.startsWith(`${world.base}/connexion`)); // by way of the provider
  assert.deepEqual(provider.ended, ['etat@exemple.fr'], 'the provider’s session ends too');
  assert.equal((await r.page.request.get(`${world.base}/api/v1/session`)).status(), 401);
  await through('inconnue@exemple.fr');
  assert.match(await r.page.locator('[role="alert"]').innerText(), /connexion refusée/i);
  assert.deepEqual(await violations(r.page), []);
  await shoot(r, 'connexion-fournisseur-refusee');
  await r.open('/pilotage');
  assert.equal(new URL(r.page.url()).pathname, '/connexion');
  const outside = r.faults.filter((f) => !f.includes(provider.issuer));
  assert.deepEqual(outside, []);
  await r.close();
});
