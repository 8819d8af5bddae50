#!/usr/bin/python3
"""strata.sklearn.StrataClassifier: scikit-learn's own suite, the bits of predictions, features of any scale, mini-batches of any table, and
scikit-learn's tools around it. Exit code 77 where python3-sklearn or python3-pandas, which the suite needs, is missing."""

from __future__ import annotations

import pickle
import subprocess
import sys
import time
import unittest
import warnings

import numpy as np

try:
    import joblib
    import pandas
    import sklearn
    from sklearn.base import clone
    from sklearn.datasets import load_iris, load_wine, make_blobs
    from sklearn.exceptions import SkipTestWarning
    from sklearn.model_selection import GridSearchCV, cross_val_score
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.utils.estimator_checks import check_estimator
except ImportError as missing:
    print(f"skipped: {missing}: python3-sklearn and python3-pandas bring it")
    sys.exit(77)

import strata
from strata.sklearn import StrataClassifier, _moments, _standardised

CHECKS = {"1.2.1": 43}  # of a classifier like this one


def quick(**parameters):
    """A classifier that is trained in a few milliseconds."""
    return StrataClassifier(**({"hidden": (10,), "epochs": 5} | parameters))


def table(n=60, d=5, classes=3, seed=0):
    return make_blobs(n_samples=n, n_features=d, centers=classes, random_state=seed)


class Suite(unittest.TestCase):
    def test_every_check_passes_and_none_is_skipped(self):
        start, cases = time.perf_counter(), list(check_estimator(StrataClassifier(), generate_only=True))
        with warnings.catch_warnings():
            warnings.simplefilter("error", SkipTestWarning)  # SkipTest itself is an error here: nobody catches it
            for estimator, check in cases:
                with self.subTest(check=check.func.__name__):
                    try:
                        check(estimator)
                    except unittest.SkipTest as skipped:  # unittest would count it as skipped and go on
                        self.fail(f"skipped: {skipped}")
        print(f"scikit-learn {sklearn.__version__}: {len(cases)} checks in {time.perf_counter() - start:.2f} s")
        self.assertGreaterEqual(len(cases), CHECKS.get(sklearn.__version__, 40))
        self.assertFalse(StrataClassifier()._get_tags()["_xfail_checks"] if hasattr(StrataClassifier, "_get_tags") else {})

    def test_other_nets_pass_as_well(self):
        few = {"check_classifiers_train", "check_methods_subset_invariance", "check_methods_sample_order_invariance",
               "check_estimators_pickle", "check_fit2d_1feature", "check_fit2d_1sample", "check_dict_unchanged", "check_fit_idempotent"}
        for other in (StrataClassifier(bn=False), StrataClassifier(hidden=(20, 10), optimiser="sgd"), StrataClassifier(hidden=())):
            for estimator, check in check_estimator(other, generate_only=True):
                inner = getattr(check.func, "func", check.func)
                if inner.__name__ in few:
                    with self.subTest(net=other, check=inner.__name__):
                        check(estimator)


