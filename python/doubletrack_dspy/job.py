"""A compile job, checked."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from .failure import Failure

OPTIMIZERS = (
    "labeled_few_shot",
    "bootstrap_few_shot",
    "bootstrap_few_shot_random_search",
    "mipro_v2",
    "gepa",
    "simba",
    "copro",
)


@dataclass(frozen=True)
class Job:
    signature: dict[str, Any]
    instructions: str
    reasoning: bool
    adapter: str
    trainset: list[dict[str, Any]]
    valset: list[dict[str, Any]]
    optimizer: str
    settings: dict[str, Any]
    seed: int
    url: str
    token: str
    task_model: str
    prompt_model: str
    metric_url: str
    max_seconds: float | None


def read_job(line: str) -> Job:
    """The job on a line of JSON. Raises `Failure` naming the first part that is missing or wrong."""
    try:
        job = json.loads(line)
    except ValueError as error:
        raise Failure("invalid_data", f"the job is no JSON document: {error}") from error
    if not isinstance(job, dict) or job.get("v") != 1:
        raise Failure("invalid_data", "the job is not of version 1 of the protocol")
    optimizer, endpoint = _part(job, "optimizer", dict), _part(job, "endpoint", dict)
    limits = job.get("limits") or {}
    max_seconds = limits.get("maxSeconds") if isinstance(limits, dict) else None
    if max_seconds is not None and (isinstance(max_seconds, bool) or not isinstance(max_seconds, (int, float))):
        raise Failure("invalid_data", "limits.maxSeconds of the job is not a number")
    name = _part(optimizer, "name", str, "optimizer.")
    if name not in OPTIMIZERS:
        raise Failure("configuration", f"DSPy has no optimizer {name!r} here; there are {', '.join(OPTIMIZERS)}")
    return Job(
        signature=_part(job, "signature", dict),
        instructions=_part(job, "instructions", str),
        reasoning=_part(job, "reasoning", bool),
        adapter=_one_of(job, "adapter", ("chat", "json")),
        trainset=_rows(job, "trainset"),
        valset=_rows(job, "valset"),
        optimizer=name,
        settings=optimizer.get("settings") if isinstance(optimizer.get("settings"), dict) else {},
        seed=_part(job, "seed", int),
        url=_part(endpoint, "url", str, "endpoint.").rstrip("/"),
        token=_part(endpoint, "token", str, "endpoint."),
        task_model=_part(endpoint, "taskModel", str, "endpoint."),
        prompt_model=_part(endpoint, "promptModel", str, "endpoint."),
        metric_url=_part(job, "metricUrl", str),
        max_seconds=max_seconds,
    )


def _part(mapping: dict[str, Any], name: str, kind: type, where: str = "") -> Any:
    value = mapping.get(name)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise Failure("invalid_data", f"the job's {where}{name} is missing or not of type {kind.__name__}")
    return value


def _one_of(mapping: dict[str, Any], name: str, values: tuple[str, ...]) -> str:
    value = _part(mapping, name, str)
    if value not in values:
        raise Failure("invalid_data", f"the job's {name} is {value!r}, not one of {', '.join(values)}")
    return value


def _rows(job: dict[str, Any], name: str) -> list[dict[str, Any]]:
    rows = _part(job, name, list)
    for number, row in enumerate(rows, 1):
        if not isinstance(row, dict) or not isinstance(row.get("inputs"), dict) or not isinstance(row.get("outputs"), dict):
            raise Failure("invalid_data", f"row {number} of {name} has no inputs or no outputs")
    return rows
