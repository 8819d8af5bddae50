#!/usr/bin/env python3
"""Is what bench/scale simulates what it says? Laboratories whose length is known exactly, one that queueing theory knows, what the page says of
the simulated ones, and the program that measures recording, tried with a few runs.

    tests/test_scale.py PROGRAM [TEST ...]        PROGRAM: tests/scale_recording of the build
"""
import math
import os
import pathlib
import random
import sqlite3
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "bench" / "crew"))
import csv  # noqa: E402
import laboratories  # noqa: E402
import measure  # noqa: E402
import page  # noqa: E402
from simulate import Costs, simulate  # noqa: E402

RECORDING = ""
MACHINES = ROOT / "docs" / "machines"


def alike(a, b):
    return math.isclose(a, b, rel_tol=1e-9)


class Exact(unittest.TestCase):
    """Lengths that follow from the costs by counting."""

    def test_runs_without_costs_lose_nothing(self):
        for ranks in (1, 7, 64):
            out = simulate([[5.0] * (20 * ranks)], ranks, Costs())
            self.assertEqual((out.seconds, out.efficiency, out.transactions), (100.0, 1.0, 20 * ranks))

    def test_ranks_without_a_run_wait(self):
        self.assertTrue(alike(simulate([[5.0] * 9], 4, Costs()).efficiency, 9 / 12))

    def test_the_longest_first_end_together(self):
        self.assertEqual(simulate([[6.0, 3.0, 3.0]], 2, Costs()).seconds, 6.0)
        self.assertEqual(simulate([[3.0, 3.0, 6.0]], 2, Costs()).seconds, 9.0)

    def test_a_wave_waits_for_the_one_before(self):
        """The fifth run begins when the first is recorded, and is itself recorded 5.5 s later."""
        self.assertTrue(alike(simulate([[5.0] * 5] * 3, 4, Costs(turn=0.5, threads=9)).seconds, 3 * (5.5 + 5.5)))

    def test_a_store_that_keeps_up_delays_the_last_rank(self):
        """All end at once; the store spaces them out by s, and so they stay: n rounds of length + s, behind n - 1 others the first time."""
        ranks, rounds, length, s = 10, 6, 3.0, 0.1
        out = simulate([[length] * (ranks * rounds)], ranks, Costs(turn=s, threads=ranks))
        self.assertTrue(alike(out.seconds, rounds * (length + s) + (ranks - 1) * s))

    def test_a_full_store_sets_the_pace(self):
        ranks, rounds, length, s = 100, 6, 3.0, 0.1
        out = simulate([[length] * (ranks * rounds)], ranks, Costs(turn=s, threads=ranks))
        self.assertTrue(alike(out.seconds, length + ranks * rounds * s))
        self.assertEqual(out.waiting, ranks)

    def test_full_threads_set_the_pace(self):
        """The last of every five at once is a whole turn later."""
        out = simulate([[1.0] * 1000], 100, Costs(files=0.5, threads=5))
        self.assertTrue(alike(out.seconds, 1 + 1000 * 0.5 / 5))

    def test_a_thread_that_waits_for_the_store_writes_no_files(self):
        """One thread does both, one after the other; with batches the rows are somebody else's."""
        one = simulate([[1.0] * 500], 50, Costs(files=0.1, turn=0.1, threads=1))
        self.assertTrue(alike(one.seconds, 1 + 500 * 0.2))
        two = simulate([[1.0] * 500], 50, Costs(files=0.1, begin=0.05, rows=0.05, threads=1, batch=10))
        self.assertTrue(alike(two.seconds, 1 + 500 * 0.1 + 0.1))

    def test_a_full_main_loop_sets_the_pace(self):
        """Half of it is for messages of progress, so every message takes twice as long."""
        costs = Costs(message=0.0005, done=0.1, progress=1000, every=0.01)
        out = simulate([[1.0] * 300], 300, costs)
        self.assertEqual(costs.share_told(300), 0.5)
        self.assertTrue(alike(out.seconds, 1 + 300 * 0.2))

    def test_many_runs_in_one_transaction(self):
        """The first comes alone, then the store is never idle: all that wait, up to so many."""
        out = simulate([[1.0] * 1001], 1001, Costs(begin=0.2, rows=0.01, batch=100, threads=1001))
        self.assertTrue(alike(out.seconds, 1 + 0.21 + 10 * (0.2 + 100 * 0.01)))
        self.assertEqual(out.transactions, 11)

    def test_what_is_done_beside_the_training(self):
        costs = Costs(latency=0.25, message=0.125, messages=4, done=0.5, files=1, turn=2)
        out = simulate([[8.0] * 3], 1, costs)
        last = 2 * 0.25 + 0.125  # nobody waits for the last answer
        self.assertTrue(alike(out.seconds, 3 * (8 + costs.alone()) - last))