class Bits(unittest.TestCase):
    """A row has one prediction, to the bit, whatever is asked about beside it."""

    def nets(self):
        for d, classes, hidden, bn in ((1, 2, (3,), True), (5, 3, (17,), True), (10, 4, (100,), True), (33, 7, (9, 8), False),
                                       (6, 2, (), False)):
            X, y = table(90, d, classes)
            yield X, quick(hidden=hidden, bn=bn).fit(X, y)

    def test_subsets_and_order(self):
        rng = np.random.default_rng(1)
        for X, net in self.nets():
            P = net.predict_proba(X)
            for few in (1, 2, 3, 7, 8, 9, 16, 17, 31, 64, 89):
                rows = rng.permutation(len(X))[:few]
                np.testing.assert_array_equal(net.predict_proba(X[rows]), P[rows])
            for row in range(len(X)):
                np.testing.assert_array_equal(net.predict_proba(X[row:row + 1])[0], P[row])

    def test_types_layouts_and_threads(self):
        for X, net in self.nets():
            single = X.astype(np.float32)
            P = net.predict_proba(single.astype(np.float64))
            for same in (single, np.asfortranarray(single), single.astype(">f4"), np.repeat(single, 2, axis=1)[:, ::2], single.tolist(),
                         single.astype(object)):
                np.testing.assert_array_equal(net.predict_proba(same), P)
            for threads in (0, 2):
                np.testing.assert_array_equal(clone(net).set_params(threads=threads).fit(X, net.predict(X)).predict_proba(X),
                                              clone(net).fit(X, net.predict(X)).predict_proba(X))

    def test_probabilities_are_some(self):
        for X, net in self.nets():
            P = net.predict_proba(X)
            self.assertEqual((P.shape, P.dtype), ((len(X), len(net.classes_)), np.float64))
            np.testing.assert_allclose(P.sum(axis=1), 1, rtol=0, atol=1e-15 * P.shape[1])  # a rounding for each term
            np.testing.assert_array_equal(net.classes_[P.argmax(axis=1)], net.predict(X))

    def test_a_fit_is_the_same_again(self):
        X, y = table()
        P = quick(random_state=3).fit(X, y).predict_proba(X)
        np.testing.assert_array_equal(P, quick(random_state=3).fit(X, y).predict_proba(X))
        self.assertTrue((P != quick(random_state=4).fit(X, y).predict_proba(X)).any())
        one, other = (quick(random_state=np.random.RandomState(5)).fit(X, y) for _ in range(2))
        np.testing.assert_array_equal(one.predict_proba(X), other.predict_proba(X))
        np.random.seed(5)
        np.testing.assert_array_equal(quick(random_state=None).fit(X, y).predict_proba(X), one.predict_proba(X))


