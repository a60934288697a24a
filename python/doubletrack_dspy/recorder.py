"""What a search has found so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import dspy
from dspy.utils.callback import BaseCallback
from dspy.utils.saving import get_dependency_versions

from .canonical import compact_json
from .channel import Channel
from .stop import Stop
from .values import to_json


@dataclass(frozen=True)
class Found:
    """One candidate as it stood: its predictor's signature and demos, its saved state, its mean score on `rows` rows."""

    signature: type[dspy.Signature]
    demos: list[Any]
    state: dict[str, Any]
    score: float | None
    rows: int

    @property
    def key(self) -> str:
        return compact_json(to_json({"instructions": self.signature.instructions, "demos": [dict(d.items()) for d in self.demos]}))


class Recorder(BaseCallback):
    """Listens to DSPy's evaluations: counts them, tells of them, keeps the best.

    Scores are compared among evaluations on the largest number of rows seen (mini-batches say little); of equal ones the
    first stays. What an evaluation gave after the search was stopped is not heard.
    """

    def __init__(self, channel: Channel, stop: Stop, trials: int | None):
        self.best: Found | None = None
        self.evaluations = 0
        self._running: dict[str, Any] = {}
        self._scores: dict[tuple[str, int], float] = {}
        self._channel = channel
        self._stop = stop
        self._trials = trials

    def __deepcopy__(self, _memo: object) -> "Recorder":
        return self

    def on_evaluate_start(self, call_id: str, instance: Any, inputs: dict[str, Any]) -> None:
        program = inputs.get("program")
        if isinstance(program, dspy.Module):
            self._running[call_id] = program

    def on_evaluate_end(self, call_id: str, outputs: Any | None, exception: BaseException | None = None) -> None:
        program = self._running.pop(call_id, None)
        if program is None or outputs is None or self._stop.failure is not None or not outputs.results:
            return
        scores = [_number(score) for _, _, score in outputs.results]
        found = snapshot(program, sum(scores) / len(scores), len(scores))
        self.evaluations += 1
        self._scores[(found.key, found.rows)] = found.score or 0.0
        if self.best is None or found.rows > self.best.rows or (found.rows == self.best.rows and found.score > self.best.score):
            self.best = found
        self.tell(f"{found.score:.3f} on {found.rows} rows")

    def score_of(self, found: Found, rows: int) -> float | None:
        """What a candidate scored on that many rows, where it was evaluated on them."""
        return self._scores.get((found.key, rows))

    def tell(self, note: str) -> None:
        trials = None if self._trials is None else max(self._trials, self.evaluations)
        self._channel.progress(self.evaluations, trials, self.best.score if self.best else 0.0, note)


def snapshot(program: dspy.Module, score: float | None = None, rows: int = 0) -> Found:
    """A program of one predictor as it stands, its state in the form of `program.save()`."""
    predictor = program.predictors()[0]
    state = program.dump_state()
    for part in [state, *state.values()]:
        if isinstance(part, dict) and "lm" in part:
            part["lm"] = None
    state["metadata"] = {"dependency_versions": get_dependency_versions()}
    return Found(predictor.signature, list(predictor.demos), to_json(state), score, rows)


def _number(score: Any) -> float:
    return float(getattr(score, "score", score) or 0.0)
