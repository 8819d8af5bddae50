"""Strata from Python: a laboratory for fully connected nets.

NumPy arrays go in and come out; nothing is compiled. docs/python.md is the guide.

>>> import strata
>>> data = strata.Data.synthetic()
>>> run = strata.train({"hidden": [20], "n_train": 1000, "n_val": 200, "n_s": 20, "cycles": 1, "evals": 1}, data)[0]
>>> run.model.predict(data.test()[0][:3]).shape
(3,)
"""

from ._library import VERSION as __version__
from ._library import library_path
from .data import Data
from .errors import (
    ArgumentError,
    BusyError,
    CheckError,
    DataError,
    DivergedError,
    InternalError,
    NetworkError,
    OutOfMemoryError,
    PartError,
    StorageError,
    StoppedError,
    StrataError,
)
from .gradients import GradientCheck, TensorCheck, gradcheck
from .laboratory import Lab
from .model import Model, Score
from .settings import describe_settings
from .store import Runs, runs
from .training import Point, Run, train

__all__ = [
    "ArgumentError", "BusyError", "CheckError", "Data", "DataError", "DivergedError", "GradientCheck", "InternalError", "Lab", "Model",
    "NetworkError", "OutOfMemoryError", "PartError", "Point", "Run", "Runs", "Score", "StorageError", "StoppedError", "StrataError",
    "TensorCheck", "__version__", "describe_settings", "gradcheck", "library_path", "runs", "train",
]
