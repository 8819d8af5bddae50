"""The store as tests/own_numbers reads it: its tables, and formulas of its own for what the page says of them; no view of the store."""
import functools
import math
import sqlite3

APART = 0.2  # accuracies of one setting further apart than this are of two kinds of seeds


# ---- statistics --------------------------------------------------------------------------------------------------------------------------

def student(df):
    """Half of a 95 % interval in standard errors: the density integrated by Simpson's rule, its bound found by bisection. Beyond 30 degrees
    of freedom the store's table has few rows, and the one below holds."""
    df = df if df <= 30 else max(d for d in (30, 40, 60, 120, 1000) if d <= df)
    scale = math.exp(math.lgamma((df + 1) / 2) - math.lgamma(df / 2)) / math.sqrt(df * math.pi)

    def inside(t, steps=2000):
        f = [scale * (1 + (t * q / steps) ** 2 / df) ** (-(df + 1) / 2) for q in range(steps + 1)]
        return 2 * t / steps / 3 * (f[0] + f[-1] + 4 * sum(f[1::2]) + 2 * sum(f[2:-1:2]))

    low, high = 0.0, 15.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if inside(middle) < 0.95 else (low, middle)
    return low


TABLE = {}


class Spread:
    """Mean, deviation and interval of some accuracies, or of differences of such, whose bounds are `ends`."""

    def __init__(self, values, ends):
        self.n, self.least, self.most = len(values), min(values, default=None), max(values, default=None)
        self.mean = math.fsum(values) / self.n if values else None
        self.sd = math.sqrt(math.fsum((v - self.mean) ** 2 for v in values) / (self.n - 1)) if self.n > 1 else None
        self.kinds = self.n > 1 and self.most - self.least > APART
        self.low = self.high = None
        if self.n > 1 and not self.kinds:
            t = TABLE.setdefault(self.n - 1, student(self.n - 1))
            half = t * self.sd / math.sqrt(self.n)
            self.low, self.high = max(ends[0], self.mean - half), min(ends[1], self.mean + half)


# ---- the store ---------------------------------------------------------------------------------------------------------------------------

class Store:
    def __init__(self, path):
        self.db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        head = ("id", "seed", "status", "updates", "seconds", "created", "maker")
        self.runs = {row[0]: dict(zip(head, row)) for row in self.db.execute(f"SELECT {', '.join(head)} FROM run")}
        self.accuracy = {row[:2]: row[2] for row in self.db.execute("SELECT run, part, value FROM result WHERE what = 'accuracy'")}
        self.settings = {}
        for run, key, value, number, order in self.db.execute("SELECT run, key, value, number, ord FROM setting ORDER BY run, ord"):
            self.settings.setdefault(run, {})[key] = (value, number, order)
        self.links = {}
        for experiment, run, order, label in self.db.execute("SELECT experiment, run, ord, label FROM experiment_run"):
            self.links.setdefault(experiment, []).append((order, label, run))

    @functools.cache
    def labels(self, experiment):
        """The labels of an experiment in the order of its tables."""
        first = {}
        for order, label, _ in self.links.get(experiment, []):
            first[label] = min(order, first.get(label, order))
        return sorted(first, key=lambda label: (first[label], label.encode()))

    @functools.cache
    def part(self, experiment):
        return self.db.execute("SELECT part FROM experiment WHERE id = ?", (experiment,)).fetchone()[0]

    @functools.cache
    def seeds(self, experiment, label):
        """seed: accuracy of the trainings of a setting that ended."""
        part = self.part(experiment)
        values = {self.runs[run]["seed"]: self.accuracy.get((run, part)) for run in self.done(experiment, label)}
        return {seed: value for seed, value in sorted(values.items()) if value is not None}

    def done(self, experiment, label):
        return [run for _, of, run in self.links.get(experiment, []) if of == label and self.runs[run]["status"] == "done"]

    @functools.cache
    def spread(self, experiment, label):
        return Spread(list(self.seeds(experiment, label).values()), (0, 1))

    @functools.cache
    def pairs(self, experiment, label, against):
        mine, other = self.seeds(experiment, label), self.seeds(against, label) if against in self.links else {}
        return Spread([mine[seed] - other[seed] for seed in mine if seed in other], (-1, 1))

    @functools.cache
    def diverged(self, experiment, label):
        return sum(of == label and self.runs[run]["status"] == "diverged" for _, of, run in self.links.get(experiment, []))

    @functools.cache
    def points(self, runs):
        """update: rows of train and validation loss and accuracy of these runs."""
        at = {}
        for run in runs:
            for update, *values in self.db.execute("SELECT upd, train_loss, validation_loss, train_accuracy, validation_accuracy"
                                                   " FROM point WHERE run = ?", (run,)):
                at.setdefault(update, []).append(values)
        return dict(sorted(at.items()))

    @functools.cache
    def axes(self, experiment):
        """key: its values over the settings, from low to high, of the axes with several."""
        found = {}
        for key, in self.db.execute("SELECT key FROM axis WHERE experiment = ? ORDER BY ord", (experiment,)):
            values = {self.settings[run][key][:2] for _, _, run in self.links.get(experiment, []) if key in self.settings[run]}
            if len(values) > 1:
                found[key] = sorted(values, key=lambda v: (v[1] is not None, v[1] or 0, v[0].encode()))
        return found

    def lies(self, experiment, label, key):
        return next(self.settings[run][key][:2] for _, of, run in self.links[experiment] if of == label)
