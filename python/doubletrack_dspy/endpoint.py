"""Calls to the endpoint that Doubletrack serves for the job: models and the metric."""

from __future__ import annotations

import http.client
import json
import threading
import urllib.error
import urllib.request
from typing import Any

from .failure import Failure
from .stop import Stop

ATTEMPTS = 3
FAILURES_IN_A_ROW = 12
TIMEOUT_SECONDS = 900


class Refused(Exception):
    """An answer with an error status that does not end the job."""

    def __init__(self, status: int, message: str):
        super().__init__(f"HTTP {status}: {message}")
        self.status = status


class Endpoint:
    """JSON over HTTP with the job's bearer token. What ends the job is told to `stop` and raised as its `Failure`.

    `calls` counts the calls that were answered.
    """

    def __init__(self, token: str, stop: Stop):
        self._token = token
        self._stop = stop
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        self.calls = 0
        self._failures = 0
        self._lock = threading.Lock()

    def __deepcopy__(self, _memo: object) -> "Endpoint":
        return self

    def post(self, url: str, body: dict[str, Any]) -> dict[str, Any]:
        """The answer. Raises `Refused` after its retries for what concerns this call alone."""
        for attempt in range(1, ATTEMPTS + 1):
            self._stop.check()
            try:
                answer = self._send(url, body)
            except Refused as refusal:
                self._judge(refusal)
                if attempt == ATTEMPTS or refusal.status not in (408, 429) and refusal.status < 500:
                    raise
                self._stop.raised.wait(0.2 * 4 ** (attempt - 1))
                continue
            with self._lock:
                self._failures = 0
                self.calls += 1
            return answer
        raise AssertionError("unreachable")

    def _send(self, url: str, body: dict[str, Any]) -> dict[str, Any]:
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self._token}"}
        request = urllib.request.Request(url, json.dumps(body).encode(), headers, method="POST")
        try:
            with self._opener.open(request, timeout=TIMEOUT_SECONDS) as response:
                answer = json.loads(response.read())
        except urllib.error.HTTPError as error:
            raise Refused(error.code, _message(error.read())) from None
        except ValueError as error:
            raise Refused(502, f"the endpoint answered what is no JSON: {error}") from None
        except (OSError, http.client.HTTPException) as error:
            raise self._stop(Failure("worker_failed", f"the endpoint of the job cannot be reached: {error}")) from None
        if not isinstance(answer, dict):
            raise Refused(502, "the endpoint answered no JSON object")
        return answer

    def _judge(self, refusal: Refused) -> None:
        """Ends the job where no later call could fare better."""
        if refusal.status == 402:
            raise self._stop(Failure("budget_exhausted", "the budget is used up"))
        if refusal.status in (401, 403):
            raise self._stop(Failure("configuration", f"the endpoint refuses the job's token ({refusal})"))
        with self._lock:
            self._failures += 1
            if self._failures >= FAILURES_IN_A_ROW:
                message = f"{self._failures} calls in a row failed, the last one with {refusal}"
                raise self._stop(Failure("worker_failed", message))


def _message(body: bytes) -> str:
    """What an error body says, in whichever of the usual forms."""
    text = body.decode("utf-8", "replace")
    try:
        error = json.loads(text)["error"]
        return str(error.get("message") or error.get("code")) if isinstance(error, dict) else str(error)
    except (ValueError, KeyError, TypeError):
        return text[:200]
