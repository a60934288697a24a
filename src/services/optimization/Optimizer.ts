import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Example } from "../../Example.ts"
import type { JsonObject } from "../../Json.ts"
import type { Message } from "../../Message.ts"
import type { Candidate, FrozenPrompt, OptimizerName } from "../../Program.ts"
import type { Signature } from "../../Signature.ts"
import type { Usage } from "../../Usage.ts"

/** Why an optimization stopped without a program. */
export class OptimizationError extends Schema.TaggedError<OptimizationError>()("OptimizationError", {
  reason: Schema.Literals([
    "invalid_data",
    "budget_too_small",
    "budget_exhausted",
    "needs_capable_model",
    "model_failed",
    "metric_failed",
    "dspy_unavailable",
    "worker_failed",
    "configuration",
  ]),
  message: Schema.String,
}) {}

/** How one candidate did on one example. */
export interface Trial {
  readonly example: Example
  /** The outputs; null where the model or the parser failed. */
  readonly outputs: JsonObject | null
  /** In [0, 1]; 0 for a failure. */
  readonly score: number
  readonly feedback?: string
}

/**
 * The only way in which optimizers reach models: metered, bounded, journaled. A call that was
 * completed before a kill is answered from the journal and not paid for again, so an optimizer that
 * is deterministic in its seed and these answers resumes by simply running again.
 */
export class OptimizationBench extends Context.Service<
  OptimizationBench,
  {
    /**
     * Runs a candidate on examples, concurrently; results in their order. Fails with
     * `budget_exhausted`, having called nothing, where the calls left do not suffice for all of them.
     * `rollout` distinguishes repeated tries (temperature 1 from the second on).
     */
    readonly run: (
      candidate: Candidate,
      examples: ReadonlyArray<Example>,
      options?: { readonly rollout?: number },
    ) => Effect.Effect<ReadonlyArray<Trial>, OptimizationError>
    /** Asks the model that writes instructions. */
    readonly ask: (
      messages: ReadonlyArray<Message>,
      options?: { readonly temperature?: number; readonly rollout?: number },
    ) => Effect.Effect<string, OptimizationError>
    /**
     * Answers raw messages, for an optimizer that renders its prompts itself: by the model that the
     * program is compiled for, or by the one that writes instructions. Metered and journaled like the rest.
     */
    readonly complete: (
      messages: ReadonlyArray<Message>,
      options: {
        readonly model: "task" | "prompt"
        readonly temperature?: number
        readonly maxTokens?: number
        readonly rollout?: number
      },
    ) => Effect.Effect<{ readonly text: string; readonly usage: Usage }, OptimizationError>
    /** Scores outputs by the metric of the search. */
    readonly score: (
      example: Example,
      outputs: JsonObject,
    ) => Effect.Effect<{ readonly score: number; readonly feedback?: string }, OptimizationError>
    /** Keeps rows that retrieval picks from; gives their hash. */
    readonly keepRows: (rows: ReadonlyArray<Example>) => Effect.Effect<string, OptimizationError>
    /** Tells how far the search is. */
    readonly progress: (step: {
      readonly trial: number
      /** Of how many, where that is known. */
      readonly trials?: number
      readonly bestScore: number
      readonly note: string
    }) => Effect.Effect<void>
    /** Calls that may still be made; Infinity without a limit. */
    readonly callsLeft: Effect.Effect<number>
    /** Whether the model is capable of writing instructions (the offline one is not). */
    readonly canWriteInstructions: boolean
  }
>()("doubletrack/services/optimization/OptimizationBench") {}

/** What an optimizer works on. Nothing in it is ever changed. */
export interface OptimizationTask {
  readonly signature: Signature
  readonly student: Candidate
  readonly trainset: ReadonlyArray<Example>
  /** What candidates are selected on. */
  readonly valset: ReadonlyArray<Example>
  readonly seed: number
  readonly settings: OptimizerSettings
}

/** What can be set of an optimizer; each takes what concerns it. */
export interface OptimizerSettings {
  /** Demos in a prompt at most. */
  readonly maxDemos?: number
  readonly maxBootstrappedDemos?: number
  readonly maxLabeledDemos?: number
  readonly maxRounds?: number
  readonly candidates?: number
  /** A bootstrapped answer counts from this score on. Default 1. */
  readonly scoreThreshold?: number
}

export interface Optimized {
  readonly candidate: Candidate
  /** Mean score on the validation set, where selection looked at it. */
  readonly validationScore: number | null
  readonly trials: number
  /** The very messages of a program that DSPy compiled. */
  readonly frozen?: ReadonlyArray<FrozenPrompt>
}

/** One published algorithm. Never changes a live program; deterministic in seed and answers. */
export interface Optimizer {
  readonly name: OptimizerName
  /** Whether it needs a model that can write instructions. */
  readonly writesInstructions: boolean
  /** Calls that it needs at least, for a budget check before anything is spent. */
  readonly leastCalls: (task: OptimizationTask) => number
  /** Brings about what it needs; fails, before anything is spent, where that cannot be had. */
  readonly prepare?: Effect.Effect<void, OptimizationError, OptimizationBench>
  readonly optimize: (task: OptimizationTask) => Effect.Effect<Optimized, OptimizationError, OptimizationBench>
}
