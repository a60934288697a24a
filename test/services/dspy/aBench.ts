import * as Effect from "effect/Effect"
import { noUsage } from "../../../src/Usage.ts"
import type { OptimizationBench } from "../../../src/services/optimization/Optimizer.ts"

type Bench = OptimizationBench["Service"]

export interface ABench extends Bench {
  readonly asked: ReadonlyArray<Parameters<Bench["complete"]>>
  readonly notes: ReadonlyArray<string>
}

/** A bench whose model says "yes" and whose metric finds everything right; what is given stands in place of that. */
export const aBench = (given: Partial<Pick<Bench, "complete" | "score" | "canWriteInstructions">> = {}): ABench => {
  const asked: Array<Parameters<Bench["complete"]>> = []
  const notes: Array<string> = []
  const complete = given.complete ?? (() => Effect.succeed({ text: "yes", usage: noUsage }))
  return {
    asked,
    notes,
    run: () => Effect.die("not for this engine"),
    ask: () => Effect.die("not for this engine"),
    keepRows: () => Effect.die("not for this engine"),
    complete: (...asking) => {
      asked.push(asking)
      return complete(...asking)
    },
    score: given.score ?? (() => Effect.succeed({ score: 1 })),
    progress: ({ note }) => Effect.sync(() => notes.push(note)),
    callsLeft: Effect.succeed(Number.POSITIVE_INFINITY),
    canWriteInstructions: given.canWriteInstructions ?? true,
  }
}
