import * as Effect from "effect/Effect"
import { OptimizationBench, OptimizationError } from "./Optimizer.ts"

type Bench = OptimizationBench["Service"]

/** The same bench, of which this many calls are kept for later work: to its users they are used up. */
export const keepingCalls = (bench: Bench, kept: number): Bench => {
  const callsLeft = Effect.map(bench.callsLeft, (left) => Math.max(0, left - kept))
  const within = <A>(calls: number, work: Effect.Effect<A, OptimizationError>) =>
    Effect.flatMap(callsLeft, (left) => (calls <= left ? work : Effect.fail(exhausted(calls, kept))))
  return OptimizationBench.of({
    ...bench,
    callsLeft,
    run: (candidate, examples, options) => within(examples.length, bench.run(candidate, examples, options)),
    ask: (messages, options) => within(1, bench.ask(messages, options)),
    complete: (messages, options) => within(1, bench.complete(messages, options)),
  })
}

const exhausted = (calls: number, kept: number) =>
  new OptimizationError({
    reason: "budget_exhausted",
    message: `The budget is used up: ${calls} more calls do not fit beside the ${kept} that are kept for what follows.`,
  })
