import type { Track } from "../ExecutionMode.ts"
import type { JsonObject } from "../Json.ts"
import type { Outcome } from "../Outcome.ts"
import type { QualityCheck } from "../QualityCheck.ts"
import type { RunFact } from "../RunEvent.ts"
import { type FailureReason, StepFailure } from "../StepFailure.ts"
import type { StepTask } from "../StepTask.ts"
import { addUsage, noUsage, type Usage } from "../Usage.ts"

/** One call of a model. */
export interface CallScript {
  readonly model: string
  readonly latencyMs: number
  readonly usage: Usage
  /** Absent: it was answered. */
  readonly error?: string
}

/** What one track does with a step. */
export interface TrackScript {
  readonly calls: ReadonlyArray<CallScript>
  readonly ending:
    | {
        readonly _tag: "Answers"
        readonly text: string
        /** Counts where the step says how its answers are judged. */
        readonly quality: number
        /** Counts where a model judges. */
        readonly judging: CallScript
      }
    | { readonly _tag: "Fails"; readonly reason: FailureReason }
}

/** A fact, and how long after the track began it is recorded. */
export interface TimedFact {
  readonly afterMs: number
  readonly fact: RunFact
}

/** The outcome that the script comes to on this task: its costs and times are those of the calls. */
export const scriptedOutcome = ({ calls, ending }: TrackScript, track: Track, { step }: StepTask): Outcome => {
  const measured = {
    track,
    usage: calls.reduce((sum, { usage }) => addUsage(sum, usage), noUsage),
    latencyMs: calls.reduce((sum, { latencyMs }) => sum + latencyMs, 0),
  }
  if (ending._tag === "Fails") {
    const { reason } = ending
    const message = `step "${step.name}": ${reason} on the ${track} track`
    return { _tag: "Unanswered", ...measured, failure: new StepFailure({ reason, message }) }
  }
  const { quality, judging } = ending
  return {
    _tag: "Answered",
    ...measured,
    result: resultOf(ending.text, step.signature?.outputs ?? []),
    ...(isJudged(step.quality) ? { quality } : {}),
    ...(isJudged(step.quality) && asksJudge(step.quality) ? { judgingUsage: judging.usage } : {}),
  }
}

/** What is recorded while the track is at work. */
export const scriptedFacts = (script: TrackScript, track: Track, task: StepTask): ReadonlyArray<TimedFact> => {
  const ofStep = { step: task.step.name, path: task.path, track }
  let afterMs = 0
  const called = (call: CallScript, attempt: number): TimedFact => {
    afterMs += call.latencyMs
    return { afterMs, fact: { _tag: "ModelCalled", ...ofStep, ...call, attempt } }
  }
  const calls = script.calls.map((call, index) => called(call, index + 1))
  const outcome = scriptedOutcome(script, track, task)
  if (outcome._tag === "Unanswered") {
    return outcome.failure.reason === "budget_exceeded" ? [...calls, { afterMs, fact: budgetExceeded(ofStep) }] : calls
  }
  return outcome.judgingUsage === undefined || script.ending._tag === "Fails"
    ? calls
    : [...calls, called(script.ending.judging, 1)]
}

const budgetExceeded = (ofStep: { readonly step: string; readonly path: string; readonly track: Track }): RunFact => ({
  _tag: "BudgetExceeded",
  ...ofStep,
  limit: "calls",
  budget: "run",
  allowed: 10,
  spent: 10,
})

const resultOf = (text: string, outputs: ReadonlyArray<{ readonly name: string }>): JsonObject => ({
  success: true,
  text,
  ...(outputs.length === 0 ? {} : { outputs: Object.fromEntries(outputs.map(({ name }) => [name, text])) }),
})

/** What people are to judge is not judged while a step runs. */
const isJudged = (checks: ReadonlyArray<QualityCheck> | undefined): checks is ReadonlyArray<QualityCheck> =>
  checks !== undefined && !checks.includes("feedback")

const asksJudge = (checks: ReadonlyArray<QualityCheck>): boolean =>
  checks.some((check) => check === "llm_judge" || (typeof check === "object" && "llm_judge" in check))
