"""Laboratories: experiments as dicts or YAML files, many trainings, honest statistics."""

from __future__ import annotations

import ctypes as C
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Union

from . import _structs as S
from ._handle import Handle
from ._library import call, encoded, made, texts
from .data import Data
from .errors import ArgumentError, StrataError
from .settings import text_of
from .store import Runs, frame_of
from .training import events, stopped_on_failure

__all__ = ["Lab"]

Experiment = Union[Mapping[str, Any], str, "os.PathLike[str]"]


class Lab:
    """An experiment, or several: settings, what varies, and what is asked (docs/experiments.md has all keys).

    Parameters
    ----------
    experiments : dict, path of a YAML file, or a list of these
        A dict has the keys of such a file, and ``name``, which the experiment is called by.
    out : folder
        The laboratory: store, models, checkpoints. What it has is not trained again.
    data : Data, optional
        Of experiments that name none.
    seeds : int
        Trainings of each setting, for experiments that do not say how many.
    quick : bool
        Fewer seeds, values and updates; the results mean nothing.

    Examples
    --------
    >>> import strata, tempfile
    >>> question = {
    ...     "name": "penalty", "hidden": [10], "n_train": 500, "n_val": 100, "n_s": 5, "cycles": 1, "evals": 1,
    ...     "experiment": {"title": "How much penalty?", "part": "validation", "vary": {"lambda": [0, 0.01]}}}
    >>> with tempfile.TemporaryDirectory() as out:
    ...     lab = strata.Lab(question, out=out, data=strata.Data.synthetic(), seeds=2)
    ...     [run["status"] for run in lab.run().results()]
    ['done', 'done', 'done', 'done']
    """

    def __init__(self, experiments: Experiment | Sequence[Experiment], *, out: str | os.PathLike[str] = "report-out",
                 data: Data | None = None, seeds: int = 5, threads: int = 0, settings: Mapping[str, Any] | None = None,
                 quick: bool = False) -> None:
        many = [experiments] if isinstance(experiments, (Mapping, str, os.PathLike)) else list(experiments)
        for one in many:
            if isinstance(one, Mapping) and not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,46}", str(one.get("name", ""))):
                raise ArgumentError(f"an experiment's name is {one.get('name')!r}: letters, digits, '-', '_' and '.', 47 at most, are "
                                    "needed")
        self.experiments = many
        self.out = os.fspath(out)
        self.data = data
        self.seeds = seeds
        self.threads = threads
        self.settings = dict(settings or {})
        self.quick = quick
        #: What the laboratory said in its last run: what begins, verdicts of searches, what could not be done.
        self.said: list[str] = []

    @property
    def names(self) -> list[str]:
        """The names of the experiments."""
        return [str(one["name"]) if isinstance(one, Mapping) else Path(one).stem for one in self.experiments]

    def run(self, progress: Callable[[dict[str, Any]], object] | None = None) -> Lab:
        """Trains what is missing, and returns itself.

        `progress` is called in this thread when a run has ended, with id, outcome, experiment, label, seed, runs_done, runs_found and
        runs_all. Ctrl-C stops within an update; the same call goes on. ArgumentError names the line of a wrong experiment; PartError says
        what could not be done when everything else is.
        """
        folder = tempfile.mkdtemp(prefix="strata-")
        try:
            self._run([self._path(one, folder) for one in self.experiments], progress)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return self

    @staticmethod
    def _path(one: Experiment, folder: str) -> str:
        if not isinstance(one, Mapping):
            return os.fspath(one)
        path = Path(folder) / f"{one['name']}.yaml"
        path.write_text(json.dumps(one, default=lambda value: value.tolist()), encoding="utf-8")  # YAML takes JSON
        return str(path)

    def _run(self, paths: list[str], progress: Callable[[dict[str, Any]], object] | None) -> None:
        opened: list[Data] = []
        failures: list[BaseException] = []

        def open_data(_: Any, what: bytes | None, out: Any) -> int:
            try:
                if what is None:
                    raise StrataError("no data: strata.Lab(..., data=...)")
                out[0] = Data.open(os.fsdecode(what))._handle.give()
                return 0
            except StrataError as error:
                return error.status
            except BaseException as error:  # an exception cannot pass through the library
                failures.append(error)
                return 1

        words = [f"{key.removesuffix('_')}={text_of(value)}" for key, value in self.settings.items()]
        request = S.sized(S.strata_lab_request, out=encoded(self.out), seeds=self.seeds, quick=self.quick, threads=self.threads,
                          checkpoint_seconds=60.0, settings=texts(words, ended=True) if words else None, open_data=S.OPEN_DATA(open_data))
        names = texts(paths)
        data = self.data._handle.value if self.data is not None else None
        job = Handle(made("strata_job_lab", names, len(paths), data, C.byref(request)), "strata_job_free", keeps=(self.data, request, names, opened))
        self.said = []
        with stopped_on_failure(job):
            for event in events(job):
                if event.kind == S.JOB_SAID:
                    self.said.append(event.text.decode(errors="replace"))
                elif event.kind == S.JOB_FINISHED and progress is not None:
                    now = event.progress
                    progress({"id": event.text.decode(), "outcome": "done" if event.outcome == 0 else "diverged" if event.outcome == 5
                              else "stopped", "experiment": now.experiment.decode(), "label": now.label.decode(), "seed": now.seed,
                              "runs_done": now.runs_done, "runs_found": now.runs_found, "runs_all": now.runs_all})
        if failures:
            raise failures[0]
        call("strata_job_wait", job.value, None)

    def results(self) -> list[dict[str, Any]]:
        """The runs of these experiments, as `Runs.list` has them."""
        store = Runs(self.out)
        return [run for name in self.names for run in store.list(experiment=name)]

    def frame(self) -> Any:
        """The runs as a pandas DataFrame, one row each, with test.accuracy and the like."""
        return frame_of(self.results())

    def summary(self) -> list[Any]:
        """Mean, deviation and interval of each setting, for each experiment."""
        store = Runs(self.out)
        return [store.summary(name) for name in self.names]
