"""The structs of ``include/strata/*.h`` for ctypes, field by field in the order of C, under the names of C. tests/python/test_layout.py
compares every size and offset with what the C compiler says, and refuses a struct or a field that is missing here."""

from __future__ import annotations

import ctypes as C
from typing import Any

TEXTS = C.POINTER(C.c_char_p)  # const char *const *


def _struct(name: str, *fields: tuple[Any, ...]) -> type[C.Structure]:
    """A struct with the C name as its attribute ``c_name``."""
    return type(name, (C.Structure,), {"_fields_": list(fields), "c_name": name, "__doc__": f"{name} of include/strata."})


def sized(struct: type[C.Structure], **values: Any) -> Any:
    """A struct that begins with its size, which is set; fields that are not named are zero."""
    return struct(size=C.sizeof(struct), **values)


# ---- data.h ----------------------------------------------------------------------------------------------------------------------------

strata_form = _struct("strata_form", ("element", C.c_int), ("features", C.c_int), ("height", C.c_int), ("width", C.c_int),
                      ("channels", C.c_int), ("classes", C.c_int))

strata_data_facts = _struct(
    "strata_data_facts", ("known", C.c_bool), ("kind", C.c_char_p), ("title", C.c_char_p), ("source", C.c_char_p), ("digest", C.c_char_p),
    ("class_names", TEXTS), ("file_names", TEXTS), ("file_digests", TEXTS), ("counts", C.POINTER(C.c_long)),
    ("form", C.POINTER(strata_form)), ("files", C.c_int), ("train_examples", C.c_long), ("test_examples", C.c_long),
    ("part_counts", C.POINTER(C.c_long)), ("note", C.c_char_p))

strata_data_source = _struct(
    "strata_data_source", ("size", C.c_size_t), ("path", C.c_char_p), ("reader", C.c_char_p), ("test_path", C.c_char_p),
    ("test_share", C.c_double), ("label", C.c_char_p), ("one_hot", TEXTS), ("one_hots", C.c_size_t), ("coarse", C.c_bool),
    ("file_order", C.c_bool), ("untested", C.c_bool), ("unlabelled", C.c_bool), ("name", C.c_char_p), ("title", C.c_char_p),
    ("class_names", TEXTS), ("classes", C.c_size_t))

strata_arrays = _struct(
    "strata_arrays", ("size", C.c_size_t), ("form", strata_form), ("train", C.c_long), ("test", C.c_long), ("examples", C.c_void_p),
    ("test_examples", C.c_void_p), ("stride", C.c_size_t), ("labels", C.c_void_p), ("test_labels", C.c_void_p), ("class_names", TEXTS),
    ("test_share", C.c_double), ("name", C.c_char_p), ("file_order", C.c_bool), ("untested", C.c_bool), ("validation", C.c_long),
    ("validation_examples", C.c_void_p), ("validation_labels", C.c_void_p), ("validation_stride", C.c_size_t),
    ("test_stride", C.c_size_t))

strata_data_inspection = _struct(
    "strata_data_inspection", ("size", C.c_size_t), ("least", C.c_double), ("most", C.c_double), ("constant_features", C.c_long),
    ("first_constant", C.c_long), ("twins_in_training", C.c_long), ("twins_of_training", C.c_long), ("twins_in_test", C.c_long),
    ("twins_of_another_class", C.c_long))

# ---- settings.h ------------------------------------------------------------------------------------------------------------------------

strata_setting = _struct("strata_setting", ("key", C.c_char_p), ("type", C.c_char_p), ("fallback", C.c_char_p), ("range", C.c_char_p),
                         ("help", C.c_char_p), ("subject", C.c_char_p))

strata_run_size = _struct("strata_run_size", ("size", C.c_size_t), ("updates", C.c_long), ("parameters", C.c_uint64))

# ---- model.h ---------------------------------------------------------------------------------------------------------------------------

strata_score = _struct("strata_score", ("loss", C.c_double), ("cost", C.c_double), ("accuracy", C.c_double))

strata_rows = _struct("strata_rows", ("size", C.c_size_t), ("element", C.c_int), ("values", C.c_void_p), ("stride", C.c_size_t),
                      ("count", C.c_long))

# ---- gradcheck.h -----------------------------------------------------------------------------------------------------------------------

strata_gradcheck_tensor = _struct(
    "strata_gradcheck_tensor", ("name", C.c_char_p), ("entries", C.c_long), ("checked", C.c_long), ("kinks", C.c_long),
    ("structural_zeros", C.c_long), ("round_off", C.c_long), ("errors", C.c_long), ("below_1e_6", C.c_long), ("max_abs", C.c_double),
    ("max_rel", C.c_double), ("tolerance", C.c_double))

strata_gradcheck_layer = _struct("strata_gradcheck_layer", ("tensors", C.c_int), ("tensor", strata_gradcheck_tensor * 4))

strata_gradcheck_options = _struct(
    "strata_gradcheck_options", ("size", C.c_size_t), ("method", C.c_int), ("backend", C.c_char_p), ("h", C.c_double), ("inputs", C.c_int),
    ("images", C.c_int), ("sample", C.c_long), ("threads", C.c_int))

