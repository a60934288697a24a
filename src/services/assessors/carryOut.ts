import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { interpolateText } from "../../language/interpolate.ts"
import type { StepTask } from "../../StepTask.ts"
import { dialectOf } from "../executors/filledTask.ts"
import { comparable } from "../metrics/normalized.ts"
import type { Models } from "../models/Models.ts"
import { askJudge } from "./askJudge.ts"
import { CheckFailure, type CheckResult } from "./CheckResult.ts"
import type { RunTimeCheck, Similarity } from "./completeCheck.ts"
import { type JudgedAnswer, valueOf } from "./JudgedAnswer.ts"
import type { OwnAssessors } from "./OwnAssessors.ts"
import { schemaScore } from "./schemaScore.ts"
import { keywordsScore, lengthScore, patternScore, similarityScore } from "./textChecks.ts"

/** What a check says of an answer; fails where it cannot be carried out. */
export const carryOut = (
  check: RunTimeCheck,
  answer: JudgedAnswer,
  own: OwnAssessors,
): Effect.Effect<CheckResult, CheckFailure, Models> => {
  switch (check.kind) {
    case "schema":
      return Effect.fromResult(schemaCheck(answer))
    case "pattern":
      return Effect.fromResult(ofText(check.field, answer, (text) => patternScore(check, text)))
    case "keywords":
      return Effect.fromResult(ofText(check.field, answer, (text) => Result.succeed(keywordsScore(check, text))))
    case "length":
      return Effect.fromResult(ofText(check.field, answer, (text) => Result.succeed(lengthScore(check, text))))
    case "similarity":
      return Effect.fromResult(similarityCheck(check, answer))
    case "assess":
      return own.ask(check.name, answer)
    case "llm_judge":
      return Effect.mapError(askJudge(check, answer), ({ reason, message }) => new CheckFailure({ reason, message }))
  }
}

type Checked = Result.Result<CheckResult, CheckFailure>

const schemaCheck = ({ task: { step }, outputs }: JudgedAnswer): Checked =>
  step.signature === undefined
    ? Result.fail(new CheckFailure({ reason: "no_signature", message: "the step has no signature" }))
    : Result.succeed(schemaScore(step.signature, outputs ?? {}))

/** What is not there cannot be good. */
const ofText = (field: string | null, answer: JudgedAnswer, check: (text: string) => Checked): Checked => {
  const value = valueOf(answer, field)
  if (value === undefined || value === null) return Result.succeed({ score: 0, note: "nothing is there" })
  return check(comparable(value))
}

const similarityCheck = ({ field, template }: Similarity, answer: JudgedAnswer): Checked =>
  Result.flatMap(referenceOf(template, answer.task), (reference) =>
    ofText(field, answer, (text) => Result.succeed(similarityScore(reference, text))),
  )

const referenceOf = (template: string, { scope, settings }: StepTask): Result.Result<string, CheckFailure> =>
  Result.match(interpolateText(template, scope, dialectOf(settings)), {
    onSuccess: ({ text }) =>
      text.trim() === ""
        ? Result.fail(new CheckFailure({ reason: "no_reference", message: `the reference ${template} is empty` }))
        : Result.succeed(text),
    onFailure: ({ message }) => Result.fail(new CheckFailure({ reason: "no_reference", message })),
  })
