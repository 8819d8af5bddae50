"""Settings of trainings: a mapping of Python values becomes a configuration of the library, and back."""

from __future__ import annotations

import ctypes as C
import os
from collections.abc import Iterable, Mapping
from typing import Any, Union

from ._handle import Handle
from ._library import call, encoded, library, made

__all__ = ["Settings", "config_of", "describe_settings", "setting_of", "settings_of"]

#: What a training is told: a mapping of settings, or the path of a YAML file of them.
Settings = Union[Mapping[str, Any], str, "os.PathLike[str]", None]


def _table() -> list[Any]:
    count = C.c_size_t()
    rows = library.strata_settings(C.byref(count))
    return [rows[index] for index in range(count.value)]


#: The type of each setting, as strata_settings has it.
_TYPES: dict[str, str] = {row.key.decode(): row.type.decode() for row in _table()}


_ROOM = 1 << 16  # bytes of a setting as a text: a list of some thousand layers


def describe_settings() -> list[dict[str, str]]:
    """All settings: key, type, default, range, help and subject of each, as texts.

    >>> import strata
    >>> [s["default"] for s in strata.describe_settings() if s["key"] == "lambda"]
    ['0.005']
    """
    return [{"key": row.key.decode(), "type": row.type.decode(), "default": row.fallback.decode(), "range": row.range.decode(),
             "help": row.help.decode(), "subject": row.subject.decode()} for row in _table()]


def text_of(value: Any) -> str:
    """A value as the library's settings take it: true, [50,50], the shortest decimals of a number."""
    if hasattr(value, "tolist"):  # numbers and arrays of NumPy
        value = value.tolist()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(text_of(one) for one in value) + "]"
    return value if isinstance(value, str) else repr(value)


def _value_of(key: str, text: str) -> Any:
    kind = _TYPES[key]
    if kind == "true or false":
        return text == "true"
    if kind == "list":
        return [int(word) for word in text.strip("[]").split(",") if word.strip()]
    if kind == "whole number":
        return int(text)
    return float(text) if kind == "number" else text


def config_of(settings: Settings, further: Iterable[tuple[str, Any]] = ()) -> Handle:
    """A configuration: the defaults, then `settings`, then `further`. A mapping's "base" is a YAML file whose settings come first;
    ``lambda_`` stands for ``lambda``, which is a word of Python's."""
    config = Handle(made("strata_config_new"), "strata_config_free")
    if isinstance(settings, Mapping):
        pairs = [(key, value) for key, value in settings.items() if key != "base"]
        if "base" in settings:
            call("strata_config_load", config.value, encoded(settings["base"]))
    elif settings is None:
        pairs = []
    else:
        call("strata_config_load", config.value, encoded(settings))
        pairs = []
    for key, value in pairs + list(further):
        call("strata_config_set", config.value, str(key).removesuffix("_").encode(), text_of(value).encode())
    return config


def setting_of(config: Handle, key: str) -> Any:
    """One setting of a configuration as a Python value."""
    room = C.create_string_buffer(_ROOM)
    call("strata_config_get", config.value, key.encode(), room, len(room))
    return _value_of(key, room.value.decode())


def settings_of(config: Handle) -> dict[str, Any]:
    """Every setting of a configuration as a Python value."""
    return {key: setting_of(config, key) for key in _TYPES}
