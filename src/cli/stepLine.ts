import type { RunProgress, StepProgress } from "../streams/progress.ts"
import { formatCost, formatDuration } from "./format.ts"
import type { Paint } from "./paint.ts"

/** One step as a line: mark, name, state or track, time, cost, and why the track was taken. */
export const stepLine = (
  step: StepProgress,
  look: { readonly paint: Paint; readonly nameWidth: number; readonly elapsedMs?: number },
) => {
  const { mark, color } = markOf(step)
  const facts = factsOf(step, look.elapsedMs)
  return `${look.paint(color, mark)} ${oneLine(step.name).padEnd(look.nameWidth)}${facts.map((fact) => `  ${fact}`).join("")}`.trimEnd()
}

/** How wide the column of names is. */
export const nameWidth = ({ steps }: RunProgress): number =>
  Math.min(32, Math.max(0, ...steps.map(({ name }) => name.length)))

/** A name may hold anything; on a terminal it must not move the cursor. */
const oneLine = (name: string): string => name.replaceAll(/\p{Cc}/gu, " ")

const factsOf = (step: StepProgress, elapsedMs: number | undefined): ReadonlyArray<string> => {
  switch (step.state) {
    case "waiting":
      return []
    case "skipped":
      return ["skipped"]
    case "done":
      return [
        (step.executed ?? "").padEnd(11),
        formatDuration(step.latencyMs).padStart(8),
        formatCost(step.usage.costUsd).padStart(8),
        reasonOf(step),
      ]
    case "failed":
    case "cancelled":
      return [step.state.padEnd(11), ...timeOf(step.latencyMs > 0 ? step.latencyMs : elapsedMs)]
    default:
      return [step.state.padEnd(11), ...timeOf(elapsedMs)]
  }
}

const timeOf = (durationMs: number | undefined): ReadonlyArray<string> =>
  durationMs === undefined ? [] : [formatDuration(durationMs).padStart(8)]

const reasonOf = ({ route, fellBack }: StepProgress): string => {
  if (route === null) return ""
  return `(${route.reason}${route.to === "comparing" ? ", both tracks" : ""}${fellBack ? ", fell back" : ""})`
}

const markOf = ({ state }: StepProgress): { readonly mark: string; readonly color: Parameters<Paint>[0] } => {
  switch (state) {
    case "done":
      return { mark: "✓", color: "green" }
    case "failed":
      return { mark: "✗", color: "red" }
    case "cancelled":
      return { mark: "■", color: "yellow" }
    case "skipped":
      return { mark: "–", color: "dim" }
    case "waiting":
      return { mark: "·", color: "dim" }
    default:
      return { mark: "▸", color: "cyan" }
  }
}
