import * as Effect from "effect/Effect"
import type { Models } from "../models/Models.ts"
import { messageOf } from "../modules/exportedFunction.ts"
import { carryOut } from "./carryOut.ts"
import { CheckFailure } from "./CheckResult.ts"
import type { RunTimeCheck } from "./completeCheck.ts"
import type { JudgedAnswer } from "./JudgedAnswer.ts"
import type { OwnAssessors } from "./OwnAssessors.ts"

/** The weighted mean of all checks, and what they found wanting. */
export interface Appraised {
  readonly quality: number
  readonly notes: ReadonlyArray<string>
}

/**
 * Holds an answer against every check, within the step's deadline. The dear ones come last: where one cannot be carried
 * out, the rest would be spent for nothing.
 */
export const judge = (
  checks: ReadonlyArray<RunTimeCheck>,
  answer: JudgedAnswer,
  own: OwnAssessors,
): Effect.Effect<Appraised, CheckFailure, Models> => {
  const deadlineMs = answer.task.settings.stepTimeoutMs
  const numbered = checks.map((check, index) => ({ check, index }))
  return Effect.forEach(
    numbered.toSorted((a, b) => effort(a.check) - effort(b.check)),
    ({ check, index }) =>
      carryOut(check, answer, own).pipe(
        Effect.catchDefect((defect) => Effect.fail(new CheckFailure({ reason: "defect", message: messageOf(defect) }))),
        Effect.mapBoth({
          onSuccess: (result) => ({ ...result, check, index }),
          onFailure: ({ reason, message }) =>
            new CheckFailure({ reason: `${index} ${reason}`, message: `${nameOf(check)}: ${message}` }),
        }),
      ),
  ).pipe(
    Effect.timeoutOrElse({
      duration: deadlineMs,
      orElse: () => Effect.fail(new CheckFailure({ reason: "timeout", message: `no verdict within ${deadlineMs} ms` })),
    }),
    Effect.map((results) => ({
      quality: weightedMean(results.map(({ score, check }) => [score, check.weight] as const)),
      notes: results
        .toSorted((a, b) => a.index - b.index)
        .flatMap(({ note, check }) => (note === undefined ? [] : [`${nameOf(check)}: ${note}`])),
    })),
  )
}

const effort = ({ kind }: RunTimeCheck): number => (kind === "llm_judge" ? 2 : kind === "assess" ? 1 : 0)

const nameOf = (check: RunTimeCheck): string => {
  if (check.kind === "assess") return `assess ${check.name}`
  return "field" in check && check.field !== null ? `${check.kind} of ${check.field}` : check.kind
}

/** Rounding must not lead out of [0, 1]. */
const weightedMean = (scores: ReadonlyArray<readonly [score: number, weight: number]>): number => {
  const total = scores.reduce((sum, [, weight]) => sum + weight, 0)
  const sum = scores.reduce((all, [score, weight]) => all + score * weight, 0)
  return Math.min(1, Math.max(0, sum / total))
}
