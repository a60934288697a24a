import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import { InputError, wrongInput } from "../../../InputError.ts"
import { nearestName } from "../../../nearestName.ts"
import { formatProblem, type Problem } from "../../../Problem.ts"
import type { Signature } from "../../../Signature.ts"
import { type Finding, formatPath } from "../Finding.ts"
import { isMap } from "../rawValue.ts"
import { readWorkflowFile } from "../readWorkflowFile.ts"
import { sourceOfText, sourceOfUnreadable, type WorkflowSource } from "../WorkflowSource.ts"
import { Workflows } from "../Workflows.ts"
import { decodeSignature } from "./decodeSignature.ts"

/** A signature and, where it stands in a workflow, of which step. */
export interface ReadSignature {
  readonly signature: Signature
  readonly workflow: string | null
  readonly step: string | null
}

/**
 * The signature that someone names: the file of one (YAML or JSON, as it stands under `signature` in a
 * workflow), a workflow file and a step of it as `FILE#STEP`, or the short form itself, `question -> answer`.
 */
export const readSignature = Effect.fnUntraced(function* (
  named: string,
): Effect.fn.Return<ReadSignature, InputError, FileSystem.FileSystem | Workflows> {
  if (named.includes("->")) return yield* alone(sourceOfText("the signature", JSON.stringify(named), lenient))
  const hash = named.lastIndexOf("#")
  const file = hash < 0 ? named : named.slice(0, hash)
  const fileSystem = yield* FileSystem.FileSystem
  const source = yield* readWorkflowFile(fileSystem, file).pipe(
    Effect.map((text) => sourceOfText(file, text, lenient)),
    Effect.catch((unreadable) => Effect.succeed(sourceOfUnreadable(file, unreadable))),
  )
  if (source.findings.some(isError)) return yield* refusal(source, source.findings)
  const isWorkflow = isMap(source.value) && Object.hasOwn(source.value, "workflow")
  if (!isWorkflow && hash < 0) return yield* alone(source)
  return yield* ofStep(file, hash < 0 ? undefined : named.slice(hash + 1))
})

const lenient = { strictCompat: false } as const

const alone = (source: WorkflowSource): Effect.Effect<ReadSignature, InputError> => {
  const inner = isMap(source.value) && Object.hasOwn(source.value, "signature")
  const raw = inner && isMap(source.value) ? source.value["signature"] : source.value
  const { signature, findings } = decodeSignature(raw, undefined, inner ? ["signature"] : [])
  return signature === undefined ? refusal(source, findings) : Effect.succeed({ signature, workflow: null, step: null })
}

const ofStep = Effect.fnUntraced(function* (file: string, name: string | undefined) {
  const { workflow } = yield* Workflows.use((workflows) => workflows.load(file))
  const signed = workflow.steps.flatMap(({ name: step, signature }) =>
    signature === undefined ? [] : [{ signature, workflow: workflow.name, step }],
  )
  const names = signed.map(({ step }) => step)
  const [only, ...more] = name === undefined ? signed : signed.filter(({ step }) => step === name)
  if (only !== undefined && more.length === 0) return only
  return yield* wrongInput(`${file}: ${notOne(name, names)}`)
})

const notOne = (name: string | undefined, names: ReadonlyArray<string>): string => {
  if (names.length === 0) return "no step of it has a signature."
  if (name === undefined) return `several steps have a signature; say which as FILE#STEP: ${names.join(", ")}.`
  const near = nearestName(name, names)
  return `it has no step "${name}" with a signature; those with one are ${names.join(", ")}.${
    near === undefined ? "" : ` Did you mean "${near}"?`
  }`
}

const isError = ({ severity }: Finding): boolean => severity === "error"

const refusal = (source: WorkflowSource, findings: ReadonlyArray<Finding>) => {
  const problems = (findings.some(isError) ? findings.filter(isError) : findings).map(
    (finding): Problem => ({
      file: source.file,
      ...source.position(finding),
      path: formatPath(finding.path),
      message: finding.message + (finding.hint?.() ?? ""),
      severity: "error",
    }),
  )
  return Effect.fail(new InputError({ message: problems.map(formatProblem).join("\n"), problems }))
}
