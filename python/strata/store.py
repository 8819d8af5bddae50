"""Stored runs: what a folder's runs.sqlite knows, as Python values."""

from __future__ import annotations

import csv
import ctypes as C
import json
import logging
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from . import _structs as S
from ._handle import Handle
from ._library import call, encoded, library, made, texts
from .data import shared
from .errors import StrataError
from .model import Model, Score
from .settings import config_of
from .training import Run, curve_of

__all__ = ["Runs", "frame_of", "runs"]

_log = logging.getLogger("strata")


def frame_of(rows: list[dict[str, Any]]) -> Any:
    """Rows as a pandas DataFrame, nested keys joined by dots: test.accuracy. ImportError without pandas."""
    try:
        import pandas
    except ImportError:
        raise ImportError("a DataFrame needs pandas (python3-pandas); the same rows are a list of dicts without it") from None
    return pandas.json_normalize(rows)


def _score(results: dict[str, Any], part: str) -> Score:
    found = results.get(part) or {}
    return Score(*(float("nan") if found.get(key) is None else found[key] for key in ("loss", "cost", "accuracy")))


class Runs:
    """The runs of a folder. Each call reads the store of one moment; other processes may write to it meanwhile.

    >>> import strata, tempfile
    >>> data = strata.Data.synthetic()
    >>> with tempfile.TemporaryDirectory() as out:
    ...     made = strata.train({"hidden": [10], "n_train": 500, "n_val": 100, "n_s": 5, "cycles": 1, "evals": 1}, data, seeds=2, out=out)
    ...     runs = strata.runs(out)
    ...     [run["seed"] for run in runs.list(sort="seed")], runs.compare(made[0].id, made[1].id)["settings"] is not None
    ([1, 2], True)
    """

    def __init__(self, folder: str | os.PathLike[str] = "report-out") -> None:
        self.folder = os.fspath(folder)
        self._open()

    def _open(self) -> Handle:
        return Handle(made("strata_store_open", encoded(self.folder)), "strata_store_free")

    def _json(self, name: str, *arguments: Any) -> Any:
        store, text = self._open(), C.c_void_p()
        call(name, store.value, *arguments, C.byref(text))
        try:
            return json.loads(C.string_at(text.value))
        finally:
            library.strata_text_free(text)

    def list(self, *, experiment: str | None = None, where: str | Sequence[str] = (), sort: str | None = None,
             limit: int = 0) -> list[dict[str, Any]]:
        """The runs that meet all conditions, such as ``where="lambda<0.01"``, sorted by a setting or column; ``sort="-accuracy"``: the
        largest first; `limit` 0: all of them. ArgumentError for an unknown key. Keys as in ``strata runs ls --json`` (docs/outputs.md)."""
        conditions = [where] if isinstance(where, str) else list(where)
        descending = sort is not None and sort.startswith("-")
        choice = S.sized(S.strata_runs_choice, experiment=encoded(experiment), where=texts(conditions, ended=True) if conditions else None,
                         sort=encoded(sort[1:] if sort is not None and descending else sort), descending=descending, limit=limit)
        return self._json("strata_runs_list_json", C.byref(choice))

    def frame(self, **chosen: Any) -> Any:
        """`list` as a pandas DataFrame."""
        return frame_of(self.list(**chosen))

    def show(self, id: str) -> dict[str, Any]:
        """All that is known of one run; the first four digits or more of its id will do."""
        return self._json("strata_runs_show_json", encoded(id))

    def compare(self, a: str, b: str) -> dict[str, Any]:
        """In what two runs differ: settings, data, results, and from which update on."""
        return self._json("strata_runs_diff_json", encoded(a), encoded(b))

    def summary(self, experiment: str | None = None) -> Any:
        """The statistics of an experiment, or of all: mean, deviation and interval of each setting."""
        return self._json("strata_runs_summary_json", encoded(experiment))

    def curve(self, id: str) -> dict[str, np.ndarray]:
        """The curves of a run as arrays, as `Run.curve` has them."""
        store = self._open()
        stored = Handle(made("strata_stored_find", store.value, encoded(id)), "strata_stored_free")
        count = C.c_size_t()
        return curve_of(library.strata_stored_curve(stored.value, C.byref(count)), count.value)

    def model(self, id: str) -> Model:
        """The model of a finished run."""
        return Model.open(Path(self.folder) / "runs" / self.show(id)["id"] / "model.safetensors")

    def report(self, ids: Sequence[str] = (), *, page: str | os.PathLike[str] | None = None, formats: Sequence[str] = ()) -> str:
        """Writes the page of these runs, or of the whole folder without `ids`, as ``strata report`` does, and returns its path. `page`
        names another file; `formats` of figures beside SVG are "png" and "pdf". Drawings need gnuplot: the page has tables without it.
        For one thread at a time in one folder."""
        wrote: list[str] = []
        chosen = list(ids)
        request = S.sized(
            S.strata_report_request, out=encoded(self.folder), templates=encoded(shared("report", "page.html")),
            formats=texts(list(formats), ended=True) if formats else None, runs=texts(chosen) if chosen else None, run_count=len(chosen),
            page=encoded(page), wrote=S.SAY(lambda _, path: wrote.append(os.fsdecode(path))),
            warn=S.SAY(lambda _, sentence: _log.warning("%s", sentence.decode(errors="replace").rstrip())))
        call("strata_report_write", C.byref(request))
        return wrote[-1] if wrote else str(Path(self.folder) / "index.html")

    def _finished(self, id: str) -> Run | None:
        """A run that is done here, as if it had just been trained; None where there is none."""
        try:
            facts = self.show(id)
            model = self.model(id) if facts["status"] == "done" else None
        except StrataError:
            return None  # it is not here, or its files are damaged: it is trained
        if model is None or model.digest != facts["model_digest"]:
            return None
        results = facts["results"]
        return Run(
            id=facts["id"], seed=facts["seed"], outcome="done", sentence="", updates=facts["updates"], seconds=facts["seconds"],
            backend=facts["backend"], train=_score(results, "train"),
            validation=_score(results, "validation"), test=_score(results, "test"), curve=self.curve(id),
            losses=_losses(Path(self.folder) / "runs" / id / "losses.csv"), layers=_layers(facts),
            confusion=_confusion(facts, model.classes),
            mistakes=facts.get("mistakes") or [], certainty=_certainty(facts),
            variants={one["name"]: {part: _score(one, part) for part in ("validation", "test")} for one in facts.get("variants") or []},
            found=True, _model=model, _config=config_of(facts["config"]))


