// A whole quarter of sixteen Missions Locales, played: who has not sent is called, four
// send what their files say, doubtful addresses are settled, the figures are frozen and
// printed, a late file restates one of them. Figures are counted again by recount.py.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, test } from 'node:test';
import { reader, shoot, startWorld, violations } from './world.mjs';

const quarter = '2025-T1', sixteen = 16;
let world, people, units;

const table = (path, skip = 0) => {
  const [head, ...lines] = readFileSync(path, 'utf8').replace(/^\ufeff/, '').trim().split(/\r?\n/).slice(skip).map((l) => l.split(';'));
  return lines.map((l) => Object.fromEntries(head.map((h, i) => [h, l[i] ?? ''])));
};
const write = (path, rows) => writeFileSync(path, [Object.keys(rows[0]), ...rows.map((r) => Object.values(r))].map((l) => l.join(';')).join('\n') + '\n');

/** Cuts the fictional territory into sixteen Missions Locales. */
const cut = (raw) => {
  const at = (name) => join(raw, 'missions-locales', `${name}-fictif.csv`);
  const cover = table(at('couverture')), old = table(at('structures')), mission = {};
  units = [];
  for (const d of [...new Set(cover.map((c) => c.code_insee.slice(0, 2)))]) {
    const communes = cover.filter((c) => c.code_insee.startsWith(d));
    for (let i = 0; i < sixteen / 2; i++) {
      const own = communes.slice(Math.floor(communes.length * i / (sixteen / 2)), Math.floor(communes.length * (i + 1) / (sixteen / 2)));
      const unit = { ...old[0], code_ml: own[0].code_insee, nom_ml: `${d}-ML SECTEUR ${d} ${i + 1} (FICTIVE)` };
      units.push(unit);
      for (const c of own) mission[c.code_insee] = unit;
    }
  }
  write(at('structures'), units);
  write(at('couverture'), cover.map((c) => ({ ...c, code_ml: mission[c.code_insee].code_ml })));
  write(at('sites'), table(at('sites')).map((s) => ({ ...s, code_ml: mission[s.insee].code_ml })));
  const population = join(raw, 'population', 'population-fictif.csv');
  write(population, table(population).map((p) => ({ ...p, code_ml: mission[p.code_insee]?.code_ml ?? p.code_ml })));
  // The people of the year before, each at the Mission Locale of the commune.
  const file = join(raw, 'jeunes.csv'), young = table(file, 2), truth = table(join(raw, 'truth.csv'));
  people = truth.map((t, i) => ({ ...young[i], truth: t, unit: mission[t.insee] })).filter((p) => p.unit);
  write(file, people.map(({ truth: _, unit, ...row }) => ({ ...row, 'Code structure': unit.code_ml, 'Structure de rattachement': unit.nom_ml })));
};

before(async () => { world = await startWorld([], cut); });
after(() => world?.stop());

const day = (i) => `${String(1 + i % 28).padStart(2, '0')}/0${1 + i % 3}/2025`;

/** What a Mission Locale's file says of the quarter: entries, a renewal of every tenth,
 *  one date that does not exist, one person twice, one of another quarter, a situation at the end. */
const entrants = (unit) => {
  const rows = people.filter((p) => p.unit.code_ml === unit.code_ml && p.Dispositif === 'CEJ').slice(0, 40).map((p, i) => ({
    id: `${unit.code_ml}-${i}`, date: i === 5 ? '31/02/2025' : i === 7 ? '02/04/2025' : day(i), renewal: i % 10 === 9 ? 'Oui' : 'Non', outcome: ['CDI', 'Formation', '', 'CDD de 6 mois et plus', 'Sans solution'][i % 5],
    number: p['N° voie'], street: p['Libellé voie'], postcode: p['Code postal'], city: p.Ville,
  }));
  rows.push({ ...rows[0], date: '31/03/2025' });
  return rows;
};

