import { decodeSignature, type DecodedSignature } from "./decodeSignature.ts"
import { errorAt, type DocumentPath, warningAt } from "../Finding.ts"
import { didYouMean } from "../suggestions.ts"
import { isAbsent, isMap, quoted, type RawMap, valueOf } from "../rawValue.ts"
import { nameOf } from "../Surroundings.ts"

/**
 * The signature of a step: its `signature`, else its `dspy_signature`, else the entry under its name
 * in `dspy_config.signatures`. Text without an arrow names an entry there.
 */
export const stepSignature = (step: RawMap, workflow: RawMap, path: DocumentPath): DecodedSignature => {
  const named = valueOf(valueOf(workflow, "dspy_config"), "signatures")
  const entries = isMap(named) ? named : {}
  const key = ["signature", "dspy_signature"].find((each) => !isAbsent(step[each]))
  if (key === undefined) return fromEntry(nameOf(step, Number(path.at(-1))), entries, step)
  const raw = step[key]
  const at = [...path, key]
  if (typeof raw !== "string" || raw.includes("->")) return decodeSignature(raw, step["instructions"], at)
  if (!isAbsent(valueOf(entries, raw))) return fromEntry(raw, entries, step)
  const report = key === "signature" || Object.keys(entries).length > 0 ? errorAt : warningAt
  const hint = didYouMean(raw, Object.keys(entries))
  const message = `There is no signature ${quoted(raw)} in 'dspy_config.signatures'.${hint} The short form has an arrow: 'question -> answer'.`
  return { findings: [report(at, message)] }
}

const fromEntry = (name: string, entries: RawMap, step: RawMap): DecodedSignature => {
  const entry = valueOf(entries, name)
  return isAbsent(entry)
    ? { findings: [] }
    : decodeSignature(entry, step["instructions"], ["workflow", "dspy_config", "signatures", name])
}
