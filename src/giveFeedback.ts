import { createHash } from "node:crypto"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import { canonicalJson } from "./canonicalJson.ts"
import { checkExpected } from "./checkExpected.ts"
import { experimentKey } from "./ExperimentSubject.ts"
import type { Experiment } from "./Experiment.ts"
import { refuse, wrongInput } from "./InputError.ts"
import type { JsonObject } from "./Json.ts"
import type { Refusal } from "./refused.ts"
import type { ExperimentControl } from "./Route.ts"
import { ExperimentControls } from "./services/experiments/ExperimentControls.ts"
import { ExperimentStore } from "./services/experiments/ExperimentStore.ts"
import type { StepOutcome } from "./services/feedback/StepOutcome.ts"
import { StepOutcomes } from "./services/feedback/StepOutcomes.ts"
import type { Journal } from "./services/journal/Journal.ts"
import { TrainingData } from "./services/training/TrainingData.ts"
import { addJudgement } from "./streams/experiment/addObservation.ts"
import { experimentChanges } from "./streams/experiment/experimentChanges.ts"
import { newExperiment } from "./streams/experiment/newExperiment.ts"
import type { SystemFact } from "./SystemEvent.ts"

/** What a person says of an answer, afterwards. */
export interface FeedbackOptions {
  readonly runId: string
  /** Its name or path. */
  readonly step: string
  /** In [0, 1]. */
  readonly score: number
  /** What the outputs should have been, or some of them; kept to learn from where training data are collected. */
  readonly expected?: JsonObject
  /** Tells feedback apart: the same one counts once. Default: made of everything that is said. */
  readonly id?: string
}

type Place = Pick<FeedbackOptions, "runId" | "step">

/** What became of it. */
export interface FeedbackReport {
  readonly id: string
  readonly runId: string
  readonly step: string
  readonly score: number
  /** Whether the same one came before. */
  readonly repeated: boolean
  /** Whether the experiment of the step counted it. */
  readonly counted: boolean
  /** What it was used for, or why it was not. */
  readonly because: string
}

/** Who counts feedback. */
export interface FeedbackCounting {
  /** Whether every node of a fleet does, out of the event that is told; else it is done here. */
  readonly inFleet: boolean
}

/** Takes feedback in, once however often it comes. Gives the report, what there is to tell, and what was learned. */
export const giveFeedback = Effect.fnUntraced(function* (
  options: FeedbackOptions,
  { inFleet }: FeedbackCounting = { inFleet: false },
): Effect.fn.Return<
  {
    readonly report: FeedbackReport
    readonly facts: ReadonlyArray<SystemFact>
    readonly learned: Counted | null
  },
  Refusal,
  StepOutcomes | Journal | ExperimentStore | ExperimentControls | TrainingData
> {
  const { runId, step, score } = options
  if (!(score >= 0 && score <= 1)) return yield* wrongInput(`score ${score}: expected a number from 0 to 1`)
  yield* checkExpected(options)
  const id = options.id ?? idOf(options)
  const at = DateTime.formatIso(yield* DateTime.now)
  const outcomes = yield* StepOutcomes
  if (inFleet) yield* awaitCounted({ runId, step })
  const taken = yield* outcomes.give({ runId, step }, { id, score, at })
  if (taken === null) {
    const steps = yield* Effect.orElseSucceed(outcomes.stepsOf(runId), () => [])
    return yield* wrongInput(
      steps.length === 0
        ? `no run ${runId} is known here; feedback is taken on the runs of this state directory, the latest 20,000 steps`
        : `run ${runId} has no completed step "${step}"; it has ${steps.join(", ")}`,
    )
  }
  const { outcome, decides, repeated } = taken
  const collected = yield* collect(outcome, options, at)
  const judged = decides ? yield* judge(outcome, { score, at, inFleet }) : later
  const report: FeedbackReport = {
    id,
    runId,
    step: outcome.step,
    score,
    repeated,
    counted: judged.counted,
    because: [judged.because, ...expectedText(options, collected)].join("; "),
  }
  const { workflow, step: name } = outcome
  const received: SystemFact = {
    _tag: "FeedbackReceived",
    workflow,
    step: name,
    feedback: id,
    ofRun: runId,
    score,
    counted: judged.counted,
    ...(judged.judgement === undefined ? {} : { judgement: judged.judgement }),
  }
  const facts = repeated && !judged.counted ? [] : [received, ...judged.facts]
  return { report, facts, learned: judged.learned }
})

const expectedText = ({ expected }: FeedbackOptions, collected: boolean): ReadonlyArray<string> => {
  if (expected === undefined) return []
  return collected
    ? ["the expected outputs are kept to learn from"]
    : ["the expected outputs are not kept: the step collects no training data, or knew them already"]
}

