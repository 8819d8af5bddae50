"""The tables of docs/machines.md, every number of which is one of measured.csv or scale.csv or follows from them, and the figure."""
import csv
import os
import re
import statistics
import subprocess

from laboratories import BATCH, FAR, LENGTHS
from measure import IN_MEMORY

SHOWN = [1, 16, 64, 256, 1024, 4096, 10000]
NETS = ["tiny", "3layer", "3layer diagnosed", "9layer"]
SAID = {1: "1 s", 10: "10 s", 300: "5 min"}


def table(heads, rows):
    return "\n".join(["| " + " | ".join(row) + " |" for row in [heads, ["---"] * len(heads), *rows]]) + "\n"


def short(value, digits=2):
    """Two figures or so, for people: 0.0046, 150, 5,400."""
    return f"{float(f'{value:.{digits}g}'):,.10g}"


def percent(value):
    return f"{100 * value:.1f} %"


def recording(m):
    heads = ["net", "message, KB", "files, KB", "rows, KB", "files, ms", "transactions, ms", "runs a second: 1 thread", "2 threads", "4 threads"]
    for net in [*NETS, *([IN_MEMORY] if ("bytes", IN_MEMORY, "files") in m.rows else [])]:
        kb = [short(m.best("bytes", net, of) / 1000) for of in ("message", "files", "store")]
        took = [short(1000 * m.best("files", net, 1)), short(2000 * m.best("transaction", net, 1))]
        yield [net, *kb, *took, *(f"{short(1 / m.best('whole', net, n))} ({short(1 / m.median('whole', net, n))})" for n in (1, 2, 4))]
    yield heads


def batches(m):
    counts = [1, 10, 100, 1000]
    for net in NETS:
        yield [net, short(1 / (2 * m.best("transaction", net, 1))), *(short(1 / m.best("rows", net, n)) for n in counts)]
    yield ["net", "two transactions a run", "one", *(f"{n:,} runs in one" for n in counts[1:])]


def messages(m):
    for size, said in ((40, "40 B"), (1000, "1 KB"), (100000, "100 KB"), (1000000, "1 MB"), (10000000, "10 MB")):
        spun, polled, taken = (m.best(what, "rank 0", size) for what in ("spun", "polled", "taken"))
        yield [said, short(1e6 * spun), short(1e6 * polled), short(1 / taken), short(size / taken / 1e6)]
    yield ["message", "one way, us", "one way, with sleeps, us", "messages a second at rank 0", "MB a second"]


class Simulated:
    def __init__(self, path):
        with open(path, newline="", encoding="utf-8") as file:
            self.rows = list(csv.DictReader(file))

    def row(self, series, length, ranks):
        found, = (r for r in self.rows if r["series"] == series and float(r["length"]) == length and int(r["ranks"]) == ranks)
        return {key: value if key == "series" else float(value) for key, value in found.items()}


def efficiency(s):
    for ranks in SHOWN:
        yield [f"{ranks:,}", *(percent(s.row(series, length, ranks)["efficiency"]) for length in LENGTHS for series in ("one by one", "batches"))]
    yield ["ranks", *(f"{SAID[length]}, {how}" for length in LENGTHS for how in ("one by one", "in batches"))]


def remedies(m, s):
    """Of runs of 10 s and 1 s on 1,024 and 10,000 ranks: what rank 0 recorded, what it could, what lay in its memory."""
    size = m.best("bytes", "3layer", "message")
    for series, length in (("one by one", 1), ("batches", 1), ("crews", 1), ("1 Gbit/s", 1), ("one by one", 10), ("batches", 10), ("crews", 10),
                           ("1 Gbit/s", 10), ("waves", 10), ("few runs", 10), ("equal", 10)):
        said = {"crews": "batches, 16 crews", "batches": f"up to {BATCH} runs in a transaction", "waves": "a search of ten waves",
                "1 Gbit/s": "batches, over 1 Gbit/s", "few runs": "10,000 runs in all", "equal": "runs of equal length"}.get(series, series)
        for ranks in (1024, 10000):
            r = s.row(series, length, ranks)
            yield [SAID[length], f"{ranks:,}", said, percent(r["efficiency"]), short(r["per_s"], 3), short(r["ceiling"], 3),
                   short(r["waiting"] * size / 1e6)]
    yield ["runs of", "ranks", "laboratory", "efficiency", "runs recorded a second", "of at most", "MB waiting at a rank 0"]