const workbook = (path, rows) => execFileSync('python3', ['-c', `
import datetime, json, sys, zipfile
from xml.sax.saxutils import escape
rows = json.load(sys.stdin)
def cell(v):
    try: return '<c><v>%d</v></c>' % (datetime.datetime.strptime(v, '%d/%m/%Y') - datetime.datetime(1899, 12, 30)).days
    except ValueError: return '<c t="inlineStr"><is><t>%s</t></is></c>' % escape(v)
sheet = ''.join('<row>%s</row>' % ''.join(map(cell, r)) for r in rows)
main, rel, office = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main', 'http://schemas.openxmlformats.org/package/2006/relationships', 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
kind = 'application/vnd.openxmlformats-officedocument.spreadsheetml.'
with zipfile.ZipFile(sys.argv[1], 'w') as z:
    z.writestr('[Content_Types].xml', '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="' + kind + 'sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="' + kind + 'worksheet+xml"/></Types>')
    z.writestr('_rels/.rels', '<Relationships xmlns="%s"><Relationship Id="r1" Type="%s/officeDocument" Target="xl/workbook.xml"/></Relationships>' % (rel, office))
    z.writestr('xl/workbook.xml', '<workbook xmlns="%s" xmlns:r="%s"><sheets><sheet name="CEJ" sheetId="1" r:id="r1"/></sheets></workbook>' % (main, office))
    z.writestr('xl/_rels/workbook.xml.rels', '<Relationships xmlns="%s"><Relationship Id="r1" Type="%s/worksheet" Target="worksheets/sheet1.xml"/></Relationships>' % (rel, office))
    z.writestr('xl/worksheets/sheet1.xml', '<worksheet xmlns="%s"><sheetData>%s</sheetData></worksheet>' % (main, sheet))
`, path], { input: JSON.stringify(rows) });

/** The four files as they come, with the titles that recount.py reads. */
const files = [
  { name: 'CEJ T1.xlsx', titles: { person: 'N° dossier', date: 'Date début CEJ', renewal: 'Renouvellement', programme: 'Dispositif', outcome: 'Situation à la sortie' },
    make: (path, rows) => workbook(path, [['N° dossier', 'Dispositif', 'Date début CEJ', 'Renouvellement', 'N° voie', 'Libellé voie', 'Code postal', 'Ville', 'Situation à la sortie'], ...rows.map((r) => [r.id, 'CEJ', r.date, r.renewal, r.number, r.street, r.postcode, r.city, r.outcome])]) },
  { name: 'suivi été.csv', titles: { person: 'Matricule', date: 'Date d\'entrée', renewal: 'Renouv.' },
    make: (path, rows) => writeFileSync(path, Buffer.from(['Édité le 02/04/2025;;;;;', '', 'Matricule;Date d\'entrée;Renouv.;Adresse;CP;Commune', ...rows.map((r) => [r.id, r.date, r.renewal, `${r.number} ${r.street}`.trim(), r.postcode, r.city].join(';')), `TOTAL;${rows.length};;;;`].join('\r\n'), 'latin1')) },
  { name: 'liste.csv', titles: { person: 'Qui', date: 'Entré le', renewal: 'Déjà venu' }, choose: { Qui: /identifiant|dossier/i, 'Entré le': /date d’entrée/i, 'Déjà venu': /renouvellement/i, 'Où il habite': /adresse complète/i },
    make: (path, rows) => writeFileSync(path, `\ufeff${['Qui;Entré le;Déjà venu;Où il habite;CP;Ville', ...rows.map((r) => [r.id, r.date, r.renewal, `${r.number} ${r.street}`.trim(), r.postcode, r.city].join(';'))].join('\n')}`) },
  { name: 'export.tsv', titles: { person: 'Identifiant', date: 'Date d\'entrée', renewal: 'Reconduction', outcome: 'Situation à la sortie' },
    make: (path, rows) => writeFileSync(path, ['Identifiant\tDate d\'entrée\tReconduction\tN° voie\tLibellé voie\tCode postal\tVille\tSituation à la sortie', ...rows.map((r) => [r.id, r.date, r.renewal, r.number, r.street, r.postcode, r.city, r.outcome].join('\t'))].join('\n')) },
];

const number = (text) => Number(/[\d\u202f]+/.exec(text)?.[0].replaceAll('\u202f', '') ?? NaN);
const submit = (r, selector) => Promise.all([r.page.waitForNavigation(), r.page.click(selector)]);

const sendFile = async (r, path, choose = {}) => {
  await r.open('/imports');
  await r.page.setInputFiles('#file', path);
  await submit(r, '.drop button');
  for (const [title, label] of Object.entries(choose)) {
    const select = r.page.locator('tr', { has: r.page.getByRole('rowheader', { name: title, exact: true }) }).locator('select');
    const options = await select.locator('option').allInnerTexts();
    await select.selectOption({ label: options.find((o) => label.test(o)) });
  }
  await submit(r, 'button:has-text("Importer")');
  await r.page.waitForSelector('#counts', { timeout: 30_000 });
};

/** The flagged file that the page of an import gives. */
const flaggedOf = async (r, name) => {
  await r.open('/imports');
  const link = r.page.locator('tr', { has: r.page.getByRole('rowheader', { name }) }).locator('a', { hasText: 'Fichier signalé' });
  const [file] = await Promise.all([r.page.waitForEvent('download'), link.click()]);
  const path = join(world.folder, `${name}.flagged`);
  await file.saveAs(path);
  return path;
};

