import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Example } from "../../../src/Example.ts"
import type { JsonObject } from "../../../src/Json.ts"
import type { Message } from "../../../src/Message.ts"
import type { Candidate } from "../../../src/Program.ts"
import { OptimizationBench, OptimizationError } from "../../../src/services/optimization/Optimizer.ts"

export interface Script {
  /** What the task model answers. */
  readonly answer: (candidate: Candidate, example: Example) => JsonObject | null
  /** What the model that writes instructions says to a question, the first one being number 1. */
  readonly write: (messages: ReadonlyArray<Message>, number: number) => string | OptimizationError | "hangs"
  readonly maxCalls?: number
  readonly isOffline?: boolean
}

/** What an optimizer did at the bench. */
export interface BenchLog {
  calls: number
  /** Times that it wanted more calls than were left. */
  refused: number
  readonly runs: Array<{ readonly candidate: Candidate; readonly examples: ReadonlyArray<Example> }>
  readonly questions: Array<string>
  readonly notes: Array<string>
}

/** A bench without models: the same call is made once, as at the real one, and the limit on calls holds. */
export const scriptedBench = ({ answer, write, maxCalls = Infinity, isOffline = false }: Script) => {
  const log: BenchLog = { calls: 0, refused: 0, runs: [], questions: [], notes: [] }
  const made = new Set<string>()

  const take = (calls: number) =>
    Effect.suspend(() => {
      if (log.calls + calls > maxCalls) {
        log.refused += 1
        return Effect.fail(new OptimizationError({ reason: "budget_exhausted", message: "no calls are left" }))
      }
      log.calls += calls
      return Effect.void
    })

  const layer = Layer.succeed(OptimizationBench, {
    run: (candidate, examples, { rollout = 0 } = {}) => {
      const keys = examples.map(({ inputs }) => JSON.stringify([candidate, inputs, rollout]))
      const fresh = new Set(keys.filter((key) => !made.has(key)))
      return Effect.map(take(fresh.size), () => {
        fresh.forEach((key) => made.add(key))
        log.runs.push({ candidate, examples })
        return examples.map((example) => trialOf(example, answer(candidate, example)))
      })
    },
    ask: (messages) =>
      Effect.flatMap(take(1), () => {
        log.questions.push(messages.map(({ content }) => content).join("\n\n"))
        const said = write(messages, log.questions.length)
        if (said === "hangs") return Effect.never
        return said instanceof OptimizationError ? Effect.fail(said) : Effect.succeed(said)
      }),
    complete: () => Effect.die("no optimizer here renders prompts itself"),
    score: () => Effect.die("no optimizer here scores by itself"),
    keepRows: () => Effect.succeed("rows"),
    progress: ({ note }) => Effect.sync(() => void log.notes.push(note)),
    callsLeft: Effect.sync(() => maxCalls - log.calls),
    canWriteInstructions: !isOffline,
  })
  return { layer, log }
}

export const refusal = new OptimizationError({ reason: "model_failed", message: "the model refuses" })

const trialOf = (example: Example, outputs: JsonObject | null) => {
  const isRight = JSON.stringify(outputs) === JSON.stringify(example.outputs)
  return { example, outputs, score: isRight ? 1 : 0, ...(isRight ? {} : { feedback: "This is the wrong queue." }) }
}
