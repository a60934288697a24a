"""Compiles one job: reads it as a line of JSON, writes events as lines of JSON, exits 0 after `done` and 1 after `error`.

    python -m doubletrack_dspy.worker < job.json
"""

from __future__ import annotations

import os
import sys
import traceback
from typing import Any

from .channel import Channel
from .failure import Failure
from .job import Job, read_job


def main() -> None:
    status = 1
    try:
        status = _work()
    finally:
        sys.stderr.flush()
        # Threads of a search that was stopped may still wait for an answer; nothing of theirs is needed any more.
        os._exit(status)


def _work() -> int:
    channel = Channel()
    status = 1
    try:
        job = read_job(sys.stdin.buffer.readline().decode("utf-8", "replace"))
        channel.done(_compile(job, channel))
        status = 0
    except Failure as failure:
        channel.error(failure.reason, failure.message)
    except Exception as error:  # a mistake of ours; the trace helps whoever looks into it
        traceback.print_exc(file=sys.stderr)
        channel.error("worker_failed", f"{type(error).__name__}: {error}")
    return status


def _compile(job: Job, channel: Channel) -> dict[str, Any]:
    try:
        from .compilation import compile_job
    except ImportError as error:
        raise Failure("dspy_unavailable", f"DSPy cannot be imported: {error}") from error
    return compile_job(job, channel)


if __name__ == "__main__":
    main()
