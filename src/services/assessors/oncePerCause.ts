import * as Effect from "effect/Effect"
import type { StepTask } from "../../StepTask.ts"
import type { CheckFailure } from "./CheckResult.ts"

/** Says on the log that an answer could not be judged: once for each step and cause, not for each answer. */
export const oncePerCause = () => {
  const said = new Set<string>()
  return ({ workflow, step }: StepTask, { reason, message }: CheckFailure): Effect.Effect<void> =>
    Effect.suspend(() => {
      const key = JSON.stringify([workflow, step.name, reason])
      if (said.has(key)) return Effect.void
      if (said.size === maxRemembered) said.clear()
      said.add(key)
      return Effect.logWarning(`Step "${step.name}": its answers cannot be judged. ${message}`)
    })
}

/** Programs can make up workflows without end. */
const maxRemembered = 1000
