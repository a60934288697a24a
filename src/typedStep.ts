import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { wrongInput } from "./InputError.ts"
import type { JsonObject } from "./Json.ts"
import type { Run, RunOptions } from "./Run.ts"
import type { RunReport } from "./RunReport.ts"
import type { Field, Signature } from "./Signature.ts"
import type { SignatureInputs, SignatureOutputs } from "./SignatureValues.ts"
import type { Step } from "./Step.ts"
import { StepFailure } from "./StepFailure.ts"
import { fieldsSchema } from "./signatureSchema.ts"
import type { WorkflowInput } from "./Workflow.ts"

/** A step that says what goes in and out of it. */
export type StepWithSignature = Step & { readonly signature: Signature }

/** The answer of a typed step. */
export interface StepAnswered<S extends Signature> {
  readonly outputs: SignatureOutputs<S>
  readonly report: RunReport
}

/** One step, run by itself, typed in and out. */
export interface TypedStep<S extends Signature> {
  /** Rejects with StepFailure when the step fails or its answer lacks an output, with InputError when an input is wrong. */
  readonly run: (inputs: SignatureInputs<S>, options?: Omit<RunOptions, "inputs">) => Promise<StepAnswered<S>>
}

export const typedStep = <const S extends StepWithSignature>(
  step: S,
  start: (workflow: WorkflowInput, options: RunOptions) => Run,
): TypedStep<S["signature"]> => ({
  run: async (inputs, options = {}) => {
    const workflow: WorkflowInput = { name: step.name, steps: [step] }
    const report = await start(workflow, { ...options, inputs: decodeInputs(step, inputs) }).result
    if (report.status !== "completed") throw failureOf(step, report)
    return { outputs: decodeOutputs<S["signature"]>(step, report.results[step.name]?.["outputs"]), report }
  },
})

const decodeInputs = (step: StepWithSignature, inputs: unknown): JsonObject => {
  const decoded = decode(step.signature.inputs, inputs)
  if (Result.isSuccess(decoded)) return decoded.success
  throw wrongInput(`inputs of step "${step.name}": ${decoded.failure.message}`)
}

const decodeOutputs = <S extends Signature>(step: StepWithSignature, outputs: unknown): SignatureOutputs<S> => {
  const decoded = decode(step.signature.outputs, outputs)
  if (Result.isFailure(decoded)) throw invalidAnswer(step, decoded.failure.message)
  if (!hasOutputs<S>(step, decoded.success)) throw invalidAnswer(step, "the outputs are not those of the signature")
  return decoded.success
}

/** The type-level reading of a signature agrees with the schema made of its fields. */
const hasOutputs = <S extends Signature>(step: StepWithSignature, value: unknown): value is SignatureOutputs<S> =>
  Schema.is(fieldsSchema(step.signature.outputs))(value)

const decode = (fields: ReadonlyArray<Field>, value: unknown) =>
  Schema.decodeUnknownResult(fieldsSchema(fields))(value, { errors: "all" })

const invalidAnswer = (step: StepWithSignature, message: string) =>
  new StepFailure({ reason: "invalid_answer", message: `answer of step "${step.name}": ${message}` })

const failureOf = (step: StepWithSignature, { error, status }: RunReport) =>
  new StepFailure(error ?? { reason: "defect", message: `step "${step.name}" was ${status}` })
