import type { Condition } from "../Condition.ts"
import type { Graph } from "../machines/diagram.ts"

/** What there is to draw: the states of a step and, of a pipeline, its steps in order. */
export interface Drawing {
  readonly step: Graph
  readonly pipeline: {
    readonly steps: ReadonlyArray<{ readonly name: string; readonly type: string; readonly condition?: Condition }>
  } | null
}

/** A Mermaid state diagram; `svg` leaves out the entities that our renderer does not know. */
export const mermaid = ({ step, pipeline }: Drawing, readBy: "mermaid" | "svg"): string => {
  const label = (text: string): string => labelFor(text.replaceAll(/\s+/g, " ").trim(), readBy)
  const states = stepLines(step)
  return [
    "stateDiagram-v2",
    ...(pipeline === null
      ? states
      : [
          ...pipelineLines(pipeline.steps, label),
          `state "each step" as each {`,
          ...states.map((line) => `  ${line}`),
          "}",
        ]),
  ]
    .map((line, index) => (index === 0 ? line : `  ${line}`))
    .join("\n")
}

type PipelineSteps = NonNullable<Drawing["pipeline"]>["steps"]

/** A conditional step has a state before it from which it is entered or passed by. */
const pipelineLines = (steps: PipelineSteps, label: (text: string) => string): ReadonlyArray<string> => {
  const entry = (index: number): string => {
    const step = steps[index]
    if (step === undefined) return "[*]"
    return step.condition === undefined ? `s${index + 1}` : `c${index + 1}`
  }
  return [
    ...steps.flatMap(({ name, type, condition }, index) => [
      `state "${label(`${name} (${type})`)}" as s${index + 1}`,
      ...(condition === undefined ? [] : [`state "?" as c${index + 1}`]),
    ]),
    `[*] --> ${entry(0)}`,
    ...steps.flatMap(({ condition }, index) => [
      ...(condition === undefined
        ? []
        : [
            `c${index + 1} --> s${index + 1} : ${label(conditionText(condition))}`,
            `c${index + 1} --> ${entry(index + 1)} : otherwise`,
          ]),
      `s${index + 1} --> ${entry(index + 1)}`,
    ]),
  ]
}

const stepLines = ({ states, edges }: Graph): ReadonlyArray<string> => {
  const labels = new Map<string, Array<string>>()
  for (const { from, to, label } of edges) {
    const arrow = `${from} --> ${to}`
    labels.set(arrow, [...(labels.get(arrow) ?? []), label === "" ? "otherwise" : label])
  }
  return [
    ...states.filter(({ kind }) => kind === "initial").map(({ name }) => `[*] --> ${name}`),
    ...[...labels].map(([arrow, all]) => `${arrow}${all.length === 0 ? "" : ` : ${all.join(", ")}`}`),
    ...states.filter(({ kind }) => kind === "final").map(({ name }) => `${name} --> [*]`),
  ]
}

/** A condition in one line, as a person would say it. */
export const conditionText = (condition: Condition): string => {
  if (typeof condition === "string") return condition
  if (typeof condition === "boolean") return String(condition)
  if ("and" in condition) return joined(condition.and, "and")
  if ("or" in condition) return joined(condition.or, "or")
  if ("not" in condition) return `not (${conditionText(condition.not)})`
  return joined(condition, "and")
}

const joined = (conditions: ReadonlyArray<Condition>, word: string): string =>
  conditions
    .map((inner) =>
      conditions.length > 1 && typeof inner === "object" ? `(${conditionText(inner)})` : conditionText(inner),
    )
    .join(` ${word} `)

/** Mermaid ends a statement at `;`, takes `#` for an entity, and `<` for markup. */
const labelFor = (text: string, readBy: "mermaid" | "svg"): string => {
  const quoted = text.replaceAll('"', "'")
  if (readBy === "svg") return quoted.replaceAll("<", "<\u200B")
  return quoted.replaceAll(/[#;]/g, (found) => (found === "#" ? "#35;" : "#59;"))
}
