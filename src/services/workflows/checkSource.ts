import * as Result from "effect/Result"
import type { Problem } from "../../Problem.ts"
import type { Workflow } from "../../Workflow.ts"
import { checkQuality } from "./checks/checkQuality.ts"
import { checkStrict } from "./checks/checkStrict.ts"
import { checkWorkflow } from "./checks/checkWorkflow.ts"
import { asWarning, errorAt, type Finding, formatPath } from "./Finding.ts"
import { workflowLimits } from "./limits.ts"
import { originalErrors } from "./original/originalErrors.ts"
import { originalVerdict } from "./original/originalVerdict.ts"
import { toWorkflow } from "./toWorkflow.ts"
import type { WorkflowSource } from "./WorkflowSource.ts"

export interface CheckRules {
  readonly strict: boolean
  readonly strictCompat: boolean
  readonly stepTypes: ReadonlyArray<string>
}

/** The workflow, unless there is an error among its problems. */
export interface CheckedSource {
  readonly workflow?: Workflow
  readonly problems: ReadonlyArray<Problem>
}

/** Checks a document, and decodes it where nothing is wrong. */
export const checkSource = (source: WorkflowSource, options: CheckRules): CheckedSource => {
  const findings = hasError(source.findings)
    ? refusal(source, options)
    : [...source.findings, ...checkContent(source, options)]
  const problems = toProblems(source, findings)
  if (hasError(findings)) return { problems }
  const workflow = toWorkflow(source.value, options)
  if (Result.isSuccess(workflow)) return { workflow: workflow.success, problems }
  return { problems: toProblems(source, [...findings, errorAt(["workflow"], workflow.failure.message)]) }
}

const hasError = (findings: ReadonlyArray<Finding>): boolean => findings.some(({ severity }) => severity === "error")

/** Under strict compatibility what the original says is the error, and the details are warnings. */
const refusal = ({ findings, original }: WorkflowSource, { strictCompat }: CheckRules): ReadonlyArray<Finding> => {
  const first = findings.find(({ severity }) => severity === "error")
  return strictCompat && first !== undefined ? [{ ...first, message: original }, ...findings.map(asWarning)] : findings
}

const checkContent = ({ value }: WorkflowSource, options: CheckRules): ReadonlyArray<Finding> => {
  const ours = checkWorkflow(value, options.stepTypes)
  const verdict = options.strictCompat
    ? originalVerdict(originalErrors(value), ours)
    : [...ours, ...checkQuality(value)]
  return options.strict ? [...verdict, ...checkStrict(value, options.strictCompat)] : verdict
}

/** Each problem once, in the order of the text; errors before the limit on their number cuts anything off. */
const toProblems = (source: WorkflowSource, findings: ReadonlyArray<Finding>): ReadonlyArray<Problem> => {
  const { maxProblems } = workflowLimits
  const different = [...new Map(findings.map((finding) => [identity(finding), finding])).values()]
  const kept = different.toSorted(errorsFirst).slice(0, maxProblems)
  const problems = kept.map(
    (finding): Problem => ({
      file: source.file,
      ...source.position(finding),
      path: formatPath(finding.path),
      message: finding.message + (finding.hint?.() ?? ""),
      severity: finding.severity,
    }),
  )
  const sorted = problems.toSorted((a, b) => a.line - b.line || a.column - b.column)
  if (different.length <= maxProblems) return sorted
  const more = `${different.length - maxProblems} more problems are not shown: at most ${maxProblems} are reported of a file.`
  return [...sorted, { file: source.file, line: 1, column: 1, path: "", message: more, severity: "warning" }]
}

/** Several steps can come upon the same mistake in a signature they share. */
const identity = ({ path, message, offset = -1 }: Finding): string => JSON.stringify([path, message, offset])

const errorsFirst = (a: Finding, b: Finding): number => Number(b.severity === "error") - Number(a.severity === "error")
