"""One compile job from start to end."""

from __future__ import annotations

import logging
import sys
import threading
import time
import traceback
from typing import Any

import dspy

from .channel import Channel
from .endpoint import Endpoint
from .failure import Failure
from .frozen import ADAPTERS, frozen_prompts
from .job import Job
from .language_model import DoubletrackLM
from .metric import Metric
from .optimizers import Search, compile_program, trials_of
from .program_file import candidate_of
from .recorder import Found, Recorder, snapshot
from .signature import fields_of, predictor_of
from .stop import Stop
from .values import from_json

HEARTBEAT_SECONDS = 5
UNLIMITED = 1_000_000_000
_options = {"config", "demos", "lm", "prediction"}


def compile_job(job: Job, channel: Channel) -> dict[str, Any]:
    """The `done` event's content. Raises `Failure` where nothing was found.

    The search runs in a thread of its own, so that the end of the budget or of the time ends it wherever it stands.
    """
    logging.getLogger("dspy").setLevel(logging.CRITICAL)
    stop = Stop()
    endpoint = Endpoint(job.token, stop)
    search = _search(job, endpoint, stop)
    recorder = Recorder(channel, stop, trials_of(search))
    dspy.configure(
        lm=search.task_lm, adapter=ADAPTERS[job.adapter](), callbacks=[recorder], max_errors=UNLIMITED, disable_history=True
    )
    compiled: list[Found] = []
    worker = threading.Thread(target=_work, args=(search, recorder, stop, compiled), daemon=True)
    worker.start()
    _wait(worker, job, endpoint, recorder, stop)
    found = compiled[0] if compiled else recorder.best
    failure = stop.failure
    if failure is not None and (failure.reason != "budget_exhausted" or found is None):
        raise failure
    if found is None:
        raise Failure("worker_failed", "the optimizer ended without a program")
    return _result(job, found, recorder, failure)


def _search(job: Job, endpoint: Endpoint, stop: Stop) -> Search:
    if not job.trainset:
        raise Failure("invalid_data", "the training set is empty")
    for field in fields_of(job.signature, "inputs"):
        if field["name"] in _options:
            raise Failure("configuration", f"DSPy takes an input named {field['name']!r} for an option of the call: rename it")
    return Search(
        job=job,
        student=predictor_of(job.signature, job.instructions, job.reasoning),
        trainset=[_example(job, row) for row in job.trainset],
        valset=[_example(job, row) for row in job.valset],
        metric=Metric(job, endpoint, stop),
        task_lm=DoubletrackLM(job.task_model, job.url, endpoint),
        prompt_lm=DoubletrackLM(job.prompt_model, job.url, endpoint),
    )


def _example(job: Job, row: dict[str, Any]) -> dspy.Example:
    values = {
        field["name"]: from_json(row[side][field["name"]], field)
        for side in ("inputs", "outputs")
        for field in job.signature[side]
        if field["name"] in row[side]
    }
    return dspy.Example(**values).with_inputs(*(field["name"] for field in job.signature["inputs"]))


def _work(search: Search, recorder: Recorder, stop: Stop, compiled: list[Found]) -> None:
    try:
        recorder.tell("started")
        program = compile_program(search)
        stop.check()
        compiled.append(snapshot(program))
        if search.valset and recorder.score_of(compiled[0], len(search.valset)) is None:
            evaluate = dspy.Evaluate(devset=search.valset, metric=search.metric.score, num_threads=search.threads)
            evaluate(program)
    except Failure as failure:
        stop(failure)
    except Exception as error:  # whatever an optimizer raises is the end of the search
        if stop.failure is None:
            traceback.print_exc(file=sys.stderr)
        stop(Failure("worker_failed", f"the optimizer failed: {type(error).__name__}: {error}"))


def _wait(worker: threading.Thread, job: Job, endpoint: Endpoint, recorder: Recorder, stop: Stop) -> None:
    """Until the search ends, is stopped, or its time is up; says now and then that it goes on."""
    end = None if job.max_seconds is None else time.monotonic() + job.max_seconds
    beat, calls = time.monotonic() + HEARTBEAT_SECONDS, 0
    while worker.is_alive() and stop.failure is None:
        now = time.monotonic()
        if end is not None and now >= end:
            stop(Failure("budget_exhausted", f"the {job.max_seconds:g} seconds of the job are over"))
        if now >= beat and endpoint.calls > calls:
            beat, calls = now + HEARTBEAT_SECONDS, endpoint.calls
            recorder.tell(f"{calls} calls so far")
        worker.join(0.05)


def _result(job: Job, found: Found, recorder: Recorder, failure: Failure | None) -> dict[str, Any]:
    scored = recorder.score_of(found, len(job.valset)) if job.valset else None
    return {
        "candidate": candidate_of(found, job.signature, job.adapter, job.reasoning),
        "validationScore": scored,
        "trials": recorder.evaluations,
        "state": found.state,
        "frozen": frozen_prompts(job.signature, found.signature, found.demos),
        "dspyVersion": dspy.__version__,
        **({"endedEarly": failure.message} if failure is not None else {}),
    }
