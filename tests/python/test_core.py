#!/usr/bin/python3
"""The package strata: the bits of the program, callbacks, interruption, threads, models, errors, and the examples of all docstrings.

Usage: test_core.py PROGRAM [TEST ...]
"""

from __future__ import annotations

import doctest
import importlib
import json
import os
import pickle
import pkgutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

import numpy as np

import strata

PROGRAM = os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else "strata"
SHORT = {"hidden": [12], "n_train": 900, "n_val": 100, "n_s": 15, "cycles": 1, "evals": 3}
LONG = {"hidden": [12], "n_train": 900, "n_val": 100, "n_s": 200_000, "cycles": 1, "evals": 0}
DATA = strata.Data.synthetic()


def words(settings):
    return [f"{key}={json.dumps(value)}" for key, value in settings.items()]


def program(*arguments):
    return subprocess.run([PROGRAM, *arguments], check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout


def table(n=80, features=3, dtype=np.float32):
    rng = np.random.default_rng(5)
    return (rng.normal(size=(n, features)) * 3).astype(dtype), np.arange(n) % 4


class Trainings(unittest.TestCase):
    def test_runs_are_those_of_the_program(self):
        with tempfile.TemporaryDirectory() as folder:
            program("data", "synth", f"{folder}/set")
            said = json.loads(program("train", *words(SHORT | {"diagnose": True}), "--data", f"{folder}/set", "--out", folder, "--seeds", "2",
                                      "--json"))
            runs = strata.train(SHORT | {"diagnose": True}, strata.Data.open(f"{folder}/set"), seeds=2)
            for theirs, run in zip(said["runs"], runs):
                self.assertEqual(theirs["id"], run.id)
                self.assertEqual(theirs["test"]["accuracy"], run.test.accuracy)
                self.assertEqual(strata.Model.open(f"{folder}/runs/{run.id}/model.safetensors").digest, run.model.digest)
                self.assertEqual(strata.runs(folder).curve(run.id)["train_loss"].tolist(), run.curve["train_loss"].tolist())
                self.assertEqual(run.confusion.sum(), 10_000)
                self.assertTrue(run.layers and run.mistakes)

    def test_points_come_to_the_callers_thread_and_are_the_curve(self):
        points, threads = [], set()
        runs = strata.train(SHORT, DATA, seeds=[3, 8], progress=lambda p: (points.append(p), threads.add(threading.get_ident())))
        self.assertEqual(threads, {threading.get_ident()})
        for member, (run, seed) in enumerate(zip(runs, (3, 8))):
            mine = [p for p in points if p.member == member]
            self.assertEqual({p.seed for p in mine} | {run.seed}, {seed})
            self.assertEqual([p.update for p in mine], run.curve["update"].tolist())
            self.assertEqual([p.validation.accuracy for p in mine], run.curve["validation_accuracy"].tolist())

    def test_a_slow_callback_makes_nobody_wait(self):
        seen = []
        def slow(point):
            seen.append((point.member, point.update))
            time.sleep(0.25 if len(seen) == 1 else 0)
        begin = time.monotonic()
        strata.train(SHORT | {"evals": 6}, DATA, seeds=4, progress=slow)
        alone = time.monotonic() - begin
        self.assertEqual(len(seen), 4 * 7)
        begin = time.monotonic()
        strata.train(SHORT | {"evals": 6}, DATA, seeds=4)
        self.assertLess(alone, time.monotonic() - begin + 0.25 + 1.0)  # once, not at each point; a second is for a busy machine

    def test_stop_stops_one_run(self):
        runs = strata.train(LONG | {"n_s": 3000, "evals": 200}, DATA, seeds=2, stop=lambda p: p.member == 0 and p.update >= 30)
        self.assertEqual([run.outcome for run in runs], ["stopped", "done"])
        self.assertLess(runs[0].updates, 6000)

    def test_an_event_stops_all(self):
        event = threading.Event()
        runs = strata.train(LONG | {"evals": 100_000}, DATA, seeds=2, stop=event, progress=lambda p: event.set())
        self.assertEqual([run.outcome for run in runs], ["stopped", "stopped"])

    def test_an_exception_of_a_callback_stops_all(self):
        def wrong(point):
            raise LookupError("mine")
        with self.assertRaisesRegex(LookupError, "mine"):
            strata.train(LONG | {"evals": 100_000}, DATA, seeds=2, progress=wrong)

    def test_several_threads_train_at_once(self):
        alone = strata.train(SHORT, DATA, seeds=4)
        found = {}
        def one(seed):
            found[seed] = strata.train(SHORT | {"seed": seed}, DATA, threads=1)[0]
        threads = [threading.Thread(target=one, args=(run.seed,)) for run in alone]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual([found[run.seed].model.digest for run in alone], [run.model.digest for run in alone])

    def test_divergence_is_an_outcome(self):
        run = strata.train(SHORT | {"eta_max": 1e12, "bn": False}, DATA)[0]
        self.assertEqual(run.outcome, "diverged")
        with self.assertRaises(strata.DivergedError):
            run.model

    def test_a_folder_has_what_is_finished(self):
        with tempfile.TemporaryDirectory() as out:
            first = strata.train(SHORT | {"diagnose": True, "log_every": 10, "precise_bn": 200}, DATA, seeds=2, out=out)
            again = strata.train(SHORT | {"diagnose": True, "log_every": 10, "precise_bn": 200}, DATA, seeds=3, out=out)
            self.assertEqual([run.found for run in again], [True, True, False])
            for a, b in zip(first, again):
                self.assertEqual((a.id, a.settings, a.train, a.test, a.model.digest), (b.id, b.settings, b.train, b.test, b.model.digest))
                self.assertEqual((a.confusion == b.confusion).all(), True)
                self.assertEqual({k: v.tolist() for k, v in a.curve.items()}, {k: v.tolist() for k, v in b.curve.items()})
                self.assertEqual(a.mistakes, b.mistakes)
                self.assertEqual(a.layers, b.layers)
                self.assertEqual(a.certainty["wrong"].tolist(), b.certainty["wrong"].tolist())
                self.assertEqual(a.variants.keys(), b.variants.keys())
                self.assertEqual(a.losses["loss"].tolist(), b.losses["loss"].tolist())
            self.assertEqual({row["maker"] for row in strata.runs(out).list()}, {"train"})
            page = Path(strata.runs(out).report([run.id for run in first], page=f"{out}/both.html"))
            self.assertEqual(page, Path(f"{out}/both.html"))
            self.assertTrue(all(run.id in page.read_text() for run in first))
            anew = strata.train(SHORT | {"diagnose": True, "log_every": 10, "precise_bn": 200}, DATA, out=out, again=True)[0]
            self.assertFalse(anew.found)
            sent = pickle.loads(pickle.dumps(anew))
            self.assertEqual((sent.settings, sent.model.digest, sent.test), (first[0].settings, first[0].model.digest, first[0].test))

    def test_without_a_test_part_there_is_no_test_score(self):
        X, y = table()
        run = strata.train({"hidden": [4], "n_batch": 9, "epochs": 3, "diagnose": True}, strata.Data(X, y))[0]
        self.assertTrue(np.isnan(run.test.accuracy) and run.confusion is None)
        self.assertGreater(run.validation.accuracy, 0)


INTERRUPTED = """
import sys, strata
strata.train({settings!r}, strata.Data.synthetic(), seeds=2, out={out!r}, progress=lambda p: print("point", p.update, flush=True))
"""


class Interruption(unittest.TestCase):
    def test_ctrl_c_leaves_checkpoints_from_which_the_same_call_goes_on(self):
        settings = SHORT | {"n_s": 400, "evals": 40}
        with tempfile.TemporaryDirectory() as out:
            child = subprocess.Popen([sys.executable, "-c", INTERRUPTED.format(settings=settings | {"n_s": 400}, out=out)],
                                     stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            self.assertTrue(child.stdout.readline().startswith("point"))
            child.send_signal(signal.SIGINT)
            asked = time.monotonic()
            _, errors = child.communicate(timeout=60)
            self.assertLess(time.monotonic() - asked, 20)
            self.assertIn("KeyboardInterrupt", errors)
            self.assertTrue(list(Path(out).glob("runs/*/checkpoint")), "no checkpoint was written")
            went_on = strata.train(settings, DATA, seeds=2, out=out)
            never = strata.train(settings, DATA, seeds=2)
            self.assertEqual([run.model.digest for run in went_on], [run.model.digest for run in never])
            self.assertEqual([run.curve["train_loss"].tolist() for run in went_on], [run.curve["train_loss"].tolist() for run in never])


class DataSets(unittest.TestCase):
    def test_no_copy_is_made_where_layout_allows(self):
        from strata.data import rows_of
        for dtype in (np.uint8, np.float32):
            whole = np.zeros((6, 10), dtype)
            for view, stride in ((whole, 10), (whole[:, 2:7], 10), (whole[::2], 20)):
                rows, found, _ = rows_of(view, "rows")
                self.assertTrue(np.shares_memory(rows, whole))
                self.assertEqual(found, stride)
            for view in (whole[:, ::-1], whole[::-1], whole.T, np.asfortranarray(whole)):
                rows, found, _ = rows_of(view, "rows")
                self.assertEqual((rows.tolist(), found), (view.tolist(), view.shape[1]))

    def test_layouts_and_types_give_the_same_data(self):
        X, y = table()
        base = strata.Data(X, y, test_share=0.25).digest
        wide = np.full((len(X), 9), np.nan, np.float32)
        wide[:, 3:6] = X
        for same in (X.astype(np.float64), np.asfortranarray(X), wide[:, 3:6], X.tolist(), X[::-1][::-1]):
            self.assertEqual(strata.Data(same, y.tolist(), test_share=0.25).digest, base)
        self.assertNotEqual(strata.Data(X[::-1], y, test_share=0.25).digest, base)

    def test_images_and_parts(self):
        images = np.arange(40 * 3 * 4 * 5, dtype=np.uint8).reshape(40, 3, 4, 5)
        y = np.arange(40) % 2
        data = strata.Data(images, y, validation=(images[:6], y[:6]), test=(images[:9], y[:9]), keep_order=True, class_names=["a", "b"])
        self.assertEqual((data.image, data.features, data.train_examples, data.test_examples, data.held), ((4, 5, 3), 60, 46, 9, 6))
        self.assertTrue((data.train()[0] == np.concatenate([images, images[:6]]).reshape(46, -1)).all())
        self.assertTrue((data.test()[0] == images[:9].reshape(9, -1)).all() and (data.test()[1] == y[:9]).all())
        run = strata.train({"hidden": [3], "n_batch": 8, "n_s": 3, "cycles": 1, "evals": 0, "patch": 2, "filters": 2}, strata.Data(
            np.repeat(np.repeat(images, 1, 2)[:, :, :, :4], 1, 3), y, validation=(images[:6, :, :, :4], y[:6])))[0]
        self.assertEqual(run.settings["n_val"], 6)
        self.assertEqual(run.settings["n_train"], 40)

    def test_texts_are_classes(self):
        X, y = table()
        data = strata.Data(X, np.array(["d", "b", "a", "c"])[y], test_share=0.25)
        self.assertEqual(data.class_names, ["a", "b", "c", "d"])

    def test_wrong_arrays_are_refused_with_a_sentence(self):
        X, y = table()
        wrong = [((X[:, 0], y), "shape"), ((X, y[:-1]), "79 labels"), ((X, -y), "numbers them"), ((X, y * 0.5), "float64"),
                 ((X * 1j, y), "complex"),
                 ((X.astype(object), y), "object"), ((np.where(X > 8, np.nan, X * np.inf), y), "finite"),
                 ((X.astype(np.float64) * 1e300, y), "finite"),
                 ((np.zeros((4, 8, 8, 3), np.uint8), y[:4]), "moveaxis"), ((X[:0], y[:0]), "shape")]
        for arrays, words_of_it in wrong:
            with self.subTest(words_of_it), self.assertRaisesRegex(strata.ArgumentError, words_of_it):
                strata.Data(*arrays, test_share=0.2)
        with self.assertRaisesRegex(strata.ArgumentError, "features"):
            strata.Data(X, y, test=(X[:, :2], y))
        with self.assertRaisesRegex(strata.ArgumentError, "names"):
            strata.Data(X, y, class_names=["a"], classes=4)

    def test_files_and_names(self):
        with tempfile.TemporaryDirectory() as folder:
            X, y = table()
            np.savez(f"{folder}/set.npz", X=X, y=y.astype(np.uint8))
            self.assertEqual(strata.Data.open(f"{folder}/set.npz", test_share=0.25).digest, strata.Data(X, y, test_share=0.25).digest)
        with self.assertRaisesRegex(strata.DataError, "did you mean|catalogue"):
            strata.Data.open("fashion-mnits")


class Models(unittest.TestCase):
    def setUp(self):
        self.X, y = table()
        self.model = strata.train({"hidden": [5], "n_batch": 10, "epochs": 4}, strata.Data(self.X, y))[0].model

    def test_bytes_files_and_pickles_are_the_same_model(self):
        with tempfile.TemporaryDirectory() as folder:
            self.model.save(f"{folder}/m.safetensors")
            for other in (strata.Model.open(f"{folder}/m.safetensors"), strata.Model.from_bytes(self.model.to_bytes()),
                          pickle.loads(pickle.dumps(self.model))):
                self.assertEqual(other.digest, self.model.digest)
                self.assertTrue((other.predict_proba(self.X) == self.model.predict_proba(self.X)).all())

    def test_tensors_are_those_of_the_file(self):
        tensors = self.model.tensors()
        self.assertEqual(tensors["layer1.W"].shape, (5, 3))
        for name, values in tensors.items():
            self.assertTrue((self.model.tensor(name).reshape(values.shape) == values).all(), name)
        with self.assertRaisesRegex(strata.ArgumentError, "layer1.W"):
            self.model.tensor("layer1.V")

    def test_exports_and_a_state_dict_back(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(sorted(strata.Model.export_kinds()), ["c", "npz", "onnx", "torch"])
            self.model.export("onnx", f"{folder}/m.onnx")
            self.model.export("torch", f"{folder}/m.py")
            self.assertGreater(Path(f"{folder}/m.onnx").stat().st_size, 100)
            back = strata.Model.from_state_dict(next(Path(folder).glob("*.safetensors")))
            self.assertTrue((back.predict_proba(self.X) == self.model.predict_proba(self.X)).all())
            with self.assertRaisesRegex(strata.ArgumentError, "onnx"):
                self.model.export("onx", f"{folder}/m.onx")

    def test_a_row_has_the_same_bits_alone(self):
        P = self.model.predict_proba(self.X)
        self.assertTrue(all((self.model.predict_proba(self.X[j:j + 1])[0] == P[j]).all() for j in range(len(P))))
        self.assertTrue((self.model.predict_proba(self.X[::-1], threads=2)[::-1] == P).all())
        self.assertTrue((self.model.predict(self.X) == P.argmax(1)).all())

    def test_a_model_outlives_its_run(self):
        import gc
        model = strata.train(SHORT, DATA)[0].model
        gc.collect()
        self.assertEqual(len(model.digest), 64)
        self.assertEqual(model.settings["hidden"], [12])

    def test_wrong_rows_are_refused(self):
        for rows, words_of_it in ((self.X[:, :2], "2 features"), (np.full((1, 3), np.nan), "finite"), ([["a"] * 3], "real numbers")):
            with self.assertRaisesRegex(strata.ArgumentError, words_of_it):
                self.model.predict(rows)
        with self.assertRaises(strata.DataError):
            strata.Model.from_bytes(self.model.to_bytes()[:-1])


class Errors(unittest.TestCase):
    def test_sentences_are_the_librarys(self):
        with self.assertRaisesRegex(strata.ArgumentError, "learning_rate|eta") as caught:
            strata.train({"learning_rate": 0.1}, DATA)
        self.assertIsInstance(caught.exception, ValueError)
        self.assertEqual(caught.exception.exit_code, 2)
        with self.assertRaises(strata.StorageError):
            strata.runs("/no/such/folder")
        with self.assertRaisesRegex(strata.ArgumentError, "which data"):
            strata.train({})
        with self.assertRaises(strata.ArgumentError):
            strata.train({"n_train": 10**9}, DATA)

    def test_a_folder_that_cannot_be_written_is_storage(self):
        with tempfile.NamedTemporaryFile() as file, self.assertRaises(strata.StorageError):
            strata.train(SHORT, DATA, out=file.name)


class Laboratory(unittest.TestCase):
    QUESTION = SHORT | {"name": "penalty", "evals": 1,
                        "experiment": {"title": "Penalty", "part": "validation", "vary": {"lambda": [0, 0.01]}}}

    def test_a_dict_is_an_experiment(self):
        with tempfile.TemporaryDirectory() as out:
            ended = []
            lab = strata.Lab(self.QUESTION, out=out, data=DATA, seeds=2).run(progress=ended.append)
            self.assertEqual((len(ended), ended[-1]["runs_all"], ended[-1]["experiment"]), (4, 4, "penalty"))
            self.assertEqual(len(lab.results()), 4)
            again = []
            strata.Lab(self.QUESTION, out=out, data=DATA, seeds=2).run(progress=again.append)
            self.assertEqual(again, [])
            self.assertEqual(len(strata.runs(out).list(where="lambda=0")), 2)
            try:
                import pandas  # noqa: F401
            except ImportError:
                return
            self.assertEqual(len(lab.frame()["results.test.accuracy"]), 4)

    def test_wrong_experiments_are_refused(self):
        with self.assertRaisesRegex(strata.ArgumentError, "name"):
            strata.Lab({"experiment": {}})
        with tempfile.TemporaryDirectory() as out, self.assertRaisesRegex(strata.ArgumentError, "lamda|lambda"):
            strata.Lab(self.QUESTION | {"lamda": 1}, out=out, data=DATA).run()

    def test_data_of_the_experiment_are_opened(self):
        with tempfile.TemporaryDirectory() as out, self.assertRaises(strata.StrataError):
            strata.Lab({"name": "x", "experiment": {"data": "no-such-set"}}, out=out, seeds=1).run()


def load_tests(loader, tests, pattern):
    drawn = strata.Data.synthetic

    def once(_):  # drawing the set takes seconds, and every example begins with it
        strata.Data.synthetic = classmethod(lambda cls, seed=1: DATA)

    def anew(_):
        strata.Data.synthetic = drawn

    for module in pkgutil.iter_modules(strata.__path__, "strata."):
        if module.name != "strata.sklearn":  # which test_sklearn.py has
            tests.addTests(doctest.DocTestSuite(importlib.import_module(module.name), setUp=once, tearDown=anew))
    tests.addTests(doctest.DocTestSuite(strata, setUp=once, tearDown=anew))
    return tests


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[2:])