class Theory(unittest.TestCase):
    def test_two_ranks_with_lengths_by_chance(self):
        """Is the other rank still at its run when one is recorded? With probability q = exp(-s / mean), whatever was before; then one of the two
        must end first, so a run takes s + q mean / 2 on average. Those times are independent, and the square of one that is waited for is
        mean^2 / 2 on average: the mean of all lies within 5 of the standard errors that follow, and of what begin and end make of it."""
        mean, s, runs = 1.0, 0.5, 200000
        dice = random.Random(1)
        out = simulate([[dice.expovariate(1 / mean) for _ in range(runs)]], 2, Costs(turn=s, threads=2))
        stays = math.exp(-s / mean)
        error = math.sqrt(stays * mean ** 2 / 2 / runs)
        self.assertLessEqual(abs(out.seconds / runs - (s + stays * mean / 2)), 5 * error + 10 * mean / runs)

    def test_nobody_is_faster_than_the_ceiling(self):
        measured = laboratories.Measured(MACHINES / "measured.csv")
        for batch in (1, 100):
            costs = measured.costs(batch=batch)
            most = min(costs.ceilings(500).values())
            out = simulate([[0.1] * 5000], 500, costs)
            self.assertLessEqual(out.runs / (out.seconds - 0.1), most * (1 + 1e-9))
            self.assertGreaterEqual(out.runs / out.seconds, 0.9 * most)


class Page(unittest.TestCase):
    def test_the_rows_are_those_of_the_simulator(self):
        measured = laboratories.Measured(MACHINES / "measured.csv")
        with open(MACHINES / "scale.csv", newline="", encoding="utf-8") as file:
            stored = list(csv.reader(file))
        self.assertEqual(stored[0], laboratories.COLUMNS)
        self.assertEqual(len(stored), 1 + len(laboratories.LABORATORIES))
        for one, cells in zip(laboratories.LABORATORIES, stored[1:]):
            if one.runs > 6400 and one.crews == 1:
                continue
            if one.runs // one.crews > 12800:
                continue
            _, row = laboratories.row(measured, one)
            self.assertEqual([f"{v:.6g}" if isinstance(v, float) else str(v) for v in row], cells)

    def test_the_tables_are_those_of_the_rows(self):
        measured = laboratories.Measured(MACHINES / "measured.csv")
        said = (ROOT / "docs" / "machines.md").read_text(encoding="utf-8")
        for name, block in page.blocks(measured, MACHINES / "scale.csv").items():
            self.assertIn(f"<!-- bench/scale {name} -->\n{block}\n", said)


class Recording(unittest.TestCase):
    def test_all_runs_are_recorded(self):
        with tempfile.TemporaryDirectory() as folder:
            measure.write_table(os.path.join(folder, "table.csv"))
            place = os.path.join(folder, "place")
            os.mkdir(place)
            data, settings = measure.NETS["tiny"]
            self.assertEqual(data, "table")
            printed = measure.call([RECORDING, os.path.join(folder, "table.csv"), place, "12", *settings])
            (message, size, _, _), *timed = measure.rows_of(printed)
            rows = [(what, int(x), int(runs)) for what, x, runs, _ in timed]
            self.assertEqual((message, int(size) > 4 * (17 * 8 + 9 * 2)), ("message", True))
            self.assertEqual(rows, [("whole", 1, 12), ("transaction", 1, 24), ("whole", 2, 12), ("whole", 4, 12), ("files", 1, 12), ("files", 2, 12),
                                    ("files", 4, 12), ("rows", 1, 12), ("rows", 10, 12)])
            for name in ("whole-1", "whole-4", "rows-1", "rows-10"):
                with sqlite3.connect(os.path.join(place, name, "runs.sqlite")) as db:
                    self.assertEqual(db.execute("SELECT count(*), count(DISTINCT run) FROM run JOIN experiment_run ON run = id").fetchone(), (12, 12))
                    self.assertEqual(db.execute("SELECT count(*) FROM point").fetchone(), (12 * laboratories.POINTS,))
            self.assertEqual(len(os.listdir(os.path.join(place, "files-4", "runs"))), 12)
            self.assertEqual(len(os.listdir(os.path.join(place, "rows-1", "runs"))), 0)


if __name__ == "__main__":
    RECORDING = sys.argv.pop(1)
    unittest.main()
