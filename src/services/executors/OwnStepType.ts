import type { JsonObject } from "../../Json.ts"
import type { Step } from "../../Step.ts"
import type { Usage } from "../../Usage.ts"
import type { ModelMessage } from "../models/Models.ts"
import type { Question } from "./askModel.ts"

/** How an own step type wants a model called; what is absent is the run's choice. */
export type CallOptions = Partial<Omit<Question, "messages">>

/** What an own step type is given. */
export interface OwnStepContext {
  /** The step with its templates filled in, own keys included. */
  readonly step: Step
  readonly inputs: JsonObject
  /** Results of earlier steps, by name. */
  readonly results: { readonly [step: string]: JsonObject }
  readonly variables: JsonObject
  /** The rendered prompt; undefined for a step without one. */
  readonly prompt: string | undefined
  /** Aborts when the run is cancelled or the step's deadline passes. */
  readonly signal: AbortSignal
  /** Calls a model; what it uses is charged to the step. Rejects with a `ModelError`. */
  readonly callModel: (
    prompt: string | ReadonlyArray<ModelMessage>,
    options?: CallOptions,
  ) => Promise<{ readonly text: string; readonly usage: Usage }>
}

/** A step type that an embedding program brings along. One named as a built-in type replaces it. */
export interface OwnStepType {
  readonly type: string
  /** The answer's text, or the keys of its result. Throwing fails the step with the error's message. */
  readonly run: (context: OwnStepContext) => Promise<JsonObject | string>
}
