import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Track } from "../../ExecutionMode.ts"
import { InputError } from "../../InputError.ts"
import type { JsonObject } from "../../Json.ts"
import type { Recommendation } from "../../Recommendation.ts"
import type { StepFailure } from "../../StepFailure.ts"
import type { StepTask } from "../../StepTask.ts"
import { noUsage } from "../../Usage.ts"
import type { LoadedWorkflow } from "../../Workflow.ts"
import { isRecord } from "../../language/lookUp.ts"
import { Assessors } from "../assessors/Assessors.ts"
import { OptimizedExecutor, type StepAnswer, TraditionalExecutor } from "../executors/TrackExecutor.ts"
import { Store } from "../store/Store.ts"
import { namedStep } from "./chooseSteps.ts"
import { compareModes, modeScore } from "./compareModes.ts"
import type { Comparison, EvaluatedAnswer, ModeScore } from "./EvaluationReport.ts"
import { evaluatedTask, type StepUnderEvaluation } from "./evaluatedTask.ts"
import { aboutSetup } from "./evaluateRow.ts"
import type { EvaluationSurroundings } from "./evaluateWorkflow.ts"

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
  /** What judged the answers; null: nothing did, and quality is whether there was one. */
  readonly assessor: string | null
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
  if (first === undefined) return yield* refusal("there are no inputs to compare on")
  const executors = { traditional: yield* TraditionalExecutor, optimized: yield* OptimizedExecutor }
  const { programId, available } = yield* executors.optimized.readiness(taskOf(evaluated, first, "optimized"))
  if (!available)
    return yield* refusal(`step "${step.name}" has no program that can answer; doubletrack optimize makes one`)

  const answer = (inputs: JsonObject, track: Track) =>
    answerOf(executors[track].execute, taskOf(evaluated, inputs, track), track)
  const answers = yield* Effect.forEach(rows, (inputs) =>
    Effect.all(
      {
        inputs: Effect.succeed(inputs),
        traditional: answer(inputs, "traditional"),
        optimized: answer(inputs, "optimized"),
      },
      { concurrency: 2 },
    ),
  )
  const assessors = yield* Assessors
  const result: StepComparison = {
    id: run.id,
    workflow: workflow.name,
    step: step.name,
    programId,
    assessor: assessors.of(step)?.label ?? null,
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

const answerOf = Effect.fnUntraced(function* (
  execute: (task: StepTask) => Effect.Effect<StepAnswer, StepFailure>,
  task: StepTask,
  track: Track,
): Effect.fn.Return<EvaluatedAnswer, StepFailure, Assessors> {
  const startedAtMs = yield* Clock.currentTimeMillis
  const outcome = yield* execute(task).pipe(
    Effect.map((answer) => ({ answer }) as const),
    Effect.catch((failure) =>
      aboutSetup.has(failure.reason) ? Effect.fail(failure) : Effect.succeed({ failure } as const),
    ),
  )
  const latencyMs = (yield* Clock.currentTimeMillis) - startedAtMs
  if ("failure" in outcome) {
    const { reason, message, usage = noUsage } = outcome.failure
    return { score: 0, outputs: null, text: "", failure: { reason, message }, latencyMs, ...usage }
  }
  const { result, usage } = outcome.answer
  const assessment = yield* Assessors.use((assessors) => assessors.assess(task, outcome.answer, track))
  return {
    score: assessment?.quality ?? 1,
    ...(assessment === null || assessment.notes.length === 0 ? {} : { feedback: assessment.notes.join(" ") }),
    outputs: outputsOf(result),
    text: typeof result["text"] === "string" ? result["text"] : "",
    latencyMs,
    ...usage,
  }
})

const outputsOf = ({ outputs }: JsonObject): JsonObject | null =>
  outputs !== undefined && isRecord(outputs) ? outputs : null

/** What was said and answered is not kept; a store that cannot be written is said on the log. */
const keep = ({ answers: _answers, ...kept }: StepComparison) =>
  Store.use((store) => store.collection("comparisons").put(kept.id, JSON.stringify(kept))).pipe(
    Effect.catch(({ message }) => Effect.logWarning(`the comparison is not kept: ${message}`)),
  )

const refusal = (message: string) => Effect.fail(new InputError({ message, problems: [] }))
