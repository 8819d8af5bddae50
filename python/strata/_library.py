"""libstrata.so by ctypes: where it lies, its functions with their types, and statuses that become exceptions.

A call by ctypes lets go of Python's lock, so other threads of Python run meanwhile. A text that the library owns is copied at once.
"""

from __future__ import annotations

import ctypes as C
import ctypes.util
import os
from pathlib import Path
from typing import Any

from . import _structs as S
from .errors import StrataError, by_status

__all__ = ["VERSION", "call", "check", "encoded", "library", "library_path", "texts"]

#: The version of this package, which must be that of the library.
VERSION = "0.4.0"

_HERE = Path(__file__).resolve().parent


def _places() -> list[str]:
    """Where the library may lie, in the order of the search: what the user says, the wheel, the checkout, the system."""
    said = os.environ.get("STRATA_LIBRARY")
    if said:
        return [said]
    checkout = _HERE.parent.parent
    places = [_HERE / "lib" / "libstrata.so.0"]
    if (checkout / "include" / "strata.h").exists():
        places += [checkout / build / "libstrata.so.0" for build in ("build", "build-ci")]
    return [str(place) for place in places if place.exists()] + ["libstrata.so.0"]


def _load() -> tuple[C.CDLL, str]:
    why = []
    for place in _places():
        try:
            return C.CDLL(place), place
        except OSError as error:
            why.append(f"{place}: {error}")
    raise ImportError("strata: libstrata.so.0 is not found; install libstrata0, build it (cmake --preset release && cmake --build build), "
                      "or name it by the environment's STRATA_LIBRARY. " + "; ".join(why))


library, library_path = _load()

_TEXT, _POINTER, _SIZE, _INT, _LONG, _DOUBLE, _BOOL = C.c_char_p, C.c_void_p, C.c_size_t, C.c_int, C.c_long, C.c_double, C.c_bool
_OUT = C.POINTER(C.c_void_p)


def _to(struct: Any) -> Any:
    return C.POINTER(struct)


