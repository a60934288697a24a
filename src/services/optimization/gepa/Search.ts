import * as Effect from "effect/Effect"
import type { Example } from "../../../Example.ts"
import type { Message } from "../../../Message.ts"
import type { Candidate } from "../../../Program.ts"
import type { Signature } from "../../../Signature.ts"
import { OptimizationBench, type OptimizationError, type OptimizationTask, type Trial } from "../Optimizer.ts"
import { type Proposed, proposeInstructions } from "../proposeInstructions.ts"
import { type SeededRandom, seededRandom } from "../seededRandom.ts"
import { validationRows } from "../validationRows.ts"
import { metricCalls } from "./metricCalls.ts"
import { minibatches } from "./minibatches.ts"

/** A candidate that got into the pool. */
export interface Member {
  readonly candidate: Candidate
  /** On each validation row. */
  readonly scores: ReadonlyArray<number>
  /** Places in the pool: none for the student, one for a rewrite, two for a merge. */
  readonly parents: ReadonlyArray<number>
}

/** What came of one round. */
export type Round =
  | { readonly _tag: "Accepted"; readonly member: Member; readonly note: string }
  | { readonly _tag: "Rejected"; readonly note: string }
  | { readonly _tag: "Refused"; readonly error: OptimizationError }

/** What every round works with. */
export interface Search {
  readonly signature: Signature
  /** The validation rows. */
  readonly rows: ReadonlyArray<Example>
  readonly random: SeededRandom
  readonly nextMinibatch: () => ReadonlyArray<Example>
  readonly run: (
    candidate: Candidate,
    examples: ReadonlyArray<Example>,
  ) => Effect.Effect<ReadonlyArray<Trial>, OptimizationError>
  readonly propose: (messages: ReadonlyArray<Message>) => Effect.Effect<Proposed, OptimizationError>
  /** Rows that may still be scored and questions that may still be asked, together. */
  readonly callsLeft: Effect.Effect<number>
}

/** Rows of a minibatch, as in the paper. */
export const minibatchRows = 3

/**
 * Opens a search. It scores as many rows as the limit on calls allows or, without one, as DSPy's GEPA would; a row
 * counts again each time, even where the bench knows its answer, so that every search ends.
 */
export const openSearch = Effect.fnUntraced(function* (task: OptimizationTask) {
  const bench = yield* OptimizationBench
  const rows = validationRows(task)
  const random = seededRandom(task.seed)
  const batches = minibatches(task.trainset, minibatchRows, random)
  const limit = yield* bench.callsLeft
  const { candidates } = task.settings
  const most = candidates === undefined && Number.isFinite(limit) ? limit : metricCalls(rows.length, candidates)
  let scored = 0
  let asked = 0

  const search: Search = {
    signature: task.signature,
    rows,
    random,
    nextMinibatch: () => batches.next().value ?? [],
    run: (candidate, examples) =>
      Effect.tap(bench.run(candidate, examples), () => Effect.sync(() => (scored += examples.length))),
    propose: (messages) =>
      Effect.suspend(() => proposeInstructions(messages, asked++)).pipe(
        Effect.provideService(OptimizationBench, bench),
      ),
    callsLeft: Effect.map(bench.callsLeft, (left) => Math.min(left, most - scored)),
  }
  return search
})