def _losses(path: Path) -> dict[str, np.ndarray]:
    """The log of a run, as `Run.losses` has it; without lines where there is no file."""
    types = {"update": np.int64, "epoch": np.float64, "eta": np.float64, "loss": np.float64, "updates": np.int64}
    lines: list[dict[str, str]] = []
    if path.exists():
        with open(path, newline="", encoding="utf-8") as file:
            lines = list(csv.DictReader(file))
    return {key: np.array([line[key] for line in lines]).astype(dtype) for key, dtype in types.items()}


def _layers(facts: dict[str, Any]) -> list[dict[str, Any]]:
    return [one | {"value": float("nan")} if one["value"] is None else one for one in facts.get("layers") or []]


def _confusion(facts: dict[str, Any], classes: int) -> np.ndarray | None:
    if "confusion" in facts:
        return np.array(facts["confusion"], np.int64)
    if "confused" not in facts:
        return None
    matrix = np.zeros((classes, classes), np.int64)
    for one in facts["confused"]:
        matrix[one["truth"], one["guess"]] = one["count"]
    return matrix


def _certainty(facts: dict[str, Any]) -> dict[str, np.ndarray] | None:
    found = facts.get("certainty")
    return None if found is None else {key: np.array(found[key], np.int64) for key in ("correct", "wrong")}


def runs(folder: str | os.PathLike[str] = "report-out") -> Runs:
    """The runs that a folder has recorded. StorageError when it has none."""
    return Runs(folder)