#: Every function that the package calls: the type of its result, then those of its arguments. ``_STATUS`` is checked by `call`.
_STATUS = C.c_int
_FUNCTIONS: dict[str, tuple[Any, ...]] = {
    # core.h
    "strata_error": (_TEXT,),
    "strata_version": (_TEXT,),
    # machine.h
    "strata_machine": (_STATUS, _to(S.strata_machine_facts)),
    "strata_backends": (_to(S.strata_backend_facts), C.POINTER(_SIZE)),
    # data.h
    "strata_data_find": (_STATUS, _to(S.strata_data_source), _TEXT, _TEXT, _OUT),
    "strata_data_from_arrays": (_STATUS, _to(S.strata_arrays), _OUT),
    "strata_data_synthetic": (_STATUS, C.c_uint64, _INT, _OUT),
    "strata_data_describe": (_to(S.strata_data_facts), _POINTER),
    "strata_data_test_example": (_STATUS, _POINTER, _LONG, _OUT, C.POINTER(_INT)),
    "strata_data_train_example": (_STATUS, _POINTER, _LONG, _OUT, C.POINTER(_INT)),
    "strata_data_free": (None, _POINTER),
    # settings.h
    "strata_settings": (_to(S.strata_setting), C.POINTER(_SIZE)),
    "strata_config_new": (_STATUS, _OUT),
    "strata_config_copy": (_STATUS, _POINTER, _OUT),
    "strata_config_set": (_STATUS, _POINTER, _TEXT, _TEXT),
    "strata_config_load": (_STATUS, _POINTER, _TEXT),
    "strata_config_get": (_STATUS, _POINTER, _TEXT, C.c_char_p, _SIZE),
    "strata_config_free": (None, _POINTER),
    # train.h
    "strata_run_id": (_STATUS, _POINTER, _POINTER, C.c_char_p),
    "strata_run_facts": (_to(S.strata_run_facts_t), _POINTER),
    "strata_run_config": (_POINTER, _POINTER),
    "strata_run_curve": (_to(S.strata_point), _POINTER, C.POINTER(_SIZE)),
    "strata_run_losses": (_to(S.strata_loss), _POINTER, C.POINTER(_SIZE)),
    "strata_run_layers": (_to(S.strata_layer_point), _POINTER, C.POINTER(_SIZE)),
    "strata_run_confusion": (C.POINTER(_LONG), _POINTER),
    "strata_run_mistakes": (_to(S.strata_mistake), _POINTER, C.POINTER(_SIZE)),
    "strata_run_certainty": (_to(S.strata_certainty), _POINTER),
    "strata_run_variants": (_to(S.strata_variant), _POINTER, C.POINTER(_SIZE)),
    "strata_run_model": (_POINTER, _POINTER),
    "strata_run_free": (None, _POINTER),
    # job.h
    "strata_job_train": (_STATUS, _SIZE, C.POINTER(_POINTER), _POINTER, _to(S.strata_job_request), _OUT),
    "strata_job_lab": (_STATUS, S.TEXTS, _SIZE, _POINTER, _to(S.strata_lab_request), _OUT),
    "strata_job_next": (_STATUS, _POINTER, _DOUBLE, _to(S.strata_job_event)),
    "strata_job_stop": (None, _POINTER),
    "strata_job_stop_member": (None, _POINTER, _SIZE),
    "strata_job_wait": (_STATUS, _POINTER, C.POINTER(_POINTER)),
    "strata_job_free": (None, _POINTER),
    # model.h
    "strata_model_save": (_STATUS, _POINTER, _TEXT),
    "strata_model_open": (_STATUS, _TEXT, _OUT),
    "strata_model_to_memory": (_STATUS, _POINTER, _OUT, C.POINTER(_SIZE)),
    "strata_model_from_memory": (_STATUS, _POINTER, _SIZE, _OUT),
    "strata_model_free_memory": (None, _POINTER),
    "strata_model_form": (_to(S.strata_form), _POINTER),
    "strata_model_class_names": (S.TEXTS, _POINTER),
    "strata_model_classify_rows": (_STATUS, _POINTER, _to(S.strata_rows), _INT, _POINTER, _POINTER, _POINTER),
    "strata_model_predict_rows": (_STATUS, _POINTER, _to(S.strata_rows), _INT, _POINTER),
    "strata_model_evaluate": (_STATUS, _POINTER, _POINTER, _INT, _INT, _to(S.strata_score)),
    "strata_model_config": (_POINTER, _POINTER),
    "strata_model_data_digest": (_TEXT, _POINTER),
    "strata_model_digest": (_TEXT, _POINTER),
    "strata_model_tensor": (_STATUS, _POINTER, _TEXT, C.POINTER(_INT), C.POINTER(_INT), _POINTER),
    "strata_model_free": (None, _POINTER),
    # export.h, import.h, report.h
    "strata_export_kinds": (_to(S.strata_export_kind), C.POINTER(_SIZE)),
    "strata_export": (_STATUS, _POINTER, _to(S.strata_export_request)),
    "strata_model_import": (_STATUS, _TEXT, _to(S.strata_import_as), _OUT),
    "strata_report_write": (_STATUS, _to(S.strata_report_request)),
    # gradcheck.h
    "strata_gradcheck_run": (_STATUS, _POINTER, _POINTER, _to(S.strata_gradcheck_options), _OUT),
    "strata_gradcheck_passed": (_BOOL, _POINTER),
    "strata_gradcheck_layers": (_to(S.strata_gradcheck_layer), _POINTER, C.POINTER(_INT)),
    "strata_gradcheck_free": (None, _POINTER),
    # runs.h
    "strata_store_open": (_STATUS, _TEXT, _OUT),
    "strata_store_free": (None, _POINTER),
    "strata_stored_find": (_STATUS, _POINTER, _TEXT, _OUT),
    "strata_stored_curve": (_to(S.strata_point), _POINTER, C.POINTER(_SIZE)),
    "strata_stored_free": (None, _POINTER),
    "strata_runs_list_json": (_STATUS, _POINTER, _to(S.strata_runs_choice), _OUT),
    "strata_runs_show_json": (_STATUS, _POINTER, _TEXT, _OUT),
    "strata_runs_diff_json": (_STATUS, _POINTER, _TEXT, _TEXT, _OUT),
    "strata_runs_summary_json": (_STATUS, _POINTER, _TEXT, _OUT),
    "strata_text_free": (None, _POINTER),
}


def _declare() -> None:
    for name, (result, *arguments) in _FUNCTIONS.items():
        try:
            function = getattr(library, name)
        except AttributeError:
            raise ImportError(f"strata: {library_path} has no {name}: it is of another version than this package, {VERSION}") from None
        function.restype, function.argtypes = result, arguments


def _check_version() -> None:
    found = library.strata_version().decode()
    if found != VERSION:
        raise ImportError(f"strata: {library_path} is version {found} and this package {VERSION}; install both of one version")


_declare()
_check_version()


def check(status: int) -> None:
    """Raises the exception of a status that is not STRATA_OK, with the library's sentence. For the thread that made the call."""
    if status != 0:
        raise by_status.get(status, StrataError)(library.strata_error().decode(errors="replace"))


def call(name: str, *arguments: Any) -> None:
    """Calls a function that returns a status."""
    check(getattr(library, name)(*arguments))


def made(name: str, *arguments: Any) -> int:
    """Calls a function whose last argument receives a new handle, and returns the handle."""
    handle = C.c_void_p()
    call(name, *arguments, C.byref(handle))
    assert handle.value is not None
    return handle.value


def encoded(text: str | os.PathLike[str] | None) -> bytes | None:
    """A text or path as the library takes it; None stays None."""
    return None if text is None else os.fsencode(text)


def texts(words: list[str] | tuple[str, ...] | None, *, ended: bool = False) -> Any:
    """An array of texts for the library, or None; `ended`: NULL stands behind the last."""
    if words is None:
        return None
    many = [os.fsencode(word) for word in words] + ([None] if ended else [])
    return (C.c_char_p * len(many))(*many)
