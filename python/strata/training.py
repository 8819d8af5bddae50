"""Trainings: populations of runs in the background, their points as they come, and what a run tells.

The library trains in threads of its own and puts what happens into a queue. `train` fetches it from there, so a callback of the user runs
in the thread that called `train`, and no training ever waits for it.
"""

from __future__ import annotations

import ctypes as C
import logging
import math
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from . import _structs as S
from ._handle import Handle
from ._library import call, encoded, library, made
from .data import Data
from .errors import ArgumentError, DivergedError, StorageError, StrataError
from .model import Model, Score
from .settings import Settings, config_of, setting_of, settings_of

__all__ = ["Point", "Run", "train"]

_OUTCOMES = {0: "done", 5: "diverged", 9: "stopped", 7: "busy"}
_log = logging.getLogger("strata")
_POLL = 0.02  # seconds at most between two looks of Python at signals


@dataclass(frozen=True)
class Point:
    """One point of a run's curves, for callbacks."""

    member: int        #: number of the run in the call, from 0
    seed: int
    update: int        #: updates done
    epoch: float       #: update / updates per epoch
    eta: float         #: learning rate of the next update
    train: Score       #: of the training part
    validation: Score


@dataclass
class Run:
    """What a training left. Accuracies are fractions, seconds are wall-clock time."""

    id: str                    #: 12 hexadecimal digits: a digest of settings, data and numerics
    seed: int
    outcome: str               #: "done", "diverged", "stopped", or "busy": another process trains it
    sentence: str              #: why the outcome is not "done"; else ""
    updates: int               #: done
    seconds: float
    backend: str
    train: Score               #: of all images of the part, by the model's parameters; NaN when the run diverged
    validation: Score
    test: Score                #: NaN also without a test part
    curve: dict[str, np.ndarray] = field(repr=False)
    """update, epoch, eta, train_loss, train_cost, train_accuracy, validation_loss, validation_cost, validation_accuracy: arrays
    [points]."""
    losses: dict[str, np.ndarray] = field(repr=False)
    """With log_every > 0: update, epoch, eta, loss (mean of the mini-batches of the last `updates` updates), updates: arrays [lines]."""
    layers: list[dict[str, Any]] = field(repr=False)
    """With diagnose=True: update, layer, what, value of each measurement."""
    confusion: np.ndarray | None = field(repr=False)  #: with diagnose=True: int64 [classes, classes], truth by guess
    mistakes: list[dict[str, Any]] = field(repr=False)  #: with diagnose=True: image, truth, guess, probability of the surest mistakes
    certainty: dict[str, np.ndarray] | None = field(repr=False)
    """With diagnose=True: how many test images have the probability of their true class in each twentieth, "correct" and "wrong"
    guesses."""
    variants: dict[str, dict[str, Score]] = field(repr=False)  #: further scores of the end: name -> validation, test
    checkpoint: int = -1       #: update of the newest checkpoint; -1: none
    found: bool = False        #: it was finished in `out` before, and is not trained anew
    _model: Model | None = field(default=None, repr=False)
    _config: Handle | None = field(default=None, repr=False)

    @cached_property
    def settings(self) -> dict[str, Any]:
        """Every setting, as it was used."""
        return settings_of(self._config) if self._config is not None else {}

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"settings": self.settings, "_config": None}

    @property
    def model(self) -> Model:
        """The trained model. DivergedError or StrataError where there is none."""
        if self.outcome == "diverged":
            raise DivergedError(self.sentence)
        if self._model is None:
            raise StrataError(f"run {self.id} has no model: {self.sentence or self.outcome}")
        return self._model


# ---- what the library says of a run ----------------------------------------------------------------------------------------------------

_SCORES = ("loss", "cost", "accuracy")


def curve_of(points: Any, count: int) -> dict[str, np.ndarray]:
    """Points of the library as arrays."""
    out = {"update": np.array([points[p].update for p in range(count)], np.int64)}
    out |= {key: np.array([getattr(points[p], key) for p in range(count)], np.float64) for key in ("epoch", "eta")}
    for part in ("train", "validation"):
        for key in _SCORES:
            out[f"{part}_{key}"] = np.array([getattr(getattr(points[p], part), key) for p in range(count)], np.float64)
    return out


def _listed(function: str, run: int) -> list[Any]:
    count = C.c_size_t()
    rows = getattr(library, function)(run, C.byref(count))
    return [rows[index] for index in range(count.value)]


