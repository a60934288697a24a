import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import type { Track } from "../../../src/ExecutionMode.ts"
import type { JsonObject } from "../../../src/Json.ts"
import type { QualityCheck } from "../../../src/QualityCheck.ts"
import { Assessors } from "../../../src/services/assessors/Assessors.ts"
import type { OwnAssessor } from "../../../src/services/assessors/OwnAssessor.ts"
import type { Models } from "../../../src/services/models/Models.ts"
import type { Signature } from "../../../src/Signature.ts"
import type { StepTask } from "../../../src/StepTask.ts"
import { aTask } from "../executors/aTask.ts"
import { scriptedModels, usage } from "../executors/scriptedModels.ts"

export const triage: Signature = {
  instructions: "Say what a customer wants.",
  inputs: [{ name: "message", type: "string" }],
  outputs: [
    { name: "intent", type: "enum", values: ["refund", "cancel"] },
    { name: "order_number", type: "string", optional: true },
    { name: "urgency", type: "integer" },
  ],
}

/** A step that is judged by these checks, of a customer's message. */
export const judgedBy = (
  quality: ReadonlyArray<QualityCheck>,
  step: Partial<StepTask["step"]> = {},
  surroundings: Parameters<typeof aTask>[1] = {},
): StepTask =>
  aTask(
    { type: "claude", prompt: [{ type: "static", content: "Hello {{inputs.message}}" }], quality, ...step },
    { scope: { inputs: { message: "Please cancel LO-12345." } }, ...surroundings },
  )

export interface Given {
  readonly models?: Layer.Layer<Models>
  readonly registered?: ReadonlyArray<OwnAssessor>
}

/** The service under test, and what it says on the log. */
export const givenAssessors = Effect.fnUntraced(function* ({ models, registered = [] }: Given = {}) {
  const logged: Array<string> = []
  const log = Logger.layer([Logger.make(({ message, logLevel }) => logged.push(`${logLevel}: ${String(message)}`))])
  const layer = Assessors.layer(registered).pipe(
    Layer.provide(Layer.merge(models ?? scriptedModels(() => "hangs").layer, NodeServices.layer)),
    Layer.provideMerge(log),
  )
  const context = yield* Layer.build(layer)
  const assessors = Context.get(context, Assessors)
  return {
    logged,
    of: assessors.of,
    assess: (task: StepTask, result: JsonObject | string, track: Track = "traditional") =>
      assessors
        .assess(task, { result: typeof result === "string" ? { success: true, text: result } : result, usage }, track)
        .pipe(Effect.provideContext(context)),
  }
})

/** The quality of a text by one check. */
export const qualityOf = (check: QualityCheck, text: string, step: Partial<StepTask["step"]> = {}) =>
  Effect.flatMap(givenAssessors(), ({ assess }) =>
    Effect.map(assess(judgedBy([check], step), text), (assessment) => assessment?.quality),
  )
