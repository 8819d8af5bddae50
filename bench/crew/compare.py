"""A crew of three, one that deals and two that train, as it is and as it is simulated: a small laboratory by mpirun, then the same run lengths."""
import os
import sqlite3
import sys
import tempfile

from measure import call
from simulate import simulate

COLUMNS = ["round", "runs", "mean", "seconds", "simulated"]
EXPERIMENT = """name: short
hidden: [50, 50]
bn: true
n_train: 2000
n_val: 500
n_s: 100
cycles: 2
experiment: {title: Short runs, seeds: 60}
"""


def compare(o, measured):
    """Of each round the seconds from the first run that was recorded to the last one; what starts and ends a program is no part of them."""
    with tempfile.TemporaryDirectory(dir=o.place) as folder:
        images, file = os.path.join(folder, "images"), os.path.join(folder, "short.yaml")
        call([o.strata, "data", "synth", images])
        with open(file, "w", encoding="utf-8") as out:
            out.write(EXPERIMENT)
        for n in range(1, o.rounds + 1):
            place = os.path.join(folder, f"round-{n}")
            call(["mpirun", "--allow-run-as-root", "--oversubscribe", "-n", "3", o.strata, "lab", file, "--data", images, "--threads", "1", "--quiet",
                  "--out", place])
            with sqlite3.connect(os.path.join(place, "runs.sqlite")) as db:
                lengths = [seconds for seconds, in db.execute("SELECT seconds FROM run ORDER BY created")]
                took, = db.execute("SELECT (julianday(max(created)) - julianday(min(created))) * 86400 FROM run").fetchone()
            costs = measured.costs()
            yield [n, len(lengths), sum(lengths) / len(lengths), took, simulate([lengths], 2, costs).seconds - lengths[0] - costs.alone()]
            print(f"bench/scale: compared {n} of {o.rounds}", file=sys.stderr)
