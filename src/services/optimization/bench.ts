import { createHash } from "node:crypto"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { Example } from "../../Example.ts"
import type { JsonObject } from "../../Json.ts"
import type { Message } from "../../Message.ts"
import type { Candidate } from "../../Program.ts"
import type { Signature } from "../../Signature.ts"
import { askProgram } from "../adapters/askProgram.ts"
import type { Metric } from "../metrics/Metric.ts"
import { withMeter } from "../models/CallMeter.ts"
import { type ModelRequest, Models } from "../models/Models.ts"
import { ProgramStore } from "../programs/ProgramStore.ts"
import { type DemoLookup, demoLookup } from "../retrieval/demoLookup.ts"
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
  /** Examples at the same time. */
  readonly concurrency: number
  readonly progress: OptimizationBench["Service"]["progress"]
}

/** The bench of one job. */
export const openBench = Effect.fnUntraced(function* (
  options: BenchOptions,
): Effect.fn.Return<OptimizationBench["Service"], never, Models | ProgramStore> {
  const { signature, metric, model, origin, calls, budget, concurrency } = options
  const models = withMeter(yield* Models)
  const store = yield* ProgramStore
  const lookups = new Map<string, DemoLookup>()
  const begun = new Set<string>()

  const answer = Effect.fnUntraced(function* (candidate: Candidate, { inputs }: Example, rollout: number) {
    const rows = candidate.retrieval === undefined ? undefined : lookups.get(candidate.retrieval.rows)
    return yield* askProgram({
      signature,
      candidate,
      inputs,
      model,
      origin,
      ...(rows === undefined ? {} : { rows }),
      ...againAs(rollout),
    }).pipe(Effect.provideService(Models, models))
  })

  const tryOne = Effect.fnUntraced(function* (candidate: Candidate, example: Example, rollout: number) {
    const answered = yield* Effect.result(answer(candidate, example, rollout))
    if (Result.isFailure(answered)) return failedTrial(example, answered.failure.message)
    const { outputs } = answered.success
    const trial: Trial = { example, outputs, ...(yield* score(example, outputs)) }
    return trial
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

  return OptimizationBench.of({
    run: (candidate, examples, { rollout = 0 } = {}) =>
      Effect.suspend(() => {
        const keys = new Set(examples.map(({ inputs }) => keyOf([candidate, inputs, rollout])))
        const fresh = [...keys].filter((key) => !begun.has(key))
        return calls
          .within(
            fresh.length,
            Effect.forEach(examples, (example) => tryOne(candidate, example, rollout), { concurrency }),
          )
          .pipe(Effect.tap(() => Effect.sync(() => fresh.forEach((key) => begun.add(key)))))
      }),
    ask: (messages, asking = {}) => Effect.map(ask(messages, asking), ({ text }) => text),
    complete: ask,
    score: (example, outputs) => calls.within(0, score(example, outputs)),
    keepRows: (rows) =>
      store.saveRows(rows.map(({ inputs, outputs }) => ({ inputs, outputs }))).pipe(
        Effect.tap((hash) => Effect.sync(() => lookups.set(hash, demoLookup(rows, signature)))),
        Effect.mapError(({ message }) => new OptimizationError({ reason: "configuration", message })),
      ),
    progress: options.progress,
    callsLeft: Effect.sync(() => budget.callsLeft),
    canWriteInstructions: !model.startsWith("offline/"),
  })
})

interface Asking {
  readonly temperature?: number
  readonly maxTokens?: number
  readonly rollout?: number
}

/** Repeated tries are made at temperature 1, as in DSPy. */
const againAs = (rollout: number) => (rollout === 0 ? {} : { temperature: 1, idempotencyKey: `rollout ${rollout}` })

const failedTrial = (example: Example, feedback: string): Trial => ({ example, outputs: null, score: 0, feedback })

const keyOf = (value: unknown): string => createHash("sha256").update(JSON.stringify(value)).digest("hex")
