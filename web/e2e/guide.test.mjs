// Each procedure of the guide is followed as it is written. A procedure is a heading,
// a line « Qui : role. » and numbered steps. In a step, what is bold is clicked; what
// is between guillemets is read, or is the field to fill, or the option to choose in
// the field named before it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { reader, startAccounts, startWorld } from './world.mjs';

const flat = (s) => s.replace(/[\s\u00a0\u202f]+/g, ' ').trim();
const roles = { 'services de l’État': 'etat', direction: 'direction', 'référent données': 'referent', administration: 'administrateur' };
const password = 'cheval agrafe pile correct';

/** The procedures of a page of the guide: title, who follows it, steps. */
const procedures = (page) => {
  const out = [];
  for (const section of readFileSync(new URL(`../../docs/guide/${page}.md`, import.meta.url), 'utf8').split(/^##+ /m).slice(1)) {
    const who = /^Qui[\s\u202f\u00a0]*: (.+)\.$/m.exec(section)?.[1];
    if (!who) continue;
    const steps = [...section.matchAll(/^\d+\. (.*(?:\n {3}.*)*)/gm)].map((m) => flat(m[1]));
    out.push({ page, title: section.split('\n')[0], who, steps });
  }
  return out;
};

/** In the page: the shown element of this label. kind is click, field, choice or text. */
const lookup = ([label, kind, area]) => {
  const clean = (s) => s.replace(/[\s\u00a0\u202f]+/g, ' ').trim();
  const shown = (el) => el.checkVisibility({ visibilityProperty: true });
  const name = (el) => {
    const copy = el.cloneNode(true);
    for (const x of copy.querySelectorAll('.unseen, kbd, .count, select, textarea, svg')) x.remove();
    return clean(copy.textContent);
  };
  const found = (selector, test = (el) => name(el) === label) => [...document.querySelectorAll(selector)].find((el) => shown(el) && test(el));
  if (kind === 'click') return found(area ? `${area} a` : 'a, button, summary, label.check');
  if (kind === 'field') return found('label', (el) => name(el) === label && el.control)?.control;
  const all = clean([document.body.innerText, ...[...document.querySelectorAll('input, textarea')].map((x) => x.value)].join(' ')).toLowerCase();
  return all.includes(label.toLowerCase()) ? document.body : undefined;
};

const wait = async (page, label, kind, area) => {
  const handle = await page.waitForFunction(lookup, [label, kind, area], { timeout: 20_000 }).catch(() => undefined);
  return handle?.asElement();
};

/** Follows a procedure from the reader's first page; values fill fields by label. */
const follow = async (r, steps, values) => {
  const { page } = r;
  let acts = 0;
  for (const [i, step] of steps.entries()) {
    let choice; // the select named last
    for (const m of step.matchAll(/(onglet )?\*\*(.+?)\*\*|« ([^»]+?) »/g)) {
      const where = `étape ${i + 1} : ${m[0]} (${page.url().replace(/^http:\/\/[^/]+/, '')})`;
      if (m[2]) {
        const el = await wait(page, flat(m[2]), 'click', m[1] && '.tabs');
        assert.ok(el, `rien à cliquer, ${where}`);
        const leaves = await el.evaluate((x) => x.matches('a[href]:not([download]), button:not([type="button"]):not(form[data-find] *)'));
        const done = leaves ? Promise.race(['framenavigated', 'download'].map((e) => page.waitForEvent(e, { timeout: 20_000 })))
          .catch(() => assert.fail(`rien ne suit le clic, ${where}`)) : undefined;
        await el.click();
        await done;
        await page.waitForLoadState();
        choice = undefined;
        acts++;
        continue;
      }
      const label = flat(m[3]);
      const option = choice && await choice.evaluate((x, text) => [...x.options].find((o) => o.textContent.replace(/[\s\u00a0\u202f]+/g, ' ').trim() === text)?.value, label);
      if (option !== undefined) { await choice.selectOption(option); acts++; continue; }
      const seek = () => page.evaluateHandle(lookup, [label, 'field']).then((h) => h.asElement());
      const field = await seek().catch(() => page.waitForLoadState().then(seek)); // the page may have been loaded again
      if (!field) { assert.ok(await wait(page, label, 'text'), `rien à lire, ${where}`); continue; }
      if (await field.evaluate((x) => x.tagName === 'SELECT')) { choice = field; continue; }
      if (!(label in values)) continue; // what stands there already is kept
      if (await field.evaluate((x) => x.type === 'file')) await field.setInputFiles(values[label]);
      else await field.fill(values[label]);
      acts++;
    }
  }
  assert.ok(acts >= 1, 'la procédure ne fait rien');
};

let demo, accounts, values;
before(async () => { demo = await startWorld(); });
after(async () => { await demo?.stop(); await accounts?.stop(); });

const open = async (world, who) => {
  const r = await reader(world);
  await r.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  // Printing is the browser's own window.
  await r.context.addInitScript(() => { window.print = () => {}; });
  const role = roles[who];
  assert.ok(role, `rôle inconnu : ${who}`);
  await r.role(role);
  if (!['direction', 'referent'].includes(role)) return r;
  for (const unit of await r.page.$$eval('select[name="ml"] option', (o) => o.map((x) => x.value))) {
    await r.role(role, unit);
    await r.open('/a-verifier');
    if (await r.page.locator('.review').count()) break;
  }
  await r.open('/');
  return r;
};

const sample = async (world) => {
  const r = await open(world, 'référent données');
  await r.open('/imports');
  const [file] = await Promise.all([r.page.waitForEvent('download'), r.page.click('a:has-text("Fichier signalé")')]);
  const path = join(world.folder, 'extraction.csv');
  await file.saveAs(path);
  const [header, first] = readFileSync(path, 'utf8').split('\n');
  const person = first.split(';')[header.split(';').findIndex((t) => /dossier|matricule|identifiant/i.test(t))];
  await r.open('/a-verifier');
  const address = await r.page.locator('#case').innerText();
  await r.page.goto(`${world.base}/ma-mission-locale/sites`);
  const [list] = await Promise.all([r.page.waitForEvent('download'), r.page.click('a:has-text("CSV")')]);
  const sites = join(world.folder, 'sites.csv');
  await list.saveAs(sites);
  await r.close();
  return { path, address, sites, person };
};

const all = ['prefecture', 'mission-locale'].flatMap(procedures);
test('the guide has its procedures', () => { assert.ok(all.length >= 17, `${all.length} procedures`); });

for (const p of all.filter((x) => !x.who.includes('avec comptes'))) {
  test(`${p.page} : ${p.title}`, async () => {
    values ??= await valuesOf(demo);
    const r = await open(demo, p.who);
    await follow(r, p.steps, values);
    assert.deepEqual(r.faults, []);
    await r.close();
  });
}

const valuesOf = async (w) => {
  const { path, address, sites, person } = await sample(w);
  const day = new Date().toISOString().slice(0, 10);
  return { 'Fichiers CSV ou XLSX': path, Adresse: address, 'Numéro de dossier': person, 'Fichier CSV ou XLSX, qui remplace la liste': sites,
    'Par qui, ou par quel acte': 'Réunion du 12 janvier', 'Premier jour': '2024-07-01', 'Objectif commun': '45 %', 'Confirmé le': day, Source: 'Réunion du 12 janvier',
    'Référence de la formule': 'Courrier du 12 janvier', Unité: '€', Paliers: '40 % = 1000', 'Observations (facultatif)': 'Un envoi tardif est annoncé.' };
};

test('accounts: made, invited, signed in, as written', async () => {
  accounts = await startAccounts();
  const admin = await reader(accounts);
  await admin.open(await accounts.setup());
  await admin.page.fill('#name', 'Dominique');
  await admin.page.fill('#email', 'admin@exemple.fr');
  await admin.page.fill('#password', password);
  await Promise.all([admin.page.waitForNavigation(), admin.page.click('button.main')]);
  await admin.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const [make] = all.filter((x) => x.who.includes('avec comptes'));
  await follow(admin, make.steps, { Nom: 'Camille', 'Adresse électronique': 'camille@exemple.fr' });
  const [first, later] = procedures('README');
  const link = await admin.page.evaluate(() => navigator.clipboard.readText());
  const one = await reader(accounts);
  await one.page.goto(link);
  await follow(one, first.steps, { 'Mot de passe': password });
  await one.context.clearCookies();
  await one.page.goto(`${accounts.base}/`);
  await follow(one, later.steps, { 'Adresse électronique': 'camille@exemple.fr', 'Mot de passe': password });
  assert.equal(new URL(one.page.url()).pathname, '/connexion', 'signed out at the end');
  for (const r of [admin, one]) await r.close();
});
