import * as Effect from "effect/Effect"
import type { Example } from "../../Example.ts"
import type { Candidate } from "../../Program.ts"
import { demoCounts, demoOf } from "./demos.ts"
import type { Optimizer } from "./Optimizer.ts"
import { type SeededRandom, seededRandom } from "./seededRandom.ts"

/** Demos drawn from the training rows, 16 unless told; asks no model (DSPy's LabeledFewShot). */
export const labeledFewShot: Optimizer = {
  name: "labeled_few_shot",
  writesInstructions: false,
  leastCalls: () => 0,
  optimize: ({ student, trainset, settings, seed }) =>
    Effect.sync(() => ({
      candidate: withLabeledDemos(student, trainset, demoCounts(settings).labeled, seededRandom(seed)),
      validationScore: null,
      trials: 1,
    })),
}

/** The student with this many demos drawn from the rows, in place of those it has. */
export const withLabeledDemos = (
  student: Candidate,
  rows: ReadonlyArray<Example>,
  count: number,
  random: SeededRandom,
): Candidate => ({ ...student, demos: random.sample(rows, count).map(demoOf) })