class Features(unittest.TestCase):
    """Features are standardised in double before they become floats."""

    def setUp(self):
        warnings.filterwarnings("ignore", "invalid value encountered in reduce")  # scikit-learn adds up all of X to find a NaN

    def test_a_small_difference_of_large_numbers_is_seen(self):
        X, y = table(200, 3, 2, seed=2)
        far = 1e9 + X / 16  # a float cannot tell these apart: it has steps of 64 there
        self.assertEqual(len(np.unique(far.astype(np.float32))), 1)
        self.assertGreater(StrataClassifier().fit(far, y).score(far, y), 0.97)
        moved = [quick().fit(X * factor, y) for factor in (2.0**300, 2.0**-300, 1)]  # powers of 2: the same numbers, standardised
        for net, factor in zip(moved, (2.0**300, 2.0**-300, 1)):
            np.testing.assert_array_equal(net.predict_proba(X * factor), moved[2].predict_proba(X))

    def test_moments_are_those_of_numpy(self):
        rng = np.random.default_rng(3)
        X = rng.normal(size=(5000, 4)) * [1, 1e-6, 1e6, 3] + [0, 5, -1e6, 1e4]
        X[0, 3] = 1e7  # one row far away
        center, scale = _moments(X)
        exact = X.astype(np.longdouble)
        # A sum of n numbers u, from -1 to 1, is wrong by n times n roundings of 2^-53 at most, their mean by n of them, half of the range
        # times; the mean itself has a last rounding. The variance of u is 2 / n at least, and is wrong by three times as much as the mean;
        # its root by half of that.
        off = len(X) * 2.0**-53
        for t in range(X.shape[1]):
            self.assertLess(abs(center[t] - exact[:, t].mean()), off * (X[:, t].max() - X[:, t].min()) + 2.0**-52 * abs(center[t]))
        np.testing.assert_allclose(scale, exact.std(axis=0).astype(float), rtol=3 * off * len(X) / 4)
        z = _standardised(X, center, scale)
        np.testing.assert_allclose(z.std(axis=0, dtype=float), 1, rtol=1e-6)

    def test_the_ends_of_double(self):
        largest = np.finfo(float).max
        X = np.array([[-largest, 5e-324, 3.0], [largest, 0.0, 3.0]] * 10)
        y = np.array([0, 1] * 10)
        net = quick(epochs=200, hidden=()).fit(X, y)
        self.assertEqual(net.score(X, y), 1)
        self.assertTrue(np.isfinite(net.predict_proba([[largest, largest, -largest], [0, -largest, 1e-300]])).all())

    def test_a_constant_feature_says_nothing(self):
        X, y = table()
        for constant in (0.0, 7.3, -1e300):
            X[:, 2] = constant
            net = quick().fit(X, y)
            P = net.predict_proba(X)
            X[:, 2] = np.tile([-1e308, 1e308], len(X) // 2)
            np.testing.assert_array_equal(net.predict_proba(X), P)

    def test_other_kinds_of_numbers(self):
        X, y = table()
        whole = np.clip(np.round(X * 8), 0, 255)
        P = quick().fit(whole, y).predict_proba(whole)
        for kind in (np.uint8, np.int16, np.int64, np.float32, np.float16):
            np.testing.assert_array_equal(quick().fit(whole.astype(kind), y).predict_proba(whole.astype(kind)), P)
        self.assertEqual(quick().fit(X > 0, y).predict(X > 0).shape, y.shape)


class Batches(unittest.TestCase):
    def test_no_mini_batch_has_one_row(self):
        for n in range(2, 400):
            for most in (None, 2, 3, 7, 32, 100, 1000):
                size = StrataClassifier(n_batch=most)._rows_of_batch(n)
                self.assertTrue(2 <= size <= min(n, most or 32))
                self.assertTrue(n % size < max(n // size, 2))

    def test_tables_of_any_length_are_trained(self):
        for n in [2, 3, 4, 5, 9, 31, 32, 33, 63, 64, 65, 97]:
            X, y = table(n, 3, 2)
            for parameters in ({}, {"n_batch": 2}, {"n_batch": 1000}, {"n_batch": 1, "bn": False}):
                net = quick(epochs=2, **parameters).fit(X, y)
                self.assertEqual((net.n_iter_, len(net.loss_curve_)), (2, 2))
                self.assertTrue(np.isfinite(net.loss_))

    def test_epochs(self):
        X, y = table(320, 3, 2)  # 10 mini-batches of 32
        self.assertEqual(StrataClassifier().fit(X, y).n_iter_, 50)  # 500 updates
        self.assertEqual(StrataClassifier(n_batch=10).fit(X, y).n_iter_, 20)
        self.assertEqual(StrataClassifier(epochs=3).fit(X, y).n_iter_, 3)
        self.assertEqual(StrataClassifier(settings={"updates": 40}).fit(X, y).n_iter_, 4)

    def test_all_rows_are_trained_on(self):
        """The last row alone has class 1: a net that has not seen it cannot know it."""
        X = np.zeros((40, 2))
        X[-1] = 1, -1
        y = np.arange(40) == 39
        for place in (39, 0, 17):
            order = np.roll(np.arange(40), place + 1)
            net = StrataClassifier(n_batch=20, random_state=place).fit(X[order], y[order])
            self.assertEqual(net.score(X, y), 1)


class Tools(unittest.TestCase):
    """scikit-learn's, around it."""

    def test_pipeline_and_grid_search_in_two_processes(self):
        X, y = load_iris(return_X_y=True)
        search = GridSearchCV(make_pipeline(StandardScaler(), quick(epochs=100)), {"strataclassifier__lambda_": [0, 100.0]}, cv=3, n_jobs=2)
        search.fit(X, y)
        self.assertEqual(search.best_params_, {"strataclassifier__lambda_": 0})
        self.assertGreater(search.best_score_, 0.9)
        alone = clone(search).set_params(n_jobs=1).fit(X, y)
        np.testing.assert_array_equal(search.cv_results_["mean_test_score"], alone.cv_results_["mean_test_score"])

    def test_cross_validation_in_two_threads(self):
        X, y = load_wine(return_X_y=True)
        alone = cross_val_score(StrataClassifier(), X, y, cv=4)
        with joblib.parallel_backend("threading", n_jobs=2):
            np.testing.assert_array_equal(cross_val_score(StrataClassifier(), X, y, cv=4), alone)
        self.assertGreater(alone.mean(), 0.94)

    def test_pickles_are_opened_by_another_process(self):
        X, y = table(30)
        net = quick().fit(X, y)
        code = "import pickle, sys; net, X = pickle.load(sys.stdin.buffer); sys.stdout.buffer.write(net.predict_proba(X).tobytes())"
        other = subprocess.run([sys.executable, "-c", code], input=pickle.dumps((net, X)), stdout=subprocess.PIPE, check=True)
        self.assertEqual(other.stdout, net.predict_proba(X).tobytes())

    def test_a_clone_is_not_trained(self):
        X, y = table()
        net = quick(settings={"dropout": 0.1}).fit(X, y)
        self.assertEqual(clone(net).get_params(), net.get_params())
        self.assertFalse(hasattr(clone(net), "model_"))

    def test_using_it_changes_nothing(self):
        X, y = table()
        net = quick().fit(X, y)
        before, bytes_before = dict(vars(net)), pickle.dumps(net)
        net.predict(X), net.predict_proba(X), net.predict_log_proba(X), net.inputs(X), net.score(X, y)
        self.assertEqual(vars(net), before)
        self.assertEqual(pickle.dumps(net), bytes_before)

    def test_names_of_features(self):
        X, y = table(d=2)
        frame = pandas.DataFrame(X, columns=["length", "width"])
        net = quick().fit(frame, y)
        self.assertEqual(list(net.feature_names_in_), ["length", "width"])
        with self.assertRaisesRegex(ValueError, "same order"):
            net.predict(frame[["width", "length"]])

    def test_the_net_and_its_inputs(self):
        X, y = table()
        net = quick().fit(X, y)
        np.testing.assert_allclose(net.model_.predict_proba(net.inputs(X)), net.predict_proba(X), rtol=1e-6)


class Refusals(unittest.TestCase):
    def refused(self, words, X=None, y=None, **parameters):
        given = table()
        with self.assertRaisesRegex(ValueError, words):
            quick(**parameters).fit(given[0] if X is None else X, given[1] if y is None else y)

    def test_one_class(self):
        self.refused("1 class in 60 rows", y=np.ones(60))

    def test_wrong_parameters(self):
        self.refused("n_batch = 0 is no number of rows", n_batch=0)
        self.refused("n_batch = 1.5 is no number of rows", n_batch=1.5)
        self.refused("n_batch = 1 with bn = true", n_batch=1)
        self.refused("lambda", lambda_=-1)
        self.refused("hidden", hidden=(0,))
        self.refused("activation", activation="step")
        self.refused("optimiser", optimiser="lbfgs")
        self.refused("epochs", epochs=-3)
        self.refused("threads", threads=-1)

    def test_settings(self):
        self.refused("'seed', which is the parameter random_state", settings={"seed": 3})
        self.refused("'n_val', which StrataClassifier does not have: a training has all rows", settings={"n_val": 3})
        self.refused("dropuot", settings={"dropuot": 0.2})
        self.refused("no mapping", settings="dropout=0.2")
        self.refused("a run has one length", settings={"updates": 20})
        self.assertGreater(quick(settings={"dropout": 0.2, "label_smoothing": 0.1}).fit(*table()).score(*table()), 0.5)

    def test_a_training_that_diverges_says_so(self):
        X, y = table()
        with self.assertRaisesRegex(strata.DivergedError, "diverged.*try a smaller eta_max"):
            quick(bn=False, optimiser="sgd", eta_max=1e12).fit(X, y)

    def test_weights_of_rows(self):
        with self.assertRaisesRegex(TypeError, "sample_weight"):
            quick().fit(*table(), sample_weight=np.ones(60))


if __name__ == "__main__":
    unittest.main()
