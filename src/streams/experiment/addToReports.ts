import type { Experiment } from "../../Experiment.ts"
import type { ExperimentReport } from "../../ExperimentReport.ts"
import type { ExperimentControl } from "../../Route.ts"
import { eValue } from "../../statistics/evidence.ts"
import { decidedJointly } from "../../statistics/jointly.ts"
import { type Latest, latestValues, noLatest, setLatest } from "../Latest.ts"
import { experimentReport } from "./experimentReport.ts"

/** What speaks for a difference in each experiment that was heard of, and the report on the latest. */
export interface Reports {
  readonly eValues: Latest<{ readonly key: string; readonly eValue: number }>
  readonly latest: ReadonlyArray<ExperimentReport>
}

export const noReports: Reports = { eValues: noLatest, latest: [] }

/** As many experiments are asked together. */
const mostExperiments = 1000

/** Takes in an experiment that has learned something; whether it is decided is asked of all together. */
export const addToReports = (before: Reports, experiment: Experiment, control: ExperimentControl): Reports => {
  const { key, evidence } = experiment
  const eValues = setLatest(before.eValues, key, { key, eValue: eValue(evidence.quality) }, mostExperiments)
  const all = latestValues(eValues)
  const decided = decidedJointly(all.map((each) => each.eValue))[all.findIndex((each) => each.key === key)] ?? false
  return { eValues, latest: [experimentReport(experiment, { control, decidedJointly: decided })] }
}
