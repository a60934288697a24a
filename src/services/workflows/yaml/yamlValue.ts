import { type Alias, isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from "yaml"
import { didYouMean } from "../suggestions.ts"
import type { DocumentPath, Finding } from "../Finding.ts"
import { workflowLimits } from "../limits.ts"
import { textOf } from "../rawValue.ts"

/** Plain data, what was odd about it, and what each alias stands for. */
export interface YamlValue {
  readonly value: unknown
  readonly findings: ReadonlyArray<Finding>
  readonly targets: ReadonlyMap<Alias, Node>
}

/** A converted node, with the number of values in it and the levels below it. */
interface Measured {
  readonly value: unknown
  readonly size: number
  readonly height: number
}

/** How a syntax tree is read where YAML leaves a choice. */
export interface YamlReading {
  /** Whether `<<` brings in the keys of other maps that are not given themselves. */
  readonly merge: boolean
  /** Which of several equal keys of a map counts. */
  readonly duplicates: "first" | "last"
}

/**
 * Turns a syntax tree into maps, lists and scalars, with a warning for each duplicate key.
 * Aliases share their anchor's value, and what they repeat is counted against the limits.
 */
export const yamlValue = (root: unknown, reading: YamlReading): YamlValue => {
  const findings: Array<Finding> = []
  const targets = new Map<Alias, Node>()
  const anchors = new Map<string, Node>()
  const finished = new Map<Node, Measured>()
  let aliased = 0

  const report = (
    severity: Finding["severity"],
    node: Node,
    path: DocumentPath,
    message: string,
    hint: () => string = () => "",
  ) => {
    findings.push({ path, message, severity, hint, offset: node.range?.[0] ?? 0 })
    return nothing
  }

  const convert = (node: unknown, path: DocumentPath): Measured => {
    if (isAlias(node)) return convertAlias(node, path)
    if (isScalar(node) || isMap(node) || isSeq(node)) {
      if (node.anchor) anchors.set(node.anchor, node)
      const measured = isScalar(node)
        ? scalar(node.value, node.source)
        : isMap(node)
          ? map(node, path)
          : list(node.items, path)
      if (node.anchor) finished.set(node, measured)
      return measured
    }
    return nothing
  }

  const convertAlias = (alias: Alias, path: DocumentPath): Measured => {
    const target = anchors.get(alias.source)
    if (target === undefined) {
      const message = `No anchor '&${alias.source}' stands before the alias '*${alias.source}'.`
      return report("error", alias, path, message, () => didYouMean(alias.source, anchors.keys()))
    }
    const measured = finished.get(target)
    if (measured === undefined) return report("error", alias, path, `'*${alias.source}' stands inside its own anchor.`)
    targets.set(alias, target)
    if (path.length + measured.height > workflowLimits.maxDepth) {
      return report(
        "error",
        alias,
        path,
        `Nested more than ${workflowLimits.maxDepth} levels deep, which is the limit.`,
      )
    }
    if (aliased > workflowLimits.maxAliasedValues) return nothing
    aliased += measured.size
    return aliased > workflowLimits.maxAliasedValues
      ? report(
          "error",
          alias,
          path,
          `Aliases repeat more than ${workflowLimits.maxAliasedValues} values, which is the limit.`,
        )
      : measured
  }

  const map = (node: YAMLMap, path: DocumentPath): Measured => {
    const entries = new Map<string, unknown>()
    const merged = new Map<string, unknown>()
    const parts: Array<Measured> = []
    for (const pair of node.items) {
      const key = convertKey(pair, path)
      const at = isKnownNode(pair.key) ? pair.key : node
      if (key === "__proto__") {
        report("warning", at, [...path, key], "The key '__proto__' is ignored.")
        continue
      }
      const part = convert(pair.value, [...path, key])
      parts.push(part)
      if (reading.merge && isMergeKey(pair)) {
        for (const [name, value] of mergedEntries(part.value)) if (!merged.has(name)) merged.set(name, value)
        continue
      }
      const isDuplicate = entries.has(key)
      if (isDuplicate)
        report("warning", at, [...path, key], `Duplicate key '${key}': the ${reading.duplicates} one wins.`)
      if (!isDuplicate || reading.duplicates === "last") entries.set(key, part.value)
    }
    return measure(Object.fromEntries([...merged, ...entries]), parts)
  }

  const convertKey = (pair: Pair, path: DocumentPath): string =>
    isScalar(pair.key) && pair.key.value === null ? "" : textOf(convert(pair.key, path).value)

  const list = (items: ReadonlyArray<unknown>, path: DocumentPath): Measured => {
    const parts = items.map((item, index) => convert(item, [...path, index]))
    return measure(
      parts.map((part) => part.value),
      parts,
    )
  }

  const { value } = convert(root, [])
  return { value, findings, targets }
}

/** Whether a pair is a merge: the plain key `<<`. */
export const isMergeKey = (pair: Pair): boolean =>
  isScalar(pair.key) && pair.key.value === "<<" && pair.key.type === "PLAIN"

const nothing: Measured = { value: null, size: 1, height: 0 }

const isKnownNode = (node: unknown): node is Node => isScalar(node) || isMap(node) || isSeq(node) || isAlias(node)

/** `.nan` and `.inf` stay text, as JSON has no such numbers. */
const scalar = (value: unknown, source: string | undefined): Measured => ({
  value: typeof value === "number" && !Number.isFinite(value) ? (source ?? String(value)) : (value ?? null),
  size: 1,
  height: 0,
})

const measure = (value: unknown, parts: ReadonlyArray<Measured>): Measured => ({
  value,
  size: parts.reduce((sum, part) => sum + part.size, 1),
  height: parts.reduce((highest, part) => Math.max(highest, part.height + 1), 0),
})

/** Earlier maps of a list to merge win over later ones. */
const mergedEntries = (value: unknown): ReadonlyArray<readonly [string, unknown]> => {
  if (Array.isArray(value)) return value.flatMap(mergedEntries)
  return typeof value === "object" && value !== null ? Object.entries(value) : []
}
