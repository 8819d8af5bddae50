"""Failures of the library, one class for each status of ``strata_status``. A message is the library's sentence: what failed, where, the
value, what to do next."""

from __future__ import annotations

__all__ = [
    "StrataError", "InternalError", "OutOfMemoryError", "ArgumentError", "DataError", "DivergedError", "StorageError", "BusyError",
    "CheckError", "StoppedError", "PartError", "NetworkError", "by_status",
]


class StrataError(Exception):
    """The base of all others. ``status`` is the number of ``strata_status``, ``exit_code`` what the program ``strata`` ends with.

    >>> import strata
    >>> try:
    ...     strata.train({"lamda": 0.1}, strata.Data.synthetic())
    ... except strata.StrataError as error:
    ...     print(type(error).__name__, error.exit_code)
    ArgumentError 2
    """

    status: int = 1
    exit_code: int = 1

    @property
    def sentence(self) -> str:
        """The library's sentence."""
        return str(self.args[0]) if self.args else ""

    def __str__(self) -> str:
        return self.sentence


class InternalError(StrataError):
    """An internal error of the library."""


class OutOfMemoryError(StrataError, MemoryError):
    """Not enough memory. The sentence says how much was needed."""

    status = 2


class ArgumentError(StrataError, ValueError):
    """A wrong call or setting."""

    status, exit_code = 3, 2


class DataError(StrataError, ValueError):
    """Data are missing or not what they claim to be."""

    status, exit_code = 4, 3


class DivergedError(StrataError, ArithmeticError):
    """A training diverged: NaN or infinity."""

    status, exit_code = 5, 4


class StorageError(StrataError, OSError):
    """A file or folder could not be read or written."""

    status, exit_code = 6, 5


class BusyError(StrataError, OSError):
    """Another process is at work there."""

    status, exit_code = 7, 5


class CheckError(StrataError):
    """A check failed."""

    status, exit_code = 8, 6


class StoppedError(StrataError):
    """It was stopped when asked to."""

    status, exit_code = 9, 75


class PartError(StrataError):
    """A part of it could not be done. Everything else is done."""

    status = 10


class NetworkError(StrataError, ConnectionError):
    """No server gave what was asked for."""

    status = 11


#: The class of each status but 0, which is success.
by_status: dict[int, type[StrataError]] = {
    error.status: error
    for error in (InternalError, OutOfMemoryError, ArgumentError, DataError, DivergedError, StorageError, BusyError, CheckError,
                  StoppedError, PartError, NetworkError)
}
