import { type Finding, warningAtKey } from "../Finding.ts"
import { didYouMean } from "../suggestions.ts"
import { isMap, listOf, quoted, type RawMap, valueOf } from "../rawValue.ts"
import { nameOf, stepsInside } from "../Surroundings.ts"

/** Entries of `dspy_config.signatures` that belong to no step, so that the step they were meant for runs without. */
export const checkUnusedSignatures = (workflow: RawMap): ReadonlyArray<Finding> => {
  const entries = valueOf(valueOf(workflow, "dspy_config"), "signatures")
  if (!isMap(entries)) return []
  const steps = listOf(workflow, "steps")
  const users = namesOfUsers(steps)
  return Object.keys(entries)
    .filter((name) => !users.has(name))
    .map((name) => ({
      ...warningAtKey(
        ["workflow", "dspy_config", "signatures", name],
        `No step is called ${quoted(name)} or names this signature, so nothing uses it.`,
      ),
      hint: () => didYouMean(name, steps.map(nameOf)),
    }))
}

/** The names of all steps, those inside others included, and the signatures they ask for by name. */
const namesOfUsers = (steps: ReadonlyArray<unknown>): ReadonlySet<string> =>
  new Set(
    steps.flatMap((step, index) => [
      nameOf(step, index),
      ...[valueOf(step, "signature"), valueOf(step, "dspy_signature")].filter((name) => typeof name === "string"),
      ...namesOfUsers(stepsInside(step)?.steps ?? []),
    ]),
  )
