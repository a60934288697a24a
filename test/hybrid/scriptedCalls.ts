import { setImmediate } from "node:timers/promises"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type { RunFact } from "../../src/RunEvent.ts"
import { FactRecorder } from "../../src/services/FactRecorder.ts"
import { type ModelAnswer, ModelError, type ModelRequest, Models } from "../../src/services/models/Models.ts"
import type { Usage } from "../../src/Usage.ts"
import type { Asked, CallScript } from "./scripts.ts"

/** What models do for a step of a run. */
export interface ScriptedStep {
  readonly calls: Partial<Record<Asked, CallScript>>
  /** Cancels the run. */
  readonly cancel?: () => void
  /** Told of every call that goes out. */
  readonly onCall?: () => void
}

/** Models that do what the scripts say, and record each call as the real ones do. */
export const scriptedCalls = (scriptOf: (origin: ModelRequest["origin"]) => ScriptedStep | undefined) =>
  Layer.effect(
    Models,
    Effect.map(FactRecorder, (recorder) => ({
      resolve: () => Effect.succeed("scripted/model"),
      generate: (request) => recorded(recorder, request, call(request, scriptOf(request.origin))),
    })),
  )

const call = (request: ModelRequest, scripted: ScriptedStep | undefined): Effect.Effect<ModelAnswer, ModelError> => {
  const asked = askedBy(request)
  const script = scripted?.calls[asked]
  if (script === undefined) return Effect.die(new Error(`nothing is scripted for the ${asked}`))
  if (script.does !== "budget_exceeded") scripted?.onCall?.()
  switch (script.does) {
    case "answers":
      return answer(request, asked === "judge" ? '{"reason": "so so", "score": 0.75}' : "refund", script)
    case "babbles":
      return answer(request, "I would rather not say.", script)
    case "dies":
      return Effect.die(new Error("the model's client has a bug"))
    case "cancels":
      return Effect.andThen(
        Effect.sync(() => scripted?.cancel?.()),
        Effect.never,
      )
    case "hangs":
      return Effect.never
    default:
      return failure(request, script.does, script)
  }
}

const askedBy = ({ messages, origin: { track } }: ModelRequest): Asked => {
  const said = messages.map(({ content }) => content).join("\n")
  if (said.startsWith("You are the judge")) return "judge"
  if (track === "traditional") return "prompt"
  return said.includes(previousInstructions) ? "previous" : "program"
}

/** By which the program before the one in use is known. */
export const previousInstructions = "As it was said before:"

const answer = ({ model }: ModelRequest, text: string, script: CallScript) =>
  Effect.succeed({ text, model, usage: usageOf(script, 5), finishReason: "stop" })

/** What could not be sent costs nothing. */
const unsent: ReadonlySet<ModelError["reason"]> = new Set([
  "unreachable",
  "authentication",
  "bad_request",
  "budget_exceeded",
])

const failure = ({ model }: ModelRequest, reason: ModelError["reason"], script: CallScript) =>
  Effect.fail(
    new ModelError({
      reason,
      model,
      message: `${reason}, as it is scripted`,
      ...(unsent.has(reason) ? {} : { usage: usageOf(script, 0) }),
    }),
  )

const usageOf = ({ price }: CallScript, output: number): Usage => ({
  tokens: { input: 10, output },
  costUsd: price === null ? null : price / 2 ** 20,
})

const recorded = (
  recorder: FactRecorder["Service"],
  { model, origin: { runId, ...ofStep } }: ModelRequest,
  made: Effect.Effect<ModelAnswer, ModelError>,
) =>
  Effect.onExit(made, (exit) => {
    const failed = Option.getOrUndefined(Exit.findErrorOption(exit))
    if (failed?.reason === "budget_exceeded") return Effect.void
    const usage = Exit.isSuccess(exit) ? exit.value.usage : failed === undefined ? unknown : (failed.usage ?? nothing)
    const error = Exit.isSuccess(exit) ? {} : { error: failed?.message ?? "cancelled" }
    const fact: RunFact = { _tag: "ModelCalled", ...ofStep, model, attempt: 1, usage, latencyMs: 0, ...error }
    // A request that is aborted takes a moment to end.
    const ended = Exit.hasInterrupts(exit) ? Effect.promise(() => setImmediate()) : Effect.void
    return Effect.andThen(ended, recorder.record(runId, fact))
  })

const nothing: Usage = { tokens: { input: 0, output: 0 }, costUsd: 0 }
const unknown: Usage = { tokens: { input: 0, output: 0 }, costUsd: null }
