import process from "node:process"
import type { SystemFact } from "../SystemEvent.ts"
import { fitLine } from "./fitLine.ts"
import { count, formatCost, formatDuration, formatShare } from "./format.ts"
import { terminalConsole } from "./terminalConsole.ts"

/** Says on standard error how far an optimization is: one line that is redrawn on a terminal, a line for each trial elsewhere. */
export const optimizationProgress = ({ shown, resume }: { readonly shown: boolean; readonly resume: boolean }) => {
  const redraws = shown && process.stderr.isTTY && process.env.TERM !== "dumb"
  let isLineOpen = false

  const line = (text: string): void => {
    if (!shown) return
    process.stderr.write(redraws ? `\r\u001B[0K${fitLine(text, Math.max(1, process.stderr.columns - 1))}` : `${text}\n`)
    isLineOpen = redraws
  }
  const end = (): void => {
    if (isLineOpen) process.stderr.write("\n")
    isLineOpen = false
  }
  const notice = (text: string): void => {
    end()
    if (shown) terminalConsole.error(text)
  }

  return {
    take: (fact: SystemFact): void => {
      switch (fact._tag) {
        case "OptimizationStarted":
          return notice(startedText(fact, resume))
        case "OptimizationProgressed":
          return line(progressText(fact))
        default:
          return end()
      }
    },
    notice,
    /** Leaves the last line on the screen. */
    end,
    /** What an interrupted optimization leaves behind. */
    interrupted: (): void => {
      end()
      terminalConsole.error(interruptedText)
    },
  }
}

type Fact<Tag extends SystemFact["_tag"]> = Extract<SystemFact, { readonly _tag: Tag }>

const startedText = (fact: Fact<"OptimizationStarted">, resume: boolean): string => {
  const { train, validation, heldOut } = fact.rows
  const kept = count(fact.recalledCalls, "answered call")
  return [
    `${fact.step}: ${fact.optimizer}${fact.engine === "dspy" ? " of DSPy" : ""} with ${fact.model}, scored by ${fact.metric}; ` +
      `${train} rows to learn from, ${validation} to select on, ${heldOut} held out`,
    ...(resume
      ? [fact.recalledCalls > 0 ? `resuming with ${kept}` : "nothing is left of an interrupted start: starting anew"]
      : []),
  ].join("\n")
}

const progressText = (fact: Fact<"OptimizationProgressed">): string => {
  const { step, trial, trials, bestScore, note, calls, costUsd, timeLeftMs } = fact
  const counted = trials === undefined ? `trial ${trial}` : `trial ${trial} of ${trials}`
  return [
    `${step}: ${fact.phase === "search" && trial > 0 ? `${counted}, ` : ""}${note}`,
    ...(bestScore === null ? [] : [`best ${formatShare(bestScore)}`]),
    count(calls, "call"),
    formatCost(costUsd),
    ...(timeLeftMs === undefined ? [] : [`${formatDuration(timeLeftMs)} left`]),
  ].join(", ")
}

const interruptedText =
  "doubletrack: interrupted; the answers so far are kept. The same command with --resume goes on from there, without paying for them again"
