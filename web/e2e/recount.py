"""Counts a quarter of a flagged file over again, with nothing of the product.

usage: recount.py FLAGGED QUARTER FACTS, where FACTS is a JSON object of the titles of the
columns: person, date, renewal, and programme and outcome when there are some. Prints the
numbers of entries, of those inside, outside and to check, and of those who left for a durable
job, all and inside, as JSON.
"""
import csv
import datetime
import json
import re
import sys
import xml.etree.ElementTree as ET
import zipfile

path, quarter, titles = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
year, number = int(quarter[:4]), int(quarter[-1])
first = datetime.date(year, 3 * number - 2, 1)
after = datetime.date(year + number // 4, 3 * number % 12 + 1, 1)


def workbook(path):
    """Yields the rows of the first sheet of a workbook as lists of texts."""
    ns = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    with zipfile.ZipFile(path) as z:
        shared = []
        if "xl/sharedStrings.xml" in z.namelist():
            shared = ["".join(t.text or "" for t in si.iter(ns + "t")) for si in ET.fromstring(z.read("xl/sharedStrings.xml"))]
        for row in ET.fromstring(z.read("xl/worksheets/sheet1.xml")).iter(ns + "row"):
            cells = []
            for c in row.iter(ns + "c"):
                at = 0
                for letter in re.match("[A-Z]*", c.get("r", "")).group():
                    at = at * 26 + ord(letter) - 64
                cells += [""] * (at - 1 - len(cells))
                value = c.find(ns + "v")
                text = "".join(t.text or "" for t in c.iter(ns + "t")) if value is None else value.text
                cells.append(shared[int(text)] if c.get("t") == "s" else text)
            yield cells


def table(path):
    """Yields the rows of a file as dictionaries, whatever stands above its titles."""
    if open(path, "rb").read(2) == b"PK":
        rows = list(workbook(path))
    else:
        text = open(path, encoding="utf-8-sig", newline="").read()
        rows = list(csv.reader(text.splitlines(), delimiter="\t" if text.count("\t") > text.count(";") else ";"))
    head = next(i for i, row in enumerate(rows) if titles["person"] in row)
    for row in rows[head + 1:]:
        yield dict(zip(rows[head], row + [""] * len(rows[head])))


def day_of(text):
    """Returns the date of a text, of a serial number of a spreadsheet too, or None."""
    for read in (lambda: datetime.datetime.strptime(text, "%d/%m/%Y").date(), lambda: datetime.date.fromisoformat(text[:10]),
                 lambda: datetime.date(1899, 12, 30) + datetime.timedelta(days=int(float(text)))):
        try:
            return read()
        except ValueError:
            pass
    return None


DURABLE = {"cdi", "cdd de 6 mois et plus", "contrat d'apprentissage"}
entries = {}
for row in table(path):
    day = day_of(row[titles["date"]].strip())
    if day is None:
        continue
    if not first <= day < after or row[titles["renewal"]].strip().lower() == "oui":
        continue
    if "programme" in titles and row[titles["programme"]] != "CEJ":
        continue
    person = row[titles["person"]].strip()
    if person and (person not in entries or day < entries[person][0]):
        entries[person] = (day, row["qpv_statut"], row.get(titles.get("outcome"), "").strip().lower() in DURABLE)
answers = [answer for _, answer, _ in entries.values()]
oriented = [answer for _, answer, durable in entries.values() if durable]
print(json.dumps({"entries": len(answers), "in": answers.count("oui"), "out": answers.count("non"), "undecided": answers.count("a_verifier"), "oriented": len(oriented), "oriented_in": oriented.count("oui")}))
