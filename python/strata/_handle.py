"""Handles of the library that free themselves when nobody has them any more."""

from __future__ import annotations

import weakref
from typing import Any

from ._library import library

__all__ = ["Handle"]


class Handle:
    """A pointer that the library made, and the function that frees it. `keeps` stays alive as long."""

    __slots__ = ("__weakref__", "_finalizer", "keeps", "value")

    def __init__(self, value: int, free: str | None, keeps: Any = None) -> None:
        self.value = value
        self.keeps = keeps
        self._finalizer = weakref.finalize(self, getattr(library, free), value) if free is not None else None

    def give(self) -> int:
        """The pointer, which somebody else frees from now on."""
        if self._finalizer is not None:
            self._finalizer.detach()
        return self.value