def facts(m):
    """Where rank 0 is full: ranks = (length + what a run costs besides) x runs that it can record a second."""
    for batch, how in ((1, "one by one"), (BATCH, "in batches")):
        costs = m.costs(batch=batch)
        each = costs.ceilings(1024)
        most = min(each.values())
        full = ", ".join(f"{short(most * (length + costs.alone()))} ranks for runs of {SAID[length]}" for length in LENGTHS)
        yield (f"- Recorded {how}, rank 0 can do {short(most)} runs a second: its main loop {short(each['loop'])}, files by {costs.threads} threads "
               f"{short(each['files'])}, the store {short(each['store'])}. A run costs its rank {short(1000 * costs.alone())} ms besides its length. "
               f"So rank 0 is full at {full}.")
    full = ", ".join(f"{short(length / m.best('whole', '3layer diagnosed', 2))} ranks for runs of {SAID[length]}" for length in LENGTHS)
    yield (f"- A run that is diagnosed leaves pictures, which rank 0 draws: {short(1 / m.best('whole', '3layer diagnosed', 2))} runs a second by two threads, "
           f"and it is full at {full}.")
    begin, rows = m.transaction("3layer")
    yield (f"- A transaction of the 3-layer net takes {short(1000 * begin)} ms and {short(1000 * rows)} ms more for each run in it.")
    lengths = m.lengths
    yield (f"- The {len(lengths)} runs of the laboratory that lengths are taken from took {short(min(lengths))} to {short(max(lengths))} s, "
           f"{short(statistics.median(lengths))} s in the middle, on one core each of this busy machine.")
    yield f"- Measured on {m.cores} cores of: {m.processor}."
    yield (f"- Of Ethernet of 1 Gbit/s are assumed {FAR['bytes_per_s'] / 1e6:.0f} MB a second into rank 0 and {1e6 * FAR['latency']:.0f} us more one way.")


def compared(folder):
    """By how much the simulation is off, over the rounds."""
    with open(os.path.join(folder, "compared.csv"), newline="", encoding="utf-8") as file:
        rounds = [{key: float(value) for key, value in r.items()} for r in csv.DictReader(file)]
    took, told = ([f"{r[what]:.1f}" for r in rounds] for what in ("seconds", "simulated"))
    off = [r["simulated"] / r["seconds"] - 1 for r in rounds]
    yield (f"`mpirun -n 3` of a laboratory of {rounds[0]['runs']:.0f} runs, {short(min(r['mean'] for r in rounds))} to {short(max(r['mean'] for r in rounds))} s "
           f"long on average, took {', '.join(took)} s from the first run that was recorded to the last one; simulated with "
           f"the lengths of its runs: {', '.join(told)} s, which is {100 * min(off):+.1f} to {100 * max(off):+.1f} %.")


def headed(rows):
    *body, heads = rows
    return table(heads, body)


def blocks(m, simulated):
    """What the page shows, by name."""
    s = Simulated(simulated)
    return {"recording": headed(recording(m)), "transactions": headed(batches(m)), "messages": headed(messages(m)), "efficiency": headed(efficiency(s)),
            "remedies": headed(remedies(m, s)), "facts": "\n".join(facts(m)) + "\n",
            "compared": "\n".join(compared(os.path.dirname(simulated))) + "\n"}


def write_page(path, m, simulated):
    """In the place of each block: behind a line <!-- bench/scale NAME -->, up to the next empty line."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    for name, block in blocks(m, simulated).items():
        text, there = re.subn(rf"(<!-- bench/scale {name} -->\n)(?:.+\n)*\n", lambda found: found[1] + block + "\n", text)
        if there != 1:
            raise SystemExit(f"bench/scale: {path} has {there} places for '{name}', not one")
    with open(path + ".tmp", "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(file.name, path)


def draw(root, path, kind):
    """gnuplot opens a group for each thing that it then does not draw."""
    out = os.path.splitext(path)[0] + "." + kind
    subprocess.run(["gnuplot", "-d", "-c", os.path.join(root, "report", "figures", "style.gp"), path, out, kind, "how far a crew goes",
                    os.path.join(root, "bench", "scale.gp")], check=True)
    if kind == "svg":
        with open(out, encoding="utf-8") as file:
            text = re.sub(r"<g [^>]*>\s*</g>\s*", "", file.read())
        with open(out, "w", encoding="utf-8") as file:
            file.write(text)
