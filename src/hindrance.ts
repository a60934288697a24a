import { inDoubtText } from "./checkResume.ts"
import { currentStep } from "./machines/hybridContext.ts"
import { replay, stepInDoubt } from "./machines/replay.ts"
import { hasDied } from "./prepareResume.ts"
import type { HeldRun } from "./services/journal/Journal.ts"

/** So often in a row the process of a run may die without the end of a step: it is left alone then. */
export const mostDeaths = 4

/** Why a run does not go on without a person; null where it can. */
export const hindranceOf = (run: HeldRun): string | null => {
  const { context, fruitless } = replay(run.beginning.input, run.events)
  if (stepInDoubt(context) !== null) return inDoubtText(context)
  const deaths = fruitless + (hasDied(run) ? 1 : 0)
  return deaths < mostDeaths ? null : leftAlone(context.runId, deaths, `in step "${currentStep(context).name}"`)
}

/** What is said of a run that its processes do not survive. */
export const leftAlone = (runId: string, deaths: number, where: string): string =>
  `The process of run ${runId} died ${deaths} times in a row ${where}, so it is left alone. ` +
  "Find out why, then resume it by hand."
