import type { Experiment } from "../../Experiment.ts"
import { eValue } from "../../statistics/evidence.ts"
import type { SystemFact } from "../../SystemEvent.ts"
import { newlyTold } from "./toldRecommendation.ts"

/** What is worth telling of the way from one state of an experiment to the next. */
export const experimentChanges = (before: Experiment, after: Experiment): ReadonlyArray<SystemFact> => [
  ...reopenings(before, after),
  ...verdicts(before, after),
  ...guardrails(before, after),
  ...recommendations(before, after),
]

const ofExperiment = ({ key, subject: { workflow, step, programId } }: Experiment) => ({
  workflow,
  step,
  programId,
  experiment: key,
})

const reopenings = (before: Experiment, after: Experiment): ReadonlyArray<SystemFact> => {
  const { reopened } = after
  if (after.epoch === before.epoch || reopened === null) return []
  const { winner, drift, because } = reopened
  const { workflow, step } = after.subject
  return [
    { _tag: "ExperimentReopened", ...ofExperiment(after), winner, drift, because },
    { _tag: "AlertRaised", workflow, step, alert: "drift", message: `the question is open again: ${because}` },
  ]
}

const verdicts = (before: Experiment, after: Experiment): ReadonlyArray<SystemFact> => {
  const { verdict, evidence, interval } = after
  if (verdict === null || verdict === before.verdict) return []
  const side = verdict.winner === "optimized" ? "above" : "below"
  return [
    {
      _tag: "ExperimentDecided",
      ...ofExperiment(after),
      winner: verdict.winner,
      because: `the gain is ${side} ${verdict.threshold} beyond doubt: ${interval[0].toFixed(3)} to ${interval[1].toFixed(3)}`,
      n: verdict.n,
      eValue: eValue(evidence.quality),
      interval,
    },
  ]
}

const guardrails = (before: Experiment, after: Experiment): ReadonlyArray<SystemFact> => {
  if (after.guardrail === null || before.guardrail !== null) return []
  const { workflow, step } = after.subject
  return [{ _tag: "AlertRaised", workflow, step, alert: "guardrail", message: after.guardrail }]
}

const recommendations = (before: Experiment, after: Experiment): ReadonlyArray<SystemFact> => {
  const recommendation = newlyTold(before.told, after)
  return recommendation === null ? [] : [{ _tag: "RecommendationMade", ...ofExperiment(after), ...recommendation }]
}
