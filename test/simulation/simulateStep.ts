import type { Track } from "../../src/ExecutionMode.ts"
import { fallsBack, type FallbackPolicy } from "../../src/machines/fallback.ts"
import {
  decideRoute,
  fallBack,
  keepComparison,
  keepOutcome,
  observationOf,
  startStep,
  type StepContext,
} from "../../src/machines/stepContext.ts"
import type { Observation } from "../../src/Observation.ts"
import type { Outcome } from "../../src/Outcome.ts"
import type { Route, RouteFacts } from "../../src/Route.ts"
import { defaultRoutingPolicy } from "../../src/RoutingPolicy.ts"
import { StepFailure } from "../../src/StepFailure.ts"

/** What a track makes of a request. */
export interface Trial {
  /** What the track makes of such requests on average, 0 for failures. */
  readonly mean: number
  readonly quality: number
  readonly fails?: boolean
  readonly costUsd?: number
  readonly latencyMs?: number
}

export type Trials = Readonly<Record<Track, Trial>>

/** One step of a run: where it went, what it says about the tracks, and the quality of what it delivered. */
export interface SimulatedStep {
  readonly route: Route
  readonly observation: Observation
  readonly delivered: number
}

/** Takes a step through the changes that the step machine makes, in the order of its states. */
export const simulateStep = (facts: RouteFacts, trials: Trials): SimulatedStep => {
  const { route } = decideRoute(facts)
  const context = executed({ ...blank, route }, trials)
  return { route, observation: observationOf(context), delivered: context.answered?.quality ?? 0 }
}

const executed = (context: StepContext, trials: Trials): StepContext => {
  const [traditional, optimized] = [outcomeOf("traditional", trials), outcomeOf("optimized", trials)]
  switch (context.route?.to) {
    case "comparing":
      return { ...context, ...keepComparison(context, { traditional, optimized }) }
    case "optimized": {
      const tried = { ...context, ...keepOutcome(context, optimized) }
      return optimized._tag === "Unanswered" && fallsBack(optimized, fallback) ? rescued(tried, traditional) : tried
    }
    case "fallback":
      return rescued(context, traditional)
    default:
      return { ...context, ...keepOutcome(context, traditional) }
  }
}

const rescued = (context: StepContext, traditional: Outcome): StepContext => {
  const fallen = { ...context, ...fallBack(context) }
  return { ...fallen, ...keepOutcome(fallen, traditional) }
}

const outcomeOf = (track: Track, trials: Trials): Outcome => {
  const { quality, fails = false, costUsd = 0.001, latencyMs = 100 } = trials[track]
  const measured = { track, usage: { tokens: { input: 10, output: 5 }, costUsd }, latencyMs }
  return fails
    ? { _tag: "Unanswered", ...measured, failure: failures[track] }
    : { _tag: "Answered", ...measured, result: {}, quality }
}

const failures = {
  traditional: new StepFailure({ reason: "model_failed", message: "the model did not answer" }),
  optimized: new StepFailure({ reason: "optimization_failed", message: "the answer cannot be read" }),
}

const fallback: FallbackPolicy = { enabled: true, strategy: "traditional", maxWaitMs: 0, sideEffects: false }

const blank = startStep({
  task: {
    runId: "run",
    workflow: "w",
    path: "s",
    step: { name: "s", type: "claude" },
    scope: { inputs: {}, results: {}, variables: {}, globalVars: {}, run: { id: "run", startedAt: "" } },
    settings: { directory: ".", outputDir: ".", strictCompat: false, stepTimeoutMs: 1000 },
  },
  modes: { workflow: { mode: "hybrid", source: "workflow" } },
  fallback,
  routing: defaultRoutingPolicy,
  unit: null,
  seed: 1,
})
