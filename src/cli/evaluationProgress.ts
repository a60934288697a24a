import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import process from "node:process"
import type { EvaluationProgress } from "../services/evaluation/evaluateWorkflow.ts"
import { fitLine } from "./fitLine.ts"
import { formatCost, formatShare } from "./format.ts"

/** Says on standard error how far an evaluation is: one line that is redrawn on a terminal, a line for each step elsewhere. */
export const evaluationProgress = ({ shown }: { readonly shown: boolean }) =>
  Effect.sync(() => {
    const redraws = shown && process.stderr.isTTY && process.env.TERM !== "dumb"
    let last: EvaluationProgress | undefined
    let isLineOpen = false

    const write = (text: string): void => {
      if (redraws) process.stderr.write(`\r\u001B[0K${fitLine(text, Math.max(1, process.stderr.columns - 1))}`)
      isLineOpen = redraws
    }
    const end = Effect.sync(() => {
      if (isLineOpen) process.stderr.write("\n")
      isLineOpen = false
    })
    return {
      onProgress: (progress: EvaluationProgress): void => {
        last = progress
        write(progressText(progress))
        if (shown && !redraws && progress.done === progress.of) process.stderr.write(`${progressText(progress)}\n`)
      },
      /** Leaves the last line on the screen. */
      end,
      /** What an interrupted evaluation leaves behind. */
      interrupted: Effect.andThen(
        end,
        Effect.suspend(() => Console.error(interruptedText(last))),
      ),
    }
  })

const progressText = ({ step, done, of, quality, costUsd }: EvaluationProgress): string => {
  const scores = Object.entries(quality).map(([mode, score]) => `${mode} ${formatShare(score)}`)
  return [`${step}: ${done} of ${of} rows`, ...scores, formatCost(costUsd)].join(", ")
}

const interruptedText = (last: EvaluationProgress | undefined): string =>
  last === undefined
    ? "doubletrack: interrupted before the first row was measured"
    : `doubletrack: interrupted; nothing is kept of ${progressText(last)}`