def _losses_of(run: int) -> dict[str, np.ndarray]:
    lines = _listed("strata_run_losses", run)
    types = {"update": np.int64, "epoch": np.float64, "eta": np.float64, "loss": np.float64, "updates": np.int64}
    return {key: np.array([getattr(line, key) for line in lines], dtype) for key, dtype in types.items()}


def _confusion_of(run: int, classes: int) -> np.ndarray | None:
    counts = library.strata_run_confusion(run)
    return np.array(counts[:classes * classes], np.int64).reshape(classes, classes) if counts else None


def _certainty_of(run: int) -> dict[str, np.ndarray] | None:
    bins = library.strata_run_certainty(run)
    return {key: np.array(getattr(bins.contents, key)[:], np.int64) for key in ("correct", "wrong")} if bins else None


def _run_of(value: int, classes: int) -> Run:
    """A run of the library, whose handle this takes over."""
    handle = Handle(value, "strata_run_free")
    facts = library.strata_run_facts(value).contents
    count = C.c_size_t()
    points = library.strata_run_curve(value, C.byref(count))
    outcome = _OUTCOMES.get(facts.outcome, "failed")
    model = None
    if outcome in ("done", "stopped") and not (outcome == "stopped" and math.isnan(facts.train.loss)):
        model = Model(Handle(library.strata_run_model(value), None, keeps=handle))
    return Run(
        id=facts.id.decode(), seed=facts.seed, outcome=outcome, sentence=facts.sentence.decode(errors="replace"), updates=facts.updates,
        seconds=facts.seconds, backend=facts.backend.decode(),
        train=Score._of(facts.train), validation=Score._of(facts.validation), test=Score._of(facts.test),
        curve=curve_of(points, count.value), losses=_losses_of(value),
        layers=[{"update": one.update, "layer": one.layer, "what": one.what.decode(), "value": one.value}
                for one in _listed("strata_run_layers", value)],
        confusion=_confusion_of(value, classes),
        mistakes=[{"image": one.image, "truth": one.truth, "guess": one.guess, "probability": one.probability}
                  for one in _listed("strata_run_mistakes", value)],
        certainty=_certainty_of(value),
        variants={one.name.decode(): {"validation": Score._of(one.validation), "test": Score._of(one.test)}
                  for one in _listed("strata_run_variants", value)},
        checkpoint=facts.checkpoint, _model=model,
        _config=Handle(library.strata_run_config(value), None, keeps=handle))


# ---- jobs ------------------------------------------------------------------------------------------------------------------------------


def events(job: Handle, stop: threading.Event | None = None) -> Iterator[Any]:
    """The events of a job until it has ended. Between two of them Python looks at its signals, and at `stop`. What the library says goes to
    the logger "strata", too."""
    event = S.sized(S.strata_job_event)
    while True:
        if stop is not None and stop.is_set():
            library.strata_job_stop(job.value)
        call("strata_job_next", job.value, _POLL, C.byref(event))
        if event.kind == S.JOB_ENDED:
            return
        if event.kind == S.JOB_SAID:
            _log.info("%s", event.text.decode(errors="replace").rstrip())
        if event.kind != S.JOB_NOTHING:
            yield event


@contextmanager
def stopped_on_failure(job: Handle) -> Iterator[None]:
    """Whatever goes wrong in Python, Ctrl-C included, stops the job: each of its runs at the update that it has done, with a checkpoint
    where there are any. The exception goes on when they have stopped."""
    try:
        yield
    except BaseException:
        library.strata_job_stop(job.value)
        library.strata_job_wait(job.value, None)
        raise


def _members(settings: Settings | Sequence[Settings], data: Data, seeds: int | Iterable[int], threads: int) -> list[Handle]:
    """A configuration for each setting and seed."""
    many = list(settings) if isinstance(settings, (list, tuple)) else [settings]
    fixed = ([("threads", threads)] if threads else []) + ([("n_val", data.held)] if data.held else [])
    out = []
    for one in many:
        first = config_of(one, fixed)
        if isinstance(seeds, int):
            if seeds < 1:
                raise ArgumentError(f"seeds = {seeds}: at least one training is needed")
            begin = setting_of(first, "seed")
            numbers: Iterable[int] = range(begin, begin + seeds)
        else:
            numbers = seeds
        out += [config_of(one, [*fixed, ("seed", int(number))]) for number in numbers]
    return out


