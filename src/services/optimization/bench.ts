import { createHash } from "node:crypto"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { Example } from "../../Example.ts"
import type { JsonObject } from "../../Json.ts"
import type { Message } from "../../Message.ts"
import type { Candidate, Program } from "../../Program.ts"
import type { Signature } from "../../Signature.ts"
import { noUsage } from "../../Usage.ts"
import { askProgram } from "../adapters/askProgram.ts"
import type { Metric } from "../metrics/Metric.ts"
import { withMeter } from "../models/CallMeter.ts"
import { type ModelRequest, Models } from "../models/Models.ts"
import type { ProgramStore } from "../programs/ProgramStore.ts"
import { type Measured, measuredOf } from "./Measured.ts"
import { benchRows } from "./benchRows.ts"
import type { Budget } from "./Budget.ts"
import type { MeteredCalls } from "./meteredCalls.ts"
import { OptimizationBench, OptimizationError, type Trial } from "./Optimizer.ts"

/** What one job's bench is made of. */
export interface BenchOptions {
  readonly signature: Signature
  readonly metric: Metric
  /** Id of the model that answers the task, and writes instructions. */
  readonly model: string
  readonly origin: ModelRequest["origin"]
  readonly calls: MeteredCalls
  readonly budget: Budget
  /** 1, or 2 where the metric asks a model, too. */
  readonly callsPerRow: number
  /** Examples at the same time. */
  readonly concurrency: number
  readonly progress: OptimizationBench["Service"]["progress"]
}

/** The bench of one job, and what only the job itself may do. */
export interface OpenBench {
  readonly bench: OptimizationBench["Service"]
  /** Measures a program on rows that selection must not see. */
  readonly measure: (
    program: Pick<Program, "candidate" | "frozen">,
    examples: ReadonlyArray<Example>,
  ) => Effect.Effect<Measured, OptimizationError>
}

export const openBench = Effect.fnUntraced(function* (
  options: BenchOptions,
): Effect.fn.Return<OpenBench, never, Models | ProgramStore> {
  const { signature, metric, model, origin, calls, budget, callsPerRow, concurrency } = options
  const models = withMeter(yield* Models)
  const rows = yield* benchRows(signature)
  const begun = new Set<string>()

  const answer = Effect.fnUntraced(function* (program: Asked, { inputs }: Example, rollout: number) {
    const { candidate, frozen } = program
    const lookup = candidate.retrieval === undefined ? undefined : yield* rows.lookup(candidate.retrieval.rows)
    return yield* askProgram({
      signature,
      candidate,
      inputs,
      model,
      origin,
      ...(frozen === undefined ? {} : { frozen }),
      ...(lookup === undefined ? {} : { rows: lookup }),
      ...againAs(rollout),
    }).pipe(Effect.provideService(Models, models), Effect.result)
  })

  const tryOne = Effect.fnUntraced(function* (program: Asked, example: Example, rollout = 0) {
    const answered = yield* answer(program, example, rollout)
    if (Result.isFailure(answered)) {
      const { message, usage = noUsage } = answered.failure
      const trial: Trial = { example, outputs: null, score: 0, feedback: message }
      return { trial, usage }
    }
    const { outputs, usage } = answered.success
    const trial: Trial = { example, outputs, ...(yield* score(example, outputs)) }
    return { trial, usage }
  })

  const score = ({ inputs, outputs: expected }: Example, actual: JsonObject) =>
    metric
      .score({ inputs, expected, actual, signature })
      .pipe(Effect.mapError(({ message }) => new OptimizationError({ reason: "metric_failed", message })))

  const ask = (messages: ReadonlyArray<Message>, { temperature, maxTokens, rollout = 0 }: Asking) =>
    calls.within(
      1,
      models
        .generate({
          model,
          origin,
          messages,
          ...againAs(rollout),
          ...(temperature === undefined ? {} : { temperature }),
          ...(maxTokens === undefined ? {} : { maxOutputTokens: maxTokens }),
        })
        .pipe(Effect.mapError(({ message }) => new OptimizationError({ reason: "model_failed", message }))),
    )

  const run = (candidate: Candidate, examples: ReadonlyArray<Example>, rollout: number) =>
    Effect.suspend(() => {
      const keys = new Set(examples.map(({ inputs }) => keyOf([candidate, inputs, rollout])))
      const fresh = [...keys].filter((key) => !begun.has(key))
      const trials = Effect.forEach(examples, (example) => tryOne({ candidate }, example, rollout), { concurrency })
      return calls
        .within(fresh.length * callsPerRow, trials)
        .pipe(Effect.tap(() => Effect.sync(() => fresh.forEach((key) => begun.add(key)))))
    })

  const bench = OptimizationBench.of({
    run: (candidate, examples, { rollout = 0 } = {}) =>
      Effect.map(run(candidate, examples, rollout), (tried) => tried.map(({ trial }) => trial)),
    ask: (messages, asking = {}) => Effect.map(ask(messages, asking), ({ text }) => text),
    complete: ask,
    score: (example, outputs) => calls.within(0, score(example, outputs)),
    keepRows: rows.keep,
    progress: options.progress,
    callsLeft: Effect.sync(() => Math.floor(budget.callsLeft / callsPerRow)),
    canWriteInstructions: !model.startsWith("offline/"),
  })
  return {
    bench,
    measure: (program, examples) =>
      calls
        .within(
          examples.length * callsPerRow,
          Effect.forEach(examples, (example) => tryOne(program, example), { concurrency }),
        )
        .pipe(
          Effect.map((tried) =>
            measuredOf(tried.map(({ trial, usage }) => ({ score: trial.score, costUsd: usage.costUsd }))),
          ),
        ),
  }
})

/** What is asked: the part of a program that prompts are made of. */
type Asked = Pick<Program, "candidate" | "frozen">

interface Asking {
  readonly temperature?: number
  readonly maxTokens?: number
  readonly rollout?: number
}

/** Repeated tries are made at temperature 1, as in DSPy. */
const againAs = (rollout: number) => (rollout === 0 ? {} : { temperature: 1, idempotencyKey: `rollout ${rollout}` })

const keyOf = (value: unknown): string => createHash("sha256").update(JSON.stringify(value)).digest("hex")
