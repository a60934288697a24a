import type { ExperimentReport, TrackReport } from "../ExperimentReport.ts"
import { shellWord } from "../shellWord.ts"
import { differenceText } from "./differenceText.ts"
import { experimentPlace } from "./findExperiments.ts"
import { count, formatCost, formatDuration, formatPoints, formatShare } from "./format.ts"
import { factLines, table } from "./table.ts"

/** An experiment among others, for people: who is ahead, by how much, and what follows from it. */
export const experimentText = (report: ExperimentReport): string => {
  const { programId, control, guardrail, breakEvenRuns = 0 } = report
  return [
    `${experimentPlace(report)}: ${winnerText(report)} (${programId})`,
    ...evidenceLines(report),
    ...(control === "running"
      ? []
      : [`${controlText(control)}; doubletrack experiments resume ${shellWord(experimentPlace(report))}`]),
    ...(guardrail === null ? [] : [`guardrail: ${guardrail}`]),
    ...(breakEvenRuns === 0 ? [] : [`compiling is paid for after ${count(breakEvenRuns, "run")} of the program`]),
    "",
  ].join("\n")
}

/** All that is known of one experiment; `earlier` are the others of its step. */
export const experimentDetails = (report: ExperimentReport, earlier: ReadonlyArray<ExperimentReport>): string => {
  const { verdict, comparison } = report
  const facts: ReadonlyArray<readonly [string, string]> = [
    ["experiment", report.key],
    ["step", experimentPlace(report)],
    ["program", report.programId],
    ["model", report.model],
    ["quality", report.assessor === null ? "whether there is an answer: nothing judges them" : `by ${report.assessor}`],
    ["began", `${report.startedAt}, last outcome ${report.updatedAt}`],
    ["epoch", report.epoch === 1 ? "1" : `${report.epoch}: drift opened the question again`],
    ["control", controlText(report.control)],
    [
      "winner",
      verdict === null
        ? "none yet"
        : `${winnerText(report)}; decided ${verdict.at} after ${count(verdict.n, "outcome")}`,
    ],
    ["guardrail", report.guardrail ?? "none is broken"],
    ["canary", `up to ${formatShare(report.canaryShare)} of the steps while it is promising`],
    ["break even", breakEvenText(report)],
    ...(comparison === null ? [] : [["pairs", `${comparison.pairs}`] as const]),
    ...(earlier.length === 0 ? [] : [["earlier", earlier.map(({ key }) => key).join(", ")] as const]),
  ]
  return [...factLines(facts), "", ...evidenceLines(report), ...assuranceLines(report)].join("\n")
}

/** What a person has ordered. */
const controlText = (control: ExperimentReport["control"]): string => {
  switch (control) {
    case "running":
      return "running"
    case "paused":
      return "paused by hand"
    case "pinned_traditional":
      return "pinned to the traditional track by hand"
    case "pinned_optimized":
      return "pinned to the optimized track by hand"
  }
}

const winnerText = ({ verdict }: ExperimentReport): string => {
  if (verdict === null) return "no winner yet"
  return `the ${verdict.winner} track won, the gain is ${verdict.winner === "optimized" ? "above" : "below"} ${verdict.threshold}`
}

/** The tracks, the difference between them, and the recommendation. */
const evidenceLines = ({ tracks, comparison, recommendation }: ExperimentReport): ReadonlyArray<string> => [
  ...table([
    ["track", "n", "quality", "answered", "cost", "p50", "p95"],
    ["traditional", ...trackCells(tracks.traditional)],
    ["optimized", ...trackCells(tracks.optimized)],
  ]).map((line) => `  ${line}`),
  ...(comparison === null ? [] : [differenceText(comparison)]),
  ...(recommendation === null ? [] : [recommendationText(recommendation)]),
]

const trackCells = ({ n, quality, successRate, costUsd, latencyMs }: TrackReport): ReadonlyArray<string> => [
  `${n}`,
  quality === null ? "·" : formatShare(quality),
  successRate === null ? "·" : formatShare(successRate),
  n === 0 ? "·" : formatCost(costUsd),
  latencyMs === null ? "·" : formatDuration(latencyMs.p50),
  latencyMs === null ? "·" : formatDuration(latencyMs.p95),
]

/** The reason not to decide yet says itself how much is missing. */
const recommendationText = ({ verdict, reason, nNeeded }: NonNullable<ExperimentReport["recommendation"]>): string =>
  `${verdict}: ${reason}${verdict === "recommend_evaluation" || nNeeded === 0 ? "" : `; about ${nNeeded} more would decide it`}`

const assuranceLines = ({ comparison }: ExperimentReport): ReadonlyArray<string> => {
  if (comparison === null) return []
  const { doublyRobust, nonInferior, decided, decidedJointly } = comparison
  return [
    ...(doublyRobust === null
      ? []
      : [
          `doubly robust: ${formatPoints(doublyRobust.value)} points (95 % interval ${formatPoints(doublyRobust.interval[0])} to ${formatPoints(doublyRobust.interval[1])}): ` +
            (nonInferior ? "not worse by 2 points or more" : "may be worse by 2 points or more"),
        ]),
    ...(decided ? [`among all experiments together: ${decidedJointly ? "decided" : "undecided"}`] : []),
  ]
}

const breakEvenText = ({ breakEvenRuns }: ExperimentReport): string => {
  if (breakEvenRuns === undefined) return "not known, or never: a price is missing, or a run saves nothing"
  return breakEvenRuns === 0
    ? "from the start: compiling cost nothing"
    : `after ${count(breakEvenRuns, "run")} of the program`
}
