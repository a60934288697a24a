"""The job's metric, which Doubletrack computes."""

from __future__ import annotations

from typing import Any

import dspy

from .endpoint import Endpoint, Refused
from .failure import Failure
from .job import Job
from .stop import Stop
from .values import to_json


class Metric:
    """Scores answers over HTTP, in DSPy's conventions.

    Without a trace it gives the score in [0, 1]; with one it says whether the answer is good enough to become a demo. A
    metric that fails ends the job: no score could be trusted after that.
    """

    def __init__(self, job: Job, endpoint: Endpoint, stop: Stop):
        self._url = job.metric_url
        self._inputs = [field["name"] for field in job.signature["inputs"]]
        self._outputs = [field["name"] for field in job.signature["outputs"]]
        threshold = job.settings.get("scoreThreshold")
        self._threshold = 1.0 if threshold is None else float(threshold)
        self._endpoint = endpoint
        self._stop = stop

    def __deepcopy__(self, _memo: object) -> "Metric":
        return self

    def score(self, example: Any, prediction: Any, trace: Any = None, *_rest: Any) -> float | bool:
        score, _ = self._judge(example, prediction)
        return score if trace is None else score >= self._threshold - 1e-9

    def with_feedback(
        self, example: Any, prediction: Any, trace: Any = None, pred_name: Any = None, pred_trace: Any = None
    ) -> dspy.Prediction:
        """What GEPA reflects on."""
        score, feedback = self._judge(example, prediction)
        expected = {name: to_json(example.get(name)) for name in self._outputs}
        return dspy.Prediction(score=score, feedback=feedback or f"This scored {score:.3g}. Expected was {expected}.")

    def _judge(self, example: Any, prediction: Any) -> tuple[float, str | None]:
        answered = dict(prediction.items())
        body = {
            "inputs": {name: to_json(example[name]) for name in self._inputs if name in example},
            "expected": {name: to_json(example[name]) for name in self._outputs if name in example},
            "actual": {name: to_json(answered[name]) for name in self._outputs if name in answered},
        }
        try:
            answer = self._endpoint.post(self._url, body)
        except Refused as refusal:
            raise self._stop(Failure("metric_failed", f"the metric could not score an answer: {refusal}")) from None
        score, feedback = answer.get("score"), answer.get("feedback")
        if isinstance(score, bool) or not isinstance(score, (int, float)) or not 0 <= score <= 1:
            raise self._stop(Failure("metric_failed", f"the metric gave {score!r}, which is no number in [0, 1]"))
        return float(score), feedback if isinstance(feedback, str) and feedback else None