def _finished(out: str, config: Handle, data: Data) -> Run | None:
    """The run of this configuration where `out` has it finished."""
    from .store import Runs  # which needs this module

    room = C.create_string_buffer(13)
    call("strata_run_id", config.value, data._handle.value, room)
    if not (Path(out) / "runs.sqlite").exists():
        return None
    return Runs(out)._finished(room.value.decode())


def train(settings: Settings | Sequence[Settings] = None, data: Data | None = None, *, seeds: int | Iterable[int] = 1, threads: int = 0,
          progress: Callable[[Point], object] | None = None, stop: Callable[[Point], bool] | threading.Event | None = None,
          out: str | os.PathLike[str] | None = None, again: bool = False, checkpoint_seconds: float = 60.0) -> list[Run]:
    """Trains nets, side by side, and returns their runs: for each of `settings` one for each seed.

    Parameters
    ----------
    settings : mapping, path of a YAML file, or a list of these
        What differs from the defaults (`strata.describe_settings`, ``strata train --help``): ``{"hidden": [50, 50], "lambda": 0.003}``.
    data : Data
    seeds : int or iterable of int
        A number N trains the settings' seed, seed + 1, ..., N of them.
    threads : int
        Cores; 0 is all. No result depends on it.
    progress : function of a Point, optional
        Called after each evaluation, in this thread.
    stop : function of a Point, or threading.Event, optional
        A function is called likewise; True stops that run at the update that it has done by then. An event that is set stops all runs.
        Their outcome is "stopped".
    out : folder, optional
        Keeps checkpoints and finished runs there, as ``strata train --out`` does: the same call goes on where it was, a run that is
        finished there is not trained again (`again` does that), and `strata.runs` shows them. Without it nothing is written.
    checkpoint_seconds : float
        Seconds between two checkpoints of a run; 0: only when it stops.

    A run that diverges or is stopped is a result: its `outcome` says so. Ctrl-C and any exception of a callback stop all runs within an
    update, with checkpoints in `out`, before the exception goes on.

    Raises
    ------
    ArgumentError
        A setting is wrong, or a run asks for more examples than there are.
    OutOfMemoryError
        The memory does not suffice, which is known before the first update.
    StorageError
        `out` cannot be written.

    Examples
    --------
    >>> import strata
    >>> data = strata.Data.synthetic()
    >>> short = {"hidden": [10], "n_train": 500, "n_val": 100, "n_s": 10, "cycles": 1, "evals": 2}
    >>> points = []
    >>> runs = strata.train(short, data, seeds=2, progress=points.append)
    >>> [run.seed for run in runs], len(points), runs[0].curve["update"].tolist()
    ([1, 2], 6, [0, 10, 20])
    """
    if data is None:
        raise ArgumentError("which data? strata.Data(examples, labels), strata.Data.open(what) or strata.Data.synthetic()")
    configs = _members(settings, data, seeds, threads)
    runs: list[Run | None] = [None] * len(configs)
    if out is not None and not again:
        runs = [_finished(os.fspath(out), config, data) for config in configs]
    left = [member for member, run in enumerate(runs) if run is None]
    if left:
        trained = _train_those([configs[member] for member in left], left, data, threads, progress, stop, out, checkpoint_seconds)
        for member, run in zip(left, trained):
            runs[member] = run
    return [run for run in runs if run is not None]


def _train_those(configs: list[Handle], numbers: list[int], data: Data, threads: int, progress: Callable[[Point], object] | None,
                 stop: Callable[[Point], bool] | threading.Event | None, out: str | os.PathLike[str] | None, checkpoint_seconds: float) -> list[Run]:
    request = S.sized(S.strata_job_request, threads=threads, out=encoded(out), checkpoint_seconds=checkpoint_seconds)
    handles = (C.c_void_p * len(configs))(*[config.value for config in configs])
    job = Handle(made("strata_job_train", len(configs), handles, data._handle.value, C.byref(request)), "strata_job_free", keeps=data)
    seeds = [setting_of(config, "seed") for config in configs]
    with stopped_on_failure(job):
        for event in events(job, stop if isinstance(stop, threading.Event) else None):
            if event.kind != S.JOB_POINT:
                continue
            point = Point(numbers[event.member], seeds[event.member], event.point.update, event.point.epoch, event.point.eta,
                          Score._of(event.point.train), Score._of(event.point.validation))
            if progress is not None:
                progress(point)
            if callable(stop) and stop(point):
                library.strata_job_stop_member(job.value, event.member)
    made_runs = (C.c_void_p * len(configs))()
    call("strata_job_wait", job.value, made_runs)
    return [_run_of(value, data.classes) for value in made_runs if value is not None]
