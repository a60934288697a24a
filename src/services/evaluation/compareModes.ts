import { decisive, differenceInterval, eValue, evidenceOf } from "../../statistics/evidence.ts"
import { type Interval, meanInterval, meanOf, wilsonInterval } from "../../statistics/intervals.ts"
import { quantile } from "../../statistics/quantile.ts"
import { addUsage, noUsage } from "../../Usage.ts"
import type { Comparison, EvaluatedAnswer, ModeScore } from "./EvaluationReport.ts"
import type { Recommendation } from "../../Recommendation.ts"
import { recommend } from "../../statistics/recommend.ts"

/** The answers of one mode, summed up. */
export const modeScore = (answers: ReadonlyArray<EvaluatedAnswer>): ModeScore => {
  const scores = answers.map(({ score }) => score)
  const latencies = answers.map(({ latencyMs }) => latencyMs)
  const { tokens, costUsd } = answers.reduce(addUsage, noUsage)
  return {
    quality: meanOf(scores),
    interval: qualityInterval(scores),
    successRate: successRate(answers),
    costUsd: costUsd === null ? null : costUsd / Math.max(1, answers.length),
    totalCostUsd: costUsd,
    latencyMs: { p50: quantile(latencies, 0.5), p95: quantile(latencies, 0.95) },
    tokens,
  }
}

/** Scores of right or wrong are a share, which Wilson's interval fits more closely. */
const qualityInterval = (scores: ReadonlyArray<number>): Interval =>
  scores.every((score) => score === 0 || score === 1)
    ? wilsonInterval(scores.filter((score) => score === 1).length, scores.length)
    : meanInterval(scores)

/** Both modes' answers to one row. */
export interface AnswerPair {
  readonly traditional: EvaluatedAnswer
  readonly optimized: EvaluatedAnswer
}

export const compareModes = (
  pairs: ReadonlyArray<AnswerPair>,
): { readonly comparison: Comparison; readonly recommendation: Recommendation } => {
  const [traditional, optimized] = [pairs.map((pair) => pair.traditional), pairs.map((pair) => pair.optimized)]
  const differences = pairs.map((pair) => pair.optimized.score - pair.traditional.score)
  const costUsd = { traditional: modeScore(traditional).costUsd, optimized: modeScore(optimized).costUsd }
  const qualityDiff = meanOf(differences)
  const evidence = evidenceOf(differences)
  const interval = differenceInterval(evidence)
  const decided = eValue(evidence) >= decisive
  return {
    comparison: {
      qualityDiff,
      costDiff:
        costUsd.optimized === null || costUsd.traditional === null ? null : costUsd.optimized - costUsd.traditional,
      executionTimeDiff: meanOf(optimized.map(latencyOf)) - meanOf(traditional.map(latencyOf)),
      successRateDiff: successRate(optimized) - successRate(traditional),
      interval,
      eValue: eValue(evidence),
      decided,
    },
    recommendation: recommend({
      n: pairs.length,
      qualityDiff,
      standardDeviation: Math.sqrt(meanOf(differences.map((each) => (each - qualityDiff) ** 2))),
      interval,
      decided,
      costUsd,
      costDecided: costsDiffer(pairs),
    }),
  }
}

/** The evidence for a difference in quality, asked of the costs, in units of the largest difference. */
const costsDiffer = (pairs: ReadonlyArray<AnswerPair>): boolean => {
  const differences = pairs.flatMap(({ optimized, traditional }) =>
    optimized.costUsd === null || traditional.costUsd === null ? [] : [optimized.costUsd - traditional.costUsd],
  )
  const largest = differences.reduce((most, each) => Math.max(most, Math.abs(each)), 0)
  return largest > 0 && eValue(evidenceOf(differences.map((each) => each / largest))) >= decisive
}

const successRate = (answers: ReadonlyArray<EvaluatedAnswer>): number =>
  meanOf(answers.map(({ failure }) => (failure === undefined ? 1 : 0)))

const latencyOf = ({ latencyMs }: EvaluatedAnswer): number => latencyMs
