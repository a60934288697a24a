import { checkKeys } from "./checkKeys.ts"
import { referencesOf } from "./checkReferences.ts"
import { checkTemplates } from "./checkTemplates.ts"
import { type Finding, type DocumentPath, warningAt } from "../Finding.ts"
import { isMap, listOf, quoted, valueOf } from "../rawValue.ts"
import { stepNames } from "../Surroundings.ts"

/** What `--strict` adds: keys that nothing reads, templates that render as nothing, later references. */
export const checkStrict = (root: unknown, strictCompat: boolean): ReadonlyArray<Finding> => {
  const workflow = valueOf(root, "workflow")
  if (!isMap(workflow)) return []
  const names = stepNames(listOf(workflow, "steps"))
  return [
    ...checkKeys(root, strictCompat),
    ...listOf(workflow, "steps").flatMap((step, index) =>
      laterReferences(step, ["workflow", "steps", index], index, names),
    ),
    ...checkTemplates(workflow, strictCompat),
  ]
}

const laterReferences = (
  step: unknown,
  path: DocumentPath,
  index: number,
  names: ReadonlyMap<string, number>,
): ReadonlyArray<Finding> =>
  referencesOf(step, path).flatMap((reference) => {
    const referred = names.get(reference.step)
    if (referred === undefined || referred < index) return []
    const when = referred === index ? "is this step itself" : "runs after this one"
    return [
      warningAt(
        reference.path,
        `Step ${quoted(reference.step)} ${when}, so it has no response yet. Move it up, or refer to an earlier one.`,
      ),
    ]
  })
