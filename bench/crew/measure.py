"""What a crew costs on this machine: a table of rows (what, of, x, value, best), in seconds and bytes, which bench/scale keeps as CSV. The value is
the median of the rounds; others on the machine only ever make it slower, so the best round is that of a machine of one's own.

    machine, processor, cores, rounds
    whole|files, net, threads, seconds a run; transaction, net, 1, seconds each; rows, net, runs in a transaction, seconds a run
    bytes, net, files|store|message, of a run
    spun|polled|taken, rank 0, bytes, seconds a message
    length, experiment, number, seconds of a training
"""
import glob
import os
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
COLUMNS = ["what", "of", "x", "value", "best"]
SHORT = ["n_train=900", "n_val=100", "n_batch=100", "n_s=20", "cycles=2", "evals=10"]  # and yet 21 points of the curves
NETS = {  # name -> (data, settings)
    "tiny": ("table", ["hidden=[8]", "bn=true", "n_train=700", "n_val=100"] + SHORT[2:]),
    "3layer": ("images", ["hidden=[50,50]", "bn=true"] + SHORT),
    "3layer diagnosed": ("images", ["hidden=[50,50]", "bn=true", "diagnose=true"] + SHORT),
    "9layer": ("images", ["hidden=[50,30,20,20,10,10,10,10]", "bn=true"] + SHORT),
}
IN_MEMORY = "3layer in memory"  # recorded where a disk costs nothing
MEMORY = "/dev/shm"


def call(words, **how):
    done = subprocess.run(words, capture_output=True, text=True, check=False, **how)
    if done.returncode != 0:
        sys.exit(f"bench/scale: {' '.join(words)}: {done.stderr.strip()[-400:]}")
    return done.stdout


def rows_of(printed):
    return [line.split(",") for line in printed.splitlines() if line.count(",") == 3]


def write_table(path):
    """1,000 rows of 16 features and 2 classes."""
    draw = random.Random(1)
    with open(path, "w", encoding="utf-8") as file:
        file.write(",".join([f"f{n}" for n in range(16)] + ["label"]) + "\n")
        for n in range(1000):
            file.write(",".join([f"{draw.gauss(n % 2, 1):.4f}" for _ in range(16)] + ["ab"[n % 2]]) + "\n")


def size_of(folder):
    return sum(os.path.getsize(path) for path in glob.glob(os.path.join(folder, "*")))


def figures(of, took):
    """took: (what, x) -> seconds of each round."""
    yield from ([what, of, x, statistics.median(seconds), min(seconds)] for (what, x), seconds in took.items())


def measure_recording(o, folder, net, data, settings):
    """Every round in a folder of its own: a store that grows is another store."""
    took, sizes = {}, {}
    for _ in range(o.rounds):
        with tempfile.TemporaryDirectory(dir=folder) as place:
            (_, message, _, _), *timed = rows_of(call([o.recording, data, place, str(o.runs), *settings]))
            for what, x, runs, seconds in timed:
                took.setdefault((what, int(x)), []).append(float(seconds) / int(runs))
            run, = (path for path in glob.glob(os.path.join(place, "*")) if "-" not in os.path.basename(path))
            store, = glob.glob(os.path.join(place, "rows-1", "runs.sqlite"))
            with sqlite3.connect(store) as db:
                recorded, = db.execute("SELECT count(*) FROM run").fetchone()
            sizes = {"files": size_of(run), "store": os.path.getsize(store) / recorded, "message": int(message)}
        print(f"bench/scale: recorded {net}", file=sys.stderr)
    yield from figures(net, took)
    yield from (["bytes", net, of, size, size] for of, size in sizes.items())


def measure_messages(o, folder):
    program = os.path.join(folder, "messages")
    call(["mpicc", "-O2", "-o", program, os.path.join(HERE, "messages.c")])
    took = {}
    for _ in range(o.rounds):
        for what, size, count, seconds in rows_of(call(["mpirun", "--allow-run-as-root", "--oversubscribe", "-n", "2", program])):
            took.setdefault((what, int(size)), []).append(float(seconds) / (int(count) if what == "taken" else 1))
    yield from figures("rank 0", took)


def measure_lengths(o, folder, images):
    """Of a laboratory that is there, or of a search that is trained now."""
    if o.lengths is None:
        o.lengths = os.path.join(folder, "laboratory")
        call([o.strata, "lab", "lambda-coarse", "--data", images, "--quiet", "--threads", "1", "--out", o.lengths])
    with sqlite3.connect(os.path.join(o.lengths, "runs.sqlite")) as db:
        found = db.execute("SELECT name, seconds FROM run WHERE status = 'done' ORDER BY name, created").fetchall()
    yield from (["length", name, number, seconds, seconds] for number, (name, seconds) in enumerate(found, 1))


def processor():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        return next((line.split(":")[1].strip() for line in file if line.startswith("model name")), "unknown")


def measure(o):
    with tempfile.TemporaryDirectory(dir=o.place) as folder:
        data = {"table": os.path.join(folder, "table.csv"), "images": os.path.join(folder, "images")}
        write_table(data["table"])
        call([o.strata, "data", "synth", data["images"]])
        yield ["machine", processor(), len(os.sched_getaffinity(0)), o.rounds, o.rounds]
        for net, (kind, settings) in NETS.items():
            yield from measure_recording(o, folder, net, data[kind], settings)
        yield from measure_recording(o, MEMORY, IN_MEMORY, data["images"], NETS["3layer"][1])
        yield from measure_messages(o, folder)
        yield from measure_lengths(o, folder, data["images"])
