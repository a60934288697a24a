"""What ends a search before its time."""

from __future__ import annotations

import threading

from .failure import Failure


class Stop:
    """Set once, by any thread; from then on models and metrics refuse. The first reason stays."""

    def __init__(self) -> None:
        self.raised = threading.Event()
        self.failure: Failure | None = None
        self._lock = threading.Lock()

    def __call__(self, failure: Failure) -> Failure:
        """Ends the search, and gives the failure that did."""
        with self._lock:
            self.failure = self.failure or failure
            self.raised.set()
            return self.failure

    def check(self) -> None:
        if self.failure is not None:
            raise self.failure

    def __deepcopy__(self, _memo: object) -> "Stop":
        return self