const recount = (path, titles) => JSON.parse(execFileSync('python3', [fileURLToPath(new URL('recount.py', import.meta.url)), path, quarter, JSON.stringify(titles)], { encoding: 'utf8' }));

const sendBordereau = async (r, unit) => {
  await r.role('direction', unit.code_ml);
  await r.open(`/bordereau?periode=${quarter}`);
  await submit(r, 'button:has-text("Envoyer aux services de l’État")');
};

const printed = async (r, path, name) => {
  await r.open(path);
  const file = join(process.env.SHOTS ?? world.folder, `${name}.pdf`);
  await r.page.pdf({ path: file, preferCSSPageSize: true });
  const pages = Number(/^Pages:\s+(\d+)/m.exec(execFileSync('pdfinfo', [file], { encoding: 'utf8' }))[1]);
  return { pages, texts: execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' }).split('\f').slice(0, pages) };
};

test('a quarter, from the call for figures to the restatement after the freeze', async () => {
  const state = await reader(world), ml = await reader(world);
  const four = units.map((u) => ({ ...u, rows: entrants(u) })).sort((a, b) => b.rows.length - a.rows.length).slice(0, 4);

  // The call: sixteen rows, none received, each with what to do, and a letter.
  await state.role('etat');
  await state.open(`/pilotage?periode=${quarter}`);
  const rows = (unit) => state.page.locator(`tr[data-unit${unit ? `="${unit}"` : ''}]`);
  assert.equal(await rows().count(), sixteen);
  assert.equal(await state.page.locator('tr[data-received="false"]').count(), sixteen);
  assert.match(await state.page.locator('h1').innerText(), /^0 reçu sur 16/);
  assert.match(await state.page.locator('#letter').textContent(), /n’est pas encore reçu de/);
  const box = await state.page.locator('.meeting').boundingBox();
  assert.ok(box.height <= 120, `header and filters: ${box.height} px`);
  const last = await rows().nth(11).boundingBox();
  assert.ok(last.y + last.height <= 900, `the twelfth row ends at ${last.y + last.height} px`);
  assert.deepEqual(await violations(state.page), []);
  await shoot(state, 'quarter-call');

  // Four files as they come; doubtful addresses settled by the keyboard in one of them.
  await ml.role('referent');
  for (const [i, unit] of four.entries()) {
    const path = join(world.folder, files[i].name);
    files[i].make(path, unit.rows);
    await ml.role('referent', unit.code_ml);
    await sendFile(ml, path, files[i].choose);
    if (i === 0) {
      await ml.open('/a-verifier');
      for (let k = 0; k < 3 && await ml.page.locator('[data-review]').count(); k++) {
        await ml.page.keyboard.press('1');
        await Promise.all([ml.page.waitForNavigation(), ml.page.keyboard.press(k % 2 ? 'h' : 'd')]);
      }
    }
    unit.expected = recount(await flaggedOf(ml, files[i].name), files[i].titles);
    assert.ok(unit.expected.entries > 3, `${files[i].name}: ${JSON.stringify(unit.expected)}`);
    // Those oriented to work are told beside, where the file has the column, to the unit.
    await ml.open(`/ma-mission-locale?periode=${quarter}`);
    const own = await ml.page.locator('main').innerText(), { oriented, oriented_in: inside, entries } = unit.expected;
    if (files[i].titles.outcome) {
      assert.ok(oriented > 3 && oriented < entries, JSON.stringify(unit.expected));
      assert.match(own, new RegExp(`Orientés vers l’emploi \\(emploi durable\\)\\s: ${oriented} sur ${entries}, dont ${inside} dans le QPV`));
    } else {
      assert.doesNotMatch(own, /Orientés vers l’emploi/);
    }
    await sendBordereau(ml, unit);
  }
  await ml.open(`/ma-mission-locale?periode=${quarter}`);
  await ml.page.fill('#observation', 'Deux conseillers absents en février.');
  await submit(ml, 'button:has-text("Enregistrer l’observation")');

  // Pilotage counts what the files say, unit by unit and together.
  await state.open(`/pilotage?periode=${quarter}`);
  assert.match(await state.page.locator('h1').innerText(), /^4 reçus sur 16/);
  assert.equal(await state.page.locator('tr[data-received="false"]').count(), sixteen - 4);
  const shown = async (row) => {
    const cells = await row.locator('td').allInnerTexts();
    return { entries: number(cells[1]), in: number(cells[2]), undecided: number(cells[3]) };
  };
  const sum = { entries: 0, in: 0, undecided: 0 };
  for (const u of four) {
    const want = { entries: u.expected.entries, in: u.expected.in, undecided: u.expected.undecided };
    assert.deepEqual(await shown(rows(u.code_ml)), want, u.nom_ml);
    const { entries: n, in: q, undecided } = want;
    const verdict = q * 10 >= n * 4 ? 'atteint' : (q + undecided) * 10 < n * 4 ? 'non_atteint' : 'indetermine';
    assert.equal(await rows(u.code_ml).getAttribute('data-verdict'), verdict, u.nom_ml);
    for (const k of Object.keys(sum)) sum[k] += want[k];
  }
  const total = state.page.locator('.units tr.total');
  assert.deepEqual(await shown(total), sum);
  assert.match(await total.innerText(), /Ensemble \(4 reçus sur 16\)/);
  // The QPV of all rows are counted once each.
  const zones = await state.page.locator('tr[data-unit] .pop li').allTextContents();
  assert.equal(number((await total.locator('td').first().innerText())), new Set(zones).size);
  await shoot(state, 'quarter-pilotage');
  for (const view of ['carte', 'tendance', 'projeter']) {
    await state.open(`/pilotage?periode=${quarter}&vue=${view}`);
    assert.deepEqual(await violations(state.page), [], view);
    await shoot(state, `quarter-${view}`);
    if (view === 'projeter') continue;
    const [picture] = await Promise.all([state.page.waitForEvent('download'), state.page.locator('[data-slide]').first().click()]);
    const png = join(world.folder, picture.suggestedFilename());
    await picture.saveAs(png);
    const bytes = readFileSync(png);
    assert.deepEqual([bytes.readUInt32BE(16), bytes.readUInt32BE(20)], [1920, 1080], view);
  }

  // Frozen, and printed: the synthesis and a page a Mission Locale.
  await state.open(`/pilotage?periode=${quarter}`);
  assert.match(await state.page.locator('#arreter').innerText(), /4 reçus sur 16/);
  await state.page.fill('#freeze-said', 'Réunion du premier trimestre.');
  await submit(state, 'button:has-text("Arrêter les chiffres")');
  const frozen = new URL(state.page.url()).searchParams.get('arrete');
  assert.match(await state.page.locator('.strip').innerText(), /arrêté au/);
  await shoot(state, 'quarter-frozen');
  const sheets = `/api/v1/reports/quota?frozen=${frozen}&format=fiches`;
  const paper = await printed(state, sheets, 'fiches');
  assert.equal(paper.pages, sixteen + 1);
  for (const [i, text] of paper.texts.entries()) {
    assert.match(text, /4 reçus sur 16/, `page ${i + 1}`);
    assert.match(text, /arrêté au \d\d\/\d\d\/\d{4}/, `page ${i + 1}`);
    assert.match(text, /Date et signature/, `page ${i + 1}`);
    assert.doesNotMatch(text, /provisoire/, `page ${i + 1}`);
  }
  const sheetOf = (u) => paper.texts.find((text, i) => i > 0 && text.toUpperCase().includes(`${u.nom_ml.replace(/^\d+-ML /, '')}\n`));
  for (const u of four) {
    const text = sheetOf(u);
    assert.ok(text, u.nom_ml);
    assert.match(text, new RegExp(`dans le QPV\\s+${u.expected.in}\\s`), u.nom_ml);
    assert.match(text, new RegExp(`à vérifier\\s+${u.expected.undecided}\\s`), u.nom_ml);
  }
  assert.match(paper.texts.join('\n'), /Deux conseillers absents en février/);
  const before = await (await state.page.request.get(world.base + sheets)).text();

  // A late file restates one Mission Locale: beside the state, which does not move.
  const [late] = four;
  await ml.role('referent', late.code_ml);
  const more = join(world.folder, 'retard.csv');
  writeFileSync(more, ['Matricule;Date d\'entrée;Renouvellement;Adresse;Code postal;Ville', ...late.rows.slice(1, 4).map((x, i) => [`R${i}`, '30/03/2025', 'Non', `${x.number} ${x.street}`, x.postcode, x.city].join(';'))].join('\n'));
  await sendFile(ml, more);
  await sendBordereau(ml, late);
  await state.open(`/pilotage?periode=${quarter}`);
  assert.equal((await shown(rows(late.code_ml))).entries, late.expected.entries + 3);
  await state.open(`/pilotage?arrete=${frozen}`);
  assert.equal((await shown(rows(late.code_ml))).entries, late.expected.entries, 'the state moved');
  assert.match(await state.page.locator('table.since').innerText(), /\+3/);
  assert.equal(await (await state.page.request.get(world.base + sheets)).text(), before, 'the sheets moved');
  await shoot(state, 'quarter-restated');
  assert.deepEqual([...state.faults, ...ml.faults], []);
  await state.close();
  await ml.close();
});