strata_reference_net = _struct("strata_reference_net", ("patch", C.c_int), ("filters", C.c_int), ("hidden", C.c_int), ("classes", C.c_int),
                               ("images", C.c_int), ("loss", C.c_double))

strata_reference_array = _struct("strata_reference_array", ("name", C.c_char_p), ("found", C.c_bool), ("agrees", C.c_bool),
                                 ("entries", C.c_long), ("max_abs", C.c_double), ("tolerance", C.c_double))

# ---- train.h ---------------------------------------------------------------------------------------------------------------------------

strata_point = _struct("strata_point", ("update", C.c_long), ("epoch", C.c_double), ("eta", C.c_double), ("train", strata_score),
                       ("validation", strata_score))

strata_loss = _struct("strata_loss", ("update", C.c_long), ("epoch", C.c_double), ("eta", C.c_double), ("loss", C.c_double),
                      ("updates", C.c_long))

strata_run_facts_t = _struct(
    "strata_run_facts_t", ("id", C.c_char_p), ("seed", C.c_uint64), ("updates", C.c_long), ("seconds", C.c_double), ("backend", C.c_char_p),
    ("data_kind", C.c_char_p), ("data_digest", C.c_char_p), ("threads", C.c_int), ("checkpoint", C.c_long), ("outcome", C.c_int),
    ("sentence", C.c_char_p), ("train", strata_score), ("validation", strata_score), ("test", strata_score))

strata_layer_point = _struct("strata_layer_point", ("update", C.c_long), ("layer", C.c_int), ("what", C.c_char_p), ("value", C.c_double))

strata_mistake = _struct("strata_mistake", ("image", C.c_long), ("truth", C.c_int), ("guess", C.c_int), ("probability", C.c_double))

CERTAINTY_BINS = 20
strata_certainty = _struct("strata_certainty", ("correct", C.c_long * CERTAINTY_BINS), ("wrong", C.c_long * CERTAINTY_BINS))

strata_variant = _struct("strata_variant", ("name", C.c_char_p), ("validation", strata_score), ("test", strata_score))

START = C.CFUNCTYPE(C.c_bool, C.c_void_p, C.c_size_t)
UPDATE = C.CFUNCTYPE(C.c_bool, C.c_void_p, C.c_size_t, C.c_long, C.c_long, C.c_double)
POINT = C.CFUNCTYPE(None, C.c_void_p, C.c_size_t, C.POINTER(strata_point))
ENDED = C.CFUNCTYPE(None, C.c_void_p, C.c_size_t, C.c_void_p)
strata_observer = _struct("strata_observer", ("size", C.c_size_t), ("self", C.c_void_p), ("start", START), ("update", UPDATE),
                          ("point", POINT), ("finished", ENDED), ("record", ENDED), ("go_on", START), ("at_once", C.c_bool))

REQUESTS = C.CFUNCTYPE(C.c_long, C.c_void_p)
TELL = C.CFUNCTYPE(None, C.c_void_p, C.c_size_t, C.c_char_p)
strata_checkpoints = _struct(
    "strata_checkpoints", ("size", C.c_size_t), ("folder", C.c_char_p), ("updates", C.c_long), ("seconds", C.c_double),
    ("owner", C.c_char_p), ("self", C.c_void_p), ("requests", REQUESTS), ("tell", TELL), ("needed", START))

strata_training = _struct("strata_training", ("size", C.c_size_t), ("threads", C.c_int), ("observer", C.POINTER(strata_observer)),
                          ("checkpoints", C.POINTER(strata_checkpoints)), ("forget", C.c_bool))

strata_need = _struct(
    "strata_need", ("size", C.c_size_t), ("memory", C.c_uint64), ("data", C.c_uint64), ("parameters", C.c_uint64), ("work", C.c_uint64),
    ("checkpoints", C.c_uint64), ("other", C.c_uint64), ("left", C.c_uint64), ("limit", C.c_char * 256), ("fits", C.c_bool),
    ("at_once", C.c_int), ("model_file", C.c_uint64), ("checkpoint_file", C.c_uint64), ("disk", C.c_uint64))

strata_checkpoint_facts = _struct(
    "strata_checkpoint_facts", ("size", C.c_size_t), ("update", C.c_long), ("updates", C.c_long), ("seconds", C.c_double),
    ("data_digest", C.c_char * 65), ("data_kind", C.c_char * 32), ("owner", C.c_char * 32), ("obstacle", C.c_char * 512))

# ---- lab.h -----------------------------------------------------------------------------------------------------------------------------

strata_lab_progress = _struct(
    "strata_lab_progress", ("share", C.c_double), ("seconds_left", C.c_double), ("runs_all", C.c_long), ("runs_done", C.c_long),
    ("runs_found", C.c_long), ("experiment", C.c_char_p), ("label", C.c_char_p), ("seed", C.c_long), ("loss", C.c_double),
    ("validation", C.c_double))

