"""DSPy's optimizers, set up from a job's settings. What is not set keeps DSPy's default."""

from __future__ import annotations

import math
import random
import sys
from dataclasses import dataclass
from typing import Any, Callable

import dspy

from .failure import Failure
from .job import Job
from .metric import Metric


@dataclass(frozen=True)
class Search:
    """What every optimizer is given."""

    job: Job
    student: dspy.Module
    trainset: list[dspy.Example]
    valset: list[dspy.Example]
    metric: Metric
    task_lm: dspy.BaseLM
    prompt_lm: dspy.BaseLM

    @property
    def threads(self) -> int:
        return self.whole("threads", 4)

    def whole(self, name: str, default: int, least: int = 1) -> int:
        """A setting that is a whole number."""
        value = self.job.settings.get(name, default)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or value != int(value) or value < least:
            raise Failure("configuration", f"the setting {name} is {value!r}, not a whole number from {least} up")
        return int(value)

    @property
    def demos(self) -> dict[str, int]:
        most = self.whole("maxDemos", 16, 0)
        return {
            "max_bootstrapped_demos": self.whole("maxBootstrappedDemos", min(4, most), 0),
            "max_labeled_demos": self.whole("maxLabeledDemos", most, 0),
        }


def trials_of(search: Search) -> int | None:
    """How many candidates the search will evaluate, where that is fixed."""
    fixed = {"labeled_few_shot": 1, "bootstrap_few_shot": 1}
    if search.job.optimizer == "bootstrap_few_shot_random_search":
        return search.whole("candidates", 16) + 3
    return fixed.get(search.job.optimizer)


def compile_program(search: Search) -> dspy.Module:
    """Runs the job's optimizer."""
    unknown = sorted(set(search.job.settings) - _known)
    if unknown:
        print(f"settings that no DSPy optimizer has: {', '.join(unknown)}", file=sys.stderr)
    return _optimizers[search.job.optimizer](search)


def shuffled(rows: list[dspy.Example], seed: int) -> list[dspy.Example]:
    """The rows in an order of the seed. The optimizers that draw demos have no seed of their own."""
    return random.Random(seed).sample(rows, len(rows)) if seed else rows


def _labeled(search: Search) -> dspy.Module:
    optimizer = dspy.LabeledFewShot(k=search.demos["max_labeled_demos"])
    return optimizer.compile(search.student, trainset=shuffled(search.trainset, search.job.seed))


def _bootstrap(search: Search) -> dspy.Module:
    optimizer = dspy.BootstrapFewShot(
        metric=search.metric.score, max_rounds=search.whole("maxRounds", 1), **search.demos
    )
    return optimizer.compile(search.student, trainset=shuffled(search.trainset, search.job.seed))


def _random_search(search: Search) -> dspy.Module:
    optimizer = dspy.BootstrapFewShotWithRandomSearch(
        metric=search.metric.score,
        max_rounds=search.whole("maxRounds", 1),
        num_candidate_programs=search.whole("candidates", 16),
        num_threads=search.threads,
        **search.demos,
    )
    rows = shuffled(search.trainset, search.job.seed)
    return optimizer.compile(search.student, trainset=rows, valset=search.valset or None)


def _mipro(search: Search) -> dspy.Module:
    most = search.whole("maxDemos", 4, 0)
    candidates = search.whole("candidates", 0, 0) or None
    optimizer = dspy.MIPROv2(
        metric=search.metric.score,
        prompt_model=search.prompt_lm,
        task_model=search.task_lm,
        auto=None if candidates else search.job.settings.get("auto", "light"),
        num_candidates=candidates,
        num_threads=search.threads,
        max_bootstrapped_demos=search.whole("maxBootstrappedDemos", most, 0),
        max_labeled_demos=search.whole("maxLabeledDemos", most, 0),
        seed=search.job.seed,
    )
    if candidates is None:
        return optimizer.compile(search.student, trainset=search.trainset, valset=search.valset or None)
    rows = len(search.valset) or len(search.trainset)
    size = search.whole("minibatchSize", 35)
    return optimizer.compile(
        search.student,
        trainset=search.trainset,
        valset=search.valset or None,
        num_trials=search.whole("trials", int(max(4 * math.log2(candidates), 1.5 * candidates)) or 1),
        minibatch=rows > size,
        minibatch_size=min(size, rows),
    )


def _gepa(search: Search) -> dspy.Module:
    calls = search.whole("maxMetricCalls", 0, 0)
    budget = {"max_metric_calls": calls} if calls else {"auto": search.job.settings.get("auto", "light")}
    optimizer = dspy.GEPA(
        metric=search.metric.with_feedback,
        reflection_lm=search.prompt_lm.copy(temperature=1.0),
        reflection_minibatch_size=search.whole("minibatchSize", 3),
        num_threads=search.threads,
        seed=search.job.seed,
        **budget,
    )
    return optimizer.compile(search.student, trainset=search.trainset, valset=search.valset or None)


def _simba(search: Search) -> dspy.Module:
    optimizer = dspy.SIMBA(
        metric=search.metric.score,
        bsize=min(search.whole("batchSize", 32), len(search.trainset)),
        num_candidates=search.whole("candidates", 6),
        max_steps=search.whole("steps", 8),
        max_demos=search.whole("maxDemos", 4, 0),
        prompt_model=search.prompt_lm,
        num_threads=search.threads,
    )
    return optimizer.compile(search.student, trainset=search.trainset, seed=search.job.seed)


def _copro(search: Search) -> dspy.Module:
    optimizer = dspy.COPRO(
        metric=search.metric.score,
        prompt_model=search.prompt_lm,
        breadth=search.whole("breadth", search.whole("candidates", 10, 2), 2),
        depth=search.whole("depth", 3),
        # DSPy's own 1.4 is more than some providers take.
        init_temperature=1.0,
    )
    rows = search.valset or search.trainset
    how = {"num_threads": search.threads, "display_progress": False, "display_table": 0}
    return optimizer.compile(search.student, trainset=rows, eval_kwargs=how)


_optimizers: dict[str, Callable[[Search], dspy.Module]] = {
    "labeled_few_shot": _labeled,
    "bootstrap_few_shot": _bootstrap,
    "bootstrap_few_shot_random_search": _random_search,
    "mipro_v2": _mipro,
    "gepa": _gepa,
    "simba": _simba,
    "copro": _copro,
}

_known: set[Any] = {
    "auto", "batchSize", "breadth", "candidates", "depth", "maxBootstrappedDemos", "maxDemos", "maxLabeledDemos",
    "maxMetricCalls", "maxRounds", "minibatchSize", "scoreThreshold", "steps", "threads", "trials",
}  # fmt: skip
