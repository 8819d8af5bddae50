"""Which laboratories are simulated, and of what: run lengths spread as those that were measured, costs as measured (docs/machines/measured.csv)."""
import csv
import dataclasses
import random
import statistics
from simulate import Costs, simulate

COLUMNS = ["series", "length", "batch", "crews", "ranks", "runs", "seconds", "efficiency", "waiting", "per_s", "ceiling", "loop", "files", "store"]
RANKS = [1 << n for n in range(13)] + [10000]
LENGTHS = [1, 10, 300]  # seconds: small nets, the assignment's here, larger ones
EACH = 100              # runs a rank
BATCH = 100
POINTS, AROUND = 21, 5  # small messages of a run: points; what is said before, between and after
FAR = {"latency": 50e-6, "bytes_per_s": 117e6}  # Ethernet of 1 Gbit/s


@dataclasses.dataclass(frozen=True)
class Laboratory:
    series: str
    length: float
    ranks: int          # that train, of all crews together
    runs: int
    batch: int = 1
    crews: int = 1      # --shard: each has a rank 0, a disk and a store of its own
    waves: int = 1      # as many runs in each
    far: bool = False
    spread: bool = True


def grow(series, lengths=LENGTHS, ranks=RANKS, runs=None, **how):
    return [Laboratory(series, length, n, runs or EACH * n, **how) for length in lengths for n in ranks]


LABORATORIES = [
    *grow("one by one"),
    *grow("batches", batch=BATCH),
    *grow("crews", [1, 10], [1024, 10000], crews=16, batch=BATCH),
    *grow("waves", [10], [64, 1024, 10000], waves=10),
    *grow("few runs", [10], [64, 1024, 10000], runs=10000),
    *grow("equal", [10], [64, 1024, 10000], spread=False),
    *grow("1 Gbit/s", [1, 10], [64, 1024, 10000], batch=BATCH, far=True),
]


class Measured:
    """The rows of measured.csv."""

    def __init__(self, path):
        with open(path, newline="", encoding="utf-8") as file:
            self.rows = {(r["what"], r["of"], r["x"]): r for r in csv.DictReader(file)}
        (self.processor, self.cores), = ((of, int(x)) for what, of, x in self.rows if what == "machine")
        self.lengths = [float(r["value"]) for r in self.rows.values() if r["what"] == "length"]

    def best(self, what, of, x):
        """Of a machine that does nothing else: what is simulated."""
        return float(self.rows[what, of, str(x)]["best"])

    def median(self, what, of, x):
        return float(self.rows[what, of, str(x)]["value"])

    def threads(self):
        """Of rank 0 that record, as src/lab/crew_recorders.c has it."""
        return max(n for n in (1, 2, 4) if n <= self.cores)

    def transaction(self, net):
        """(seconds of a transaction without its runs, seconds for each run): of one run and of many."""
        one = self.best("rows", net, 1)
        most = max(int(x) for what, of, x in self.rows if what == "rows" and of == net)
        each = (most * self.best("rows", net, most) - one) / (most - 1)
        return max(one - each, 0), min(each, one)

    def costs(self, net="3layer", batch=1, far=False):
        small, sent = self.best("taken", "rank 0", 1000), self.best("bytes", net, "message")
        begin, rows = self.transaction(net)
        polled = self.best("polled", "rank 0", 1000)
        done = sent * (1 / FAR["bytes_per_s"] if far else self.best("taken", "rank 0", 1000000) / 1e6)
        return Costs(latency=polled + (FAR["latency"] if far else 0), message=small, messages=POINTS + AROUND, done=small + done, progress=2000,
                     threads=self.threads(), files=self.threads() * self.best("files", net, self.threads()),
                     turn=2 * self.best("transaction", net, 1), begin=begin, rows=rows, batch=batch)

    def draw(self, one):
        """Lengths of this mean, spread as those that were measured, in no order: the work of all is equal, and so nobody knows which is long."""
        dice = random.Random(f"{one.series} {one.length} {one.ranks} {one.runs}")
        runs = max(one.runs // one.crews, one.ranks // one.crews)
        if not one.spread or not self.lengths:
            return [float(one.length)] * runs
        mean = statistics.fmean(self.lengths)
        return [one.length * v / mean for v in dice.choices(self.lengths, k=runs)]


def simulate_one(measured, one):
    """One of its crews: the others do the same at the same time."""
    lengths = measured.draw(one)
    size = -(-len(lengths) // one.waves)
    waves = [lengths[at:at + size] for at in range(0, len(lengths), size)]
    costs = measured.costs(batch=one.batch, far=one.far)
    ranks = one.ranks // one.crews
    return simulate(waves, ranks, costs), costs.ceilings(ranks)


def row(measured, one):
    out, ceilings = simulate_one(measured, one)
    return one, [one.series, one.length, one.batch, one.crews, one.ranks, one.crews * out.runs, out.seconds, out.efficiency, out.waiting,
                 one.crews * out.runs / out.seconds, one.crews * min(ceilings.values()), out.loop, out.files, out.store]


def try_one(measured, ranks, length, runs):
    out, ceilings = simulate_one(measured, Laboratory("trial", length, int(ranks), int(runs), spread=False))
    return f"{out.seconds:.2f} s, efficiency {out.efficiency:.4f}, {out.runs / out.seconds:.1f} runs a second of at most {min(ceilings.values()):.1f}"
