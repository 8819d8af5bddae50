"""What bench/run measured, as text: the whole table, the short one of docs/speed.md, and the rows of the figure."""
import csv
import os
import re
import subprocess

from nets import DATA, data_of
from programs import ROOT

KINDS = {"results": ("us", "us", 1), "trainings": ("seconds", "s", 2), "populations": ("seconds", "s", 2)}


def ratio_text(r, precision, name="ratio"):
    ratio = r.get(name, {}).get(precision)
    if not ratio:
        return "-"
    median, low, high = (f"{ratio[key]:.2f}" for key in ("median", "min", "max"))
    return f"{median:>6} ({low} to {high})" if len(r.get("best", [])) > 1 or name == "ratio" else f"{median:>6}"


def epoch_seconds(r, batch):
    return 1e-6 * r["us_median"] * (data_of(r["net"])[2] // batch)


def cells(result, kind, r, flop, peak):
    """The columns of one kind, between the time and the ratios."""
    if kind == "results":
        rate = flop / r["us_median"] / 1e3 if flop else 0
        text = f"{r['us_best']:10.1f}{rate:9.1f} {100 * rate / peak['float'] if peak else 0:8.1f} %"
        return text + (f"{epoch_seconds(r, result['batch']):9.4f} s" if r["net"] in DATA else "")
    if kind == "populations":
        return f"{r['updates_per_s']:10.0f}"
    evaluating = [f"{100 * sum(r['evaluating']) / sum(r['seconds']):9.0f} %"] if "evaluating" in r else [f"{'-':>11}"]
    return f"{r['best'][0]:10.2f}{''.join(evaluating)}" if "best" in r else ""


def columns_of(kind, rows):
    if kind == "results":
        return f"{'best':>10}{'GFLOP/s':>9}{'of float':>11}" + (f"{'an epoch':>11}" if rows[0]["net"] in DATA else "")
    if kind == "populations":
        return f"{'a second':>10}"
    return f"{'best':>10}{'evaluating':>11}" if any("best" in r for r in rows) else ""


def heading(result, kind, net, threads):
    where = f"{net}, {threads} thread{'s' if threads > 1 else ''}, mini-batch {result['batch']}"
    what = {"results": "one update", "trainings": f"the first {result['training']} updates of the recipe with their evaluations",
            "populations": f"{result.get('members')} trainings of {result['training']} updates with their evaluations; updates a second of all"}[kind]
    rounds = max(len(r[KINDS[kind][0]]) for r in result[kind] if (r["net"], r["threads"]) == (net, threads))
    return f"\n{where}: {what}, medians of {rounds} round{'s' if rounds > 1 else ''} in turns"


def block(result, kind, rows):
    """The rows of one net and number of threads."""
    what, unit, digits = KINDS[kind]
    flop = next((r["flop"] for r in rows if "flop" in r), None)
    peak = result["peak"].get(str(rows[0]["threads"]))
    print(heading(result, kind, rows[0]["net"], rows[0]["threads"]))
    print(f"  {'who':<18}{'time':>11}    {columns_of(kind, rows)}   {'by strata float (range)':<26}{'by strata bf16':<26}bests by float")
    for r in rows:
        line = f"  {r['who']:<18}{r[what + '_median']:11.{digits}f} {unit:<3}{cells(result, kind, r, flop, peak)}"
        print(f"{line}   {ratio_text(r, 'float'):<26}{ratio_text(r, 'bf16'):<26}{ratio_text(r, 'float', 'ratio_best')}".rstrip())


def blocks(result, kind):
    """Rows by net and number of threads."""
    keys = dict.fromkeys((r["net"], r["threads"]) for r in result.get(kind, []))
    return [[r for r in result[kind] if (r["net"], r["threads"]) == key] for key in keys]


def table(result):
    m = result["machine"]
    print(f"{m['cpu']}, {m['cores']} cores, {m['cpu_level']}; {m['compiler']}; strata commit {m['commit']}")
    for threads, peak in result["peak"].items():
        print(f"peak measured on {threads} thread{'s' if threads != '1' else ''}: {peak['float']:.0f} GFLOP/s in float, {peak['best']:.0f} G/s at best")
    for kind in KINDS:
        for rows in blocks(result, kind):
            block(result, kind, rows)
    print()
    for version, blas in sorted({(r["version"] + (f", evaluates by {r['how']}" if "how" in r else ""), r["blas"])
                                 for kind in KINDS for r in result.get(kind, []) if "version" in r}):
        print(f"{version}, BLAS: {blas}")
    for absent in result["missing"]:
        print(f"NOT RUN: {absent['who']}: {absent['why']}" if "who" in absent else f"MISSING: the data {absent['data']}: {absent['why']}")
    ran = {r["who"] for kind in KINDS for r in result.get(kind, [])}
    lacking = len({m["who"] for m in result["missing"] if "who" in m} - ran)
    print(f"{result['programs']} of {result['programs'] + lacking} programs were run")


# ---- short table and figure -------------------------------------------------------------------------------------------------------------

def name_of(result, kind, net):
    return {"results": f"update of {net}", "trainings": f"training of {net} ({result['training']} updates)",
            "populations": f"{result.get('members')} trainings of {net}"}[kind]


def lines_of(result):
    """(kind, net, who, {threads: row}) of all that was timed."""
    for kind in KINDS:
        for net in dict.fromkeys(r["net"] for r in result.get(kind, [])):
            for who in dict.fromkeys(r["who"] for r in result[kind] if r["net"] == net):
                yield kind, net, who, {r["threads"]: r for r in result[kind] if (r["net"], r["who"]) == (net, who)}


def time_text(kind, r):
    return f"{r['us_median']:.0f} us" if kind == "results" else f"{r['seconds_median']:.2f} s"


def times(r, name="ratio"):
    ratio = r.get(name, {}).get("float")
    return f"{ratio['median']:.2f} ({ratio['min']:.2f} to {ratio['max']:.2f})" if ratio and name == "ratio" else f"{ratio['median']:.2f}" if ratio else "-"


def markdown(result):
    """For docs/speed.md: a line for each program, on one thread and on the most."""
    most = max(r["threads"] for kind in KINDS for r in result.get(kind, []))
    print(f"| what | who | 1 thread | times strata float (range) | by bests | {most} threads | times strata float (range) |\n|---|---|---|---|---|---|---|")
    for kind, net, who, by in lines_of(result):
        one, all_ = by.get(1), by.get(most) if most > 1 else None
        first = [time_text(kind, one), times(one), times(one, "ratio_best")] if one else ["", "", ""]
        second = [time_text(kind, all_), times(all_)] if all_ else ["", ""]
        print("| " + " | ".join([name_of(result, kind, net), who, *first, *second]) + " |")


def figure_rows(result):
    """A line of the figure for each program but strata float: its place from the top, and ratios on one thread and on the most. A heading has none."""
    place, last = 0, None
    for kind, net, who, by in lines_of(result):
        if (kind, net) != last:
            yield [place, name_of(result, kind, net), "", "", "", "", ""]
            place, last = place + 1, (kind, net)
        if who == "strata float":
            continue
        for threads, r in by.items():
            ratio = r.get("ratio", {}).get("float")
            if ratio:
                yield [place, "", who, "one" if threads == 1 else "all", *(f"{ratio[key]:.4g}" for key in ("median", "min", "max"))]
        place += 1


def draw(result, folder, form="svg"):
    """folder/comparison.csv and .svg. gnuplot opens a group for each thing that it then does not draw; without those the file is smaller."""
    path = os.path.join(folder, "comparison.")
    with open(path + "csv", "w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([["place", "heading", "who", "threads", "ratio", "low", "high"], *figure_rows(result)])
    subprocess.run(["gnuplot", "-d", "-c", os.path.join(ROOT, "report", "figures", "style.gp"), path + "csv", path + form, form,
                    "strata beside other programs", os.path.join(ROOT, "bench", "compare.gp")], check=True)
    if form == "svg":
        with open(path + form, encoding="utf-8") as file:
            text = re.sub(r"<g [^>]*>\s*</g>\s*", "", file.read())
        with open(path + form, "w", encoding="utf-8") as file:
            file.write(text)