/** The experiment that counted it, and what is ordered for that. */
interface Counted {
  readonly experiment: Experiment
  readonly control: ExperimentControl
}

interface Judged {
  readonly counted: boolean
  /** What others count it by. */
  readonly judgement?: NonNullable<FeedbackReceived["judgement"]>
  readonly because: string
  readonly facts: ReadonlyArray<SystemFact>
  /** Null where nothing was counted. */
  readonly learned: Counted | null
}

type FeedbackReceived = Extract<SystemFact, { readonly _tag: "FeedbackReceived" }>

const notCounted = (because: string): Judged => ({ counted: false, because, facts: [], learned: null })

const later = notCounted("an earlier word on this answer decides")

interface Word extends FeedbackCounting {
  readonly score: number
  readonly at: string
}

/** Counts the score for the track whose answer was used, where the experiment waits for people. */
const judge = Effect.fnUntraced(function* (
  { observation, rounding, freshUnit, epoch, runId, path }: StepOutcome,
  { score, at, inFleet }: Word,
): Effect.fn.Return<Judged, never, ExperimentStore | ExperimentControls> {
  const { subject, assigned, share } = observation
  if (subject === null) return notCounted("the step has no program to compare with")
  if (!subject.delayed) return notCounted("the step's answers are judged as they come")
  if (share === null || assigned === "both") return notCounted("chance did not decide which track answered")
  const arm = observation[assigned]
  if (arm === undefined || !arm.answered) return notCounted("the assigned track did not answer, which counted already")
  const judgedObservation = { ...observation, [assigned]: { ...arm, quality: score } }
  if (inFleet) {
    const experiments = yield* ExperimentStore
    const current = yield* experiments.get(experimentKey(subject))
    if (epoch === null || current?.epoch !== epoch) return notCounted("the question was asked anew since")
    if (yield* experiments.wasMade(current, `${runId}/${path}`)) return later
    if (!freshUnit) return notCounted("its unit was counted before")
    const judgement = { path, observation: judgedObservation, rounding, epoch }
    const because = `counted for the ${assigned} track on every node`
    return { counted: true, because, facts: [], judgement, learned: null }
  }
  let counted = false
  const { before, after } = yield* ExperimentStore.use((experiments) =>
    experiments.update(
      newExperiment(subject, at),
      (current) => {
        counted = current.epoch === epoch && freshUnit
        return counted ? addJudgement(current, judgedObservation, { at, rounding, freshUnit }) : current
      },
      { unit: null, once: `${runId}/${path}` },
    ),
  )
  if (before === after && !counted) {
    return notCounted(
      freshUnit ? "it was counted before, or the question was asked anew since" : "its unit was counted before",
    )
  }
  const because = `counted for the ${assigned} track`
  const control = yield* ExperimentControls.use((controls) => controls.at(subject))
  return { counted, because, facts: experimentChanges(before, after), learned: { experiment: after, control } }
})

/** How long feedback waits for an answer that the fleet has not counted yet. */
const patience = Schedule.spaced("50 millis").pipe(Schedule.upTo({ duration: "5 seconds" }))

/** Feedback needs to know how the answer itself was counted, which in a fleet takes a moment. */
const awaitCounted = Effect.fnUntraced(function* (place: Place): Effect.fn.Return<void, Refusal, StepOutcomes> {
  const outcomes = yield* StepOutcomes
  const isCounted = Effect.flatMap(outcomes.find(place), (outcome) =>
    outcome?.observation.subject?.delayed === true && outcome.epoch === null
      ? refuse(`run ${place.runId}, step "${place.step}": ${notBack}`)
      : Effect.void,
  )
  yield* Effect.retry(isCounted, patience)
})

const notBack =
  "the answer has not come back from NATS yet, so that nobody can count what is said of it; send it again when NATS is there"

/** What a person says is right is learned from, whatever it scores. */
const collect = Effect.fnUntraced(function* (
  { content, runId, step, workflow }: StepOutcome,
  { expected, score }: FeedbackOptions,
  at: string,
): Effect.fn.Return<boolean, never, TrainingData> {
  if (content === undefined) return false
  const source = expected === undefined ? ("feedback" as const) : ("expected" as const)
  const quality = expected === undefined ? score : 1
  const row = {
    inputs: content.inputs,
    outputs: expected ?? content.outputs,
    provenance: { source, runId, step, workflow, at, quality },
  }
  const kept = yield* TrainingData.use((training) => training.collect(content.signatureHash, row)).pipe(
    Effect.catch(({ message }) => Effect.as(Effect.logWarning(message), "dropped" as const)),
  )
  return expected !== undefined && (kept === "added" || kept === "replaced")
})

const idOf = ({ id: _, ...said }: FeedbackOptions): string =>
  createHash("sha256").update(canonicalJson(said)).digest("hex").slice(0, 16)
