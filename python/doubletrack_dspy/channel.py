"""The worker's side of the protocol: one JSON document on a line, on a private copy of standard output."""

from __future__ import annotations

import os
import sys
import threading
from typing import Any

from .canonical import compact_json


class Channel:
    """Events to whoever started the worker. DSPy prints to standard output; that goes to standard error from now on."""

    def __init__(self) -> None:
        sys.stdout.flush()
        self._out = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
        os.dup2(2, 1)
        self._lock = threading.Lock()
        self._closed = False

    def progress(self, trial: int, trials: int | None, best_score: float, note: str) -> None:
        known = {} if trials is None else {"trials": trials}
        self._send({"type": "progress", "trial": trial, **known, "bestScore": best_score, "note": note})

    def done(self, result: dict[str, Any]) -> None:
        self._send({"type": "done", **result}, last=True)

    def error(self, reason: str, message: str) -> None:
        self._send({"type": "error", "reason": reason, "message": message}, last=True)

    def _send(self, event: dict[str, Any], last: bool = False) -> None:
        with self._lock:
            if self._closed:
                return
            self._closed = last
            self._out.write(f"{compact_json(event)}\n")
            self._out.flush()
