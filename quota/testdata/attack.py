"""The attacker of public tables: integer programs given to glpsol.

    attack.py TABLES.json [EVERY]

With EVERY, for large tables, one small count of so many is attacked, and people may be
counted by fractions: no range is narrower for it, so what is printed is exposed all the same.

Reads a JSON file of published tables (see publish in suppress_test.go) and prints each
small count whose least and greatest possible values, given every cell, sum and verdict
published, are closer than the threshold.
"""
import json
import os
import subprocess
import sys
import tempfile


def program(table, line, column, sense):
    """The CPLEX form of the least or greatest value of a cell."""
    def name(i, c):
        return f"x{i}_{c}"
    rows = []
    lines = table["lines"]
    for i, l in enumerate(lines):
        rows.append(f"{name(i, 1)} + {name(i, 2)} + {name(i, 3)} - {name(i, 0)} = 0")
        if l["units"]:
            for c in range(4):
                rows.append(" + ".join(name(u, c) for u in l["units"]) + f" - {name(i, c)} = 0")
        for s in table["periods"]:
            if s["total"] == i:
                for c in range(4):
                    rows.append(" + ".join(name(u, c) for u in s["parts"]) + f" - {name(i, c)} = {s['excess'][c]}")
        for j, c in l.get("same", []):
            rows.append(f"{name(i, c)} - {name(j, c)} = 0")
        for c, v in enumerate(l["cells"]):
            if v is not None:
                rows.append(f"{name(i, c)} = {v}")
        top, bottom = l["share"]
        most = f"{bottom} {name(i, 1)} + {bottom} {name(i, 3)} - {top} {name(i, 0)}"
        least = f"{bottom} {name(i, 1)} - {top} {name(i, 0)}"
        if l["verdict"] == "atteint":
            rows.append(least + " >= 0")
        elif l["verdict"] == "non_atteint":
            rows.append(most + " <= -1")
        elif l["verdict"] == "indetermine":
            rows.append(least + " <= -1")
            rows.append(most + " >= 0")
    every = [name(i, c) for i in range(len(lines)) for c in range(4)]
    return "\n".join([sense, " cell: " + name(line, column), "Subject To"]
                     + [f" r{k}: {r}" for k, r in enumerate(rows)]
                     + ([] if step > 1 else ["General"] + [" " + n for n in every]) + ["End", ""])


def decisions(table, line, side, sense):
    """The CPLEX form of the least or greatest number of people whom decisions put in
    (side 0) or out (side 1) of a line, for a reader who knows every count of it."""
    rows, bounds = [], []
    lines = table["lines"]

    def name(i, s):
        return f"d{i}_{s}"
    for i, l in enumerate(lines):
        n, truth = l["truth"][0], l["truth"][1:3]
        top, bottom = l["share"]
        need = -(-top * n // bottom)
        for s in (0, 1):
            if l["units"]:
                rows.append(" + ".join(name(u, s) for u in l["units"]) + f" - {name(i, s)} = 0")
            for p in table["periods"]:
                if p["total"] == i:
                    excess = sum(lines[u]["decided"][s] for u in p["parts"]) - l["decided"][s]
                    rows.append(" + ".join(name(u, s) for u in p["parts"]) + f" - {name(i, s)} = {excess}")
            bounds.append(f" 0 <= {name(i, s)} <= {truth[s]}")
        if l["auto"] == "atteint":
            rows.append(f"{name(i, 0)} <= {truth[0] - need}")
        elif l["auto"] == "non_atteint":
            rows.append(f"{name(i, 1)} <= {need - 1 - n + truth[1]}")
        elif l["auto"] == "indetermine":
            rows.append(f"{name(i, 0)} >= {truth[0] - need + 1}")
            rows.append(f"{name(i, 1)} >= {need - n + truth[1]}")
    every = [name(i, s) for i in range(len(lines)) for s in (0, 1)]
    return "\n".join([sense, " cell: " + name(line, side), "Subject To"]
                     + [f" r{k}: {r}" for k, r in enumerate(rows)]
                     + ["Bounds"] + bounds + ["General"] + [" " + n for n in every] + ["End", ""])


def extreme(table, line, column, sense, form=program):
    """The least or greatest whole value of a cell; None without limit."""
    with tempfile.TemporaryDirectory() as d:
        model, report = os.path.join(d, "m.lp"), os.path.join(d, "r.txt")
        with open(model, "w") as f:
            f.write(form(table, line, column, sense))
        done = subprocess.run(["glpsol", "--lp", model, "-o", report, "--tmlim", "20"], capture_output=True, text=True)
        if "HAS NO PRIMAL FEASIBLE" in done.stdout or "HAS NO INTEGER FEASIBLE" in done.stdout:
            sys.exit("the published table contradicts itself: " + json.dumps(table))
        if "UNBOUNDED" in done.stdout or "NO DUAL FEASIBLE" in done.stdout:
            return None
        with open(report) as f:
            for l in f:
                if l.startswith("Objective:"):
                    return round(float(l.split("=")[1].split()[0]))
    sys.exit("glpsol says nothing:\n" + done.stdout)


step = int(sys.argv[2]) if len(sys.argv) > 2 else 1
small = 0
for number, table in enumerate(json.load(open(sys.argv[1]))):
    for i, l in enumerate(table["lines"]):
        for c, v in enumerate(l["truth"]):
            if l["truth"][0] == 0 or v >= table["threshold"]:
                continue
            small += 1
            if small % step:
                continue
            if l["cells"][c] is not None:
                print(f"table {number}, line {l['name']}, column {c}: {v} is shown")
                continue
            high = extreme(table, i, c, "Maximize")
            if high is not None and high - v >= table["threshold"]:
                continue
            low = extreme(table, i, c, "Minimize")
            if high is not None and high - low < table["threshold"]:
                print(f"table {number}, line {l['name']}, column {c}: {v} is between {low} and {high}")
        for side, v in enumerate(l["decided"]):
            room = min(table["threshold"], l["truth"][1 + side])
            if not any(x["auto"] for x in table["lines"]) or v == 0 or v >= table["threshold"]:
                continue
            high = extreme(table, i, side, "Maximize", decisions)
            if high is not None and high - v >= room:
                continue
            low = extreme(table, i, side, "Minimize", decisions)
            if high is not None and high - low < room:
                print(f"table {number}, line {l['name']}, decisions {side}: {v} is between {low} and {high}")
