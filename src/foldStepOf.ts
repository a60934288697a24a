import { draw } from "./draw.ts"
import type { StepEnd } from "./learnFromStep.ts"
import type { AnyEvent } from "./services/events/EventSource.ts"
import type { FoldStep } from "./services/experiments/ExperimentFold.ts"
import type { StepOutcomes } from "./services/feedback/StepOutcomes.ts"
import { addJudgement, addObservation } from "./streams/experiment/addObservation.ts"
import { chargesOf } from "./streams/experiment/charges.ts"
import { newExperiment } from "./streams/experiment/newExperiment.ts"
import type { SystemEvent } from "./SystemEvent.ts"

/**
 * What an event of a fleet does to an experiment; null where nothing. It rests on the event alone, so that every node that
 * sees the same events in the same order has the same experiments.
 */
export const foldStepOf =
  (outcomes: StepOutcomes["Service"]) =>
  (event: AnyEvent, sequence: number): FoldStep | null => {
    if (event._tag === "StepCompleted" || event._tag === "StepFailed") return stepOfEnd(event, sequence, outcomes)
    return event._tag === "FeedbackReceived" ? stepOfFeedback(event, sequence) : null
  }

const stepOfEnd = (event: StepEnd, sequence: number, outcomes: StepOutcomes["Service"]): FoldStep | null => {
  const { observation, at, runId, workflow, step, path } = event
  const subject = observation?.subject ?? null
  if (observation === undefined || subject === null) return null
  const rounding = draw(0, event.id)
  return {
    sequence,
    origin: event,
    fresh: newExperiment(subject, at),
    unit: chargesOf(observation) === null ? null : observation.unit,
    change: (before, freshUnit) => addObservation(before, observation, { at, rounding, freshUnit }),
    keep: (entries, { epoch, freshUnit }) => {
      // People judge on whichever node they are asked.
      if (event._tag !== "StepCompleted" || !subject.delayed) return
      outcomes.keepIn(entries, { runId, workflow, step, path, at, observation, rounding, freshUnit, epoch })
    },
  }
}

const stepOfFeedback = (
  event: Extract<SystemEvent, { readonly _tag: "FeedbackReceived" }>,
  sequence: number,
): FoldStep | null => {
  const { judgement, ofRun, at } = event
  const subject = judgement?.observation.subject ?? null
  if (judgement === undefined || subject === null) return null
  const { path, observation, rounding, epoch } = judgement
  return {
    sequence,
    origin: event,
    fresh: newExperiment(subject, at),
    unit: null,
    judged: { answer: `${ofRun}/${path}`, epoch },
    change: (before, counts) =>
      counts ? addJudgement(before, observation, { at, rounding, freshUnit: true }) : before,
  }
}
