import * as Effect from "effect/Effect"
import type { Track } from "../../ExecutionMode.ts"
import { type InputError, wrongInput } from "../../InputError.ts"
import type { JsonObject } from "../../Json.ts"
import type { Recommendation } from "../../Recommendation.ts"
import type { StepFailure } from "../../StepFailure.ts"
import type { StepTask } from "../../StepTask.ts"
import type { LoadedWorkflow } from "../../Workflow.ts"
import { isRecord } from "../../language/lookUp.ts"
import { type Assessment, Assessors } from "../assessors/Assessors.ts"
import { OptimizedExecutor, type StepAnswer, TraditionalExecutor } from "../executors/TrackExecutor.ts"
import { Store } from "../store/Store.ts"
import { namedStep } from "./chooseSteps.ts"
import { compareModes, modeScore } from "./compareModes.ts"
import type { Comparison, EvaluatedAnswer, ModeScore } from "./EvaluationReport.ts"
import { evaluatedTask, type StepUnderEvaluation } from "./evaluatedTask.ts"
import type { EvaluationSurroundings } from "./evaluateWorkflow.ts"
import { measuredAnswer, spent } from "./measuredAnswer.ts"

/** What is compared on demand. */
export interface CompareOptions {
  readonly step: string
  /** By field of the step's signature; several are compared one after the other. */
  readonly inputs: JsonObject | ReadonlyArray<JsonObject>
  /** Model id for both tracks. */
  readonly model?: string
}

/** Both tracks of one step on the same inputs. */
export interface StepComparison {
  readonly id: string
  readonly workflow: string
  readonly step: string
  readonly programId: string | null
  /** What judged the answers; null: nothing did, or people do so later, and quality is whether there was one. */
  readonly assessor: string | null
  /** Inputs whose answers count; those of which one could not be judged are left out, which is said on the log. */
  readonly n: number
  readonly modes: { readonly traditional: ModeScore; readonly dspy_optimized: ModeScore }
  readonly comparison: Comparison
  readonly recommendation: Recommendation
  readonly answers: ReadonlyArray<ComparedAnswers>
}

export interface ComparedAnswers {
  readonly inputs: JsonObject
  readonly traditional: EvaluatedAnswer
  readonly optimized: EvaluatedAnswer
}

/**
 * Runs both tracks of a step at the same time on inputs of one's own, and keeps the result, answers left out. Live
 * experiments do not count it: who chose the inputs is not chance.
 */
export const compareStep = Effect.fn("compareStep")(function* (
  loaded: LoadedWorkflow,
  options: CompareOptions,
  { settings, run }: EvaluationSurroundings,
): Effect.fn.Return<
  StepComparison,
  InputError | StepFailure,
  TraditionalExecutor | OptimizedExecutor | Assessors | Store
> {
  const step = yield* namedStep(loaded, options.step)
  const { workflow } = loaded
  const evaluated: StepUnderEvaluation = { workflow, step, signature: step.signature, settings, run }
  const rows = isList(options.inputs) ? options.inputs : [options.inputs]
  const [first] = rows
  if (first === undefined) return yield* wrongInput("there are no inputs to compare on")
  const executors = { traditional: yield* TraditionalExecutor, optimized: yield* OptimizedExecutor }
  const { programId, available } = yield* executors.optimized.readiness(taskOf(evaluated, first, "optimized"))
  if (!available)
    return yield* wrongInput(`step "${step.name}" has no program that can answer; doubletrack optimize makes one`)

  const assessors = yield* Assessors
  const assessor = assessors.of(step)
  const judge: Judge =
    assessor === null || assessor.delayed ? () => Effect.succeed({ quality: 1, notes: [] }) : assessors.assess
  const answer = (inputs: JsonObject, track: Track) =>
    answerOf(executors[track].execute, taskOf(evaluated, inputs, track), track, judge)
  const pairs = yield* Effect.forEach(rows, (inputs) =>
    Effect.all(
      { traditional: answer(inputs, "traditional"), optimized: answer(inputs, "optimized") },
      { concurrency: 2 },
    ),
  )
  const answers = pairs.flatMap(({ traditional, optimized }, index): ReadonlyArray<ComparedAnswers> => {
    const inputs = rows[index]
    return inputs === undefined || traditional === null || optimized === null
      ? []
      : [{ inputs, traditional, optimized }]
  })
  if (answers.length === 0)
    return yield* wrongInput(`no answers of step "${step.name}" could be judged; the log says why`)
  const result: StepComparison = {
    id: run.id,
    workflow: workflow.name,
    step: step.name,
    programId,
    assessor: assessor === null || assessor.delayed ? null : assessor.label,
    n: answers.length,
    modes: {
      traditional: modeScore(answers.map(({ traditional }) => traditional)),
      dspy_optimized: modeScore(answers.map(({ optimized }) => optimized)),
    },
    ...compareModes(answers),
    answers,
  }
  yield* keep(result)
  return result
})

const isList = (inputs: CompareOptions["inputs"]): inputs is ReadonlyArray<JsonObject> => Array.isArray(inputs)

const taskOf = (evaluated: StepUnderEvaluation, inputs: JsonObject, track: Track): StepTask =>
  evaluatedTask(evaluated, { inputs, outputs: {} }, track === "traditional" ? "traditional" : "dspy_optimized")

/** What an answer is worth; null where that cannot be said. */
type Judge = (
  task: StepTask,
  answer: StepAnswer,
  track: Track,
) => Effect.Effect<Pick<Assessment, "quality" | "notes"> | null>

/** Null where there is an answer that could not be judged. */
const answerOf = Effect.fnUntraced(function* (
  execute: (task: StepTask) => Effect.Effect<StepAnswer, StepFailure>,
  task: StepTask,
  track: Track,
  judge: Judge,
): Effect.fn.Return<EvaluatedAnswer | null, StepFailure> {
  const measured = yield* measuredAnswer(execute, task)
  if (measured._tag === "Failed") return measured.failed
  const { result, usage } = measured.answer
  const judged = yield* judge(task, measured.answer, track)
  if (judged === null) return null
  return {
    score: judged.quality,
    ...(judged.notes.length === 0 ? {} : { feedback: judged.notes.join(" ") }),
    outputs: outputsOf(result),
    text: typeof result["text"] === "string" ? result["text"] : "",
    latencyMs: measured.latencyMs,
    ...spent(usage),
  }
})

const outputsOf = ({ outputs }: JsonObject): JsonObject | null =>
  outputs !== undefined && isRecord(outputs) ? outputs : null

/** What was said and answered is not kept; a store that cannot be written is said on the log. */
const keep = ({ answers: _answers, ...kept }: StepComparison) =>
  Store.use((store) => store.collection("comparisons").put(kept.id, JSON.stringify(kept))).pipe(
    Effect.catch(({ message }) => Effect.logWarning(`The comparison is not kept: ${message}`)),
  )