GO_ON = C.CFUNCTYPE(C.c_bool, C.c_void_p)
LAB_PROGRESS = C.CFUNCTYPE(None, C.c_void_p, C.POINTER(strata_lab_progress))
LAB_FINISHED = C.CFUNCTYPE(None, C.c_void_p, C.POINTER(strata_lab_progress), C.c_void_p)
SAY = C.CFUNCTYPE(None, C.c_void_p, C.c_char_p)
strata_lab_watch = _struct(
    "strata_lab_watch", ("size", C.c_size_t), ("self", C.c_void_p), ("go_on", GO_ON), ("progress", LAB_PROGRESS),
    ("finished", LAB_FINISHED), ("asked_for", SAY), ("say", SAY), ("tell", SAY), ("requests", REQUESTS), ("train_on", GO_ON))

OPEN_DATA = C.CFUNCTYPE(C.c_int, C.c_void_p, C.c_char_p, C.POINTER(C.c_void_p))
strata_lab_request = _struct(
    "strata_lab_request", ("size", C.c_size_t), ("out", C.c_char_p), ("seeds", C.c_long), ("quick", C.c_bool), ("remake", C.c_bool),
    ("threads", C.c_int), ("checkpoint_updates", C.c_long), ("checkpoint_seconds", C.c_double), ("watch", C.POINTER(strata_lab_watch)),
    ("settings", TEXTS), ("seeds_chosen", C.c_bool), ("open_data", OPEN_DATA), ("data_self", C.c_void_p), ("shard", C.c_int), ("shards", C.c_int))

# ---- runs.h ----------------------------------------------------------------------------------------------------------------------------

strata_runs_choice = _struct("strata_runs_choice", ("size", C.c_size_t), ("experiment", C.c_char_p), ("where", TEXTS), ("sort", C.c_char_p),
                             ("descending", C.c_bool), ("limit", C.c_size_t))

strata_stored_facts = _struct(
    "strata_stored_facts", ("id", C.c_char_p), ("name", C.c_char_p), ("seed", C.c_uint64), ("status", C.c_char_p), ("reason", C.c_char_p),
    ("backend", C.c_char_p), ("data_kind", C.c_char_p), ("data_digest", C.c_char_p), ("model_digest", C.c_char_p), ("created", C.c_char_p),
    ("version", C.c_char_p), ("threads", C.c_int), ("updates", C.c_long), ("seconds", C.c_double), ("train", strata_score),
    ("validation", strata_score), ("test", strata_score), ("maker", C.c_char_p))

# ---- machine.h -------------------------------------------------------------------------------------------------------------------------

strata_backend_facts = _struct("strata_backend_facts", ("name", C.c_char_p), ("description", C.c_char_p), ("available", C.c_bool),
                               ("missing", C.c_char_p))

strata_machine_facts = _struct(
    "strata_machine_facts", ("size", C.c_size_t), ("compiler", C.c_char_p), ("flags", C.c_char_p), ("commit", C.c_char_p),
    ("bf16", C.c_bool), ("cpu_level", C.c_char_p), ("blas", C.c_char_p), ("yaml", C.c_bool), ("png", C.c_bool), ("cpu", C.c_char * 128),
    ("cores", C.c_int), ("host", C.c_char * 65))

# ---- report.h --------------------------------------------------------------------------------------------------------------------------

strata_report_request = _struct("strata_report_request", ("size", C.c_size_t), ("out", C.c_char_p), ("from", C.c_char_p),
                                ("templates", C.c_char_p), ("formats", TEXTS), ("self", C.c_void_p), ("warn", SAY), ("live", C.c_int),
                                ("runs", TEXTS), ("run_count", C.c_size_t), ("page", C.c_char_p), ("wrote", SAY))

strata_plot_request = _struct("strata_plot_request", ("size", C.c_size_t), ("from", C.c_char_p), ("templates", C.c_char_p), ("runs", TEXTS),
                              ("file", C.c_char_p))

# ---- job.h -----------------------------------------------------------------------------------------------------------------------------

JOB_NOTHING, JOB_STARTED, JOB_POINT, JOB_FINISHED, JOB_SAID, JOB_ENDED = range(6)

strata_job_event = _struct(
    "strata_job_event", ("size", C.c_size_t), ("kind", C.c_int), ("member", C.c_size_t), ("point", strata_point), ("outcome", C.c_int),
    ("text", C.c_char_p), ("progress", strata_lab_progress))

strata_job_request = _struct(
    "strata_job_request", ("size", C.c_size_t), ("threads", C.c_int), ("out", C.c_char_p), ("files_alone", C.c_bool),
    ("checkpoint_updates", C.c_long), ("checkpoint_seconds", C.c_double))

# ---- export.h, import.h ----------------------------------------------------------------------------------------------------------------

strata_export_kind = _struct("strata_export_kind", ("name", C.c_char_p), ("end", C.c_char_p), ("also", C.c_char_p), ("help", C.c_char_p))

strata_export_request = _struct("strata_export_request", ("size", C.c_size_t), ("kind", C.c_char_p), ("file", C.c_char_p),
                                ("name", C.c_char_p))

strata_import_as = _struct("strata_import_as", ("size", C.c_size_t), ("like", C.c_void_p), ("data", C.c_void_p), ("variance", C.c_int))
