import { type Alias, isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from "yaml"
import type { DocumentPath } from "../Finding.ts"
import { textOf } from "../rawValue.ts"
import { isMergeKey, type YamlReading } from "./yamlValue.ts"

/**
 * The offset of the value, or with `atKey` of the key, at a path; of the nearest place around it
 * where the path leads nowhere.
 */
export const offsetAt = (root: unknown, path: DocumentPath, options: Lookup & { readonly atKey: boolean }): number => {
  let node = root
  let offset = startOf(root) ?? 0
  for (const [index, part] of path.entries()) {
    const entry = entryAt(follow(node, options.targets), part, options)
    if (entry === undefined) break
    node = entry.value
    const atKey = options.atKey && index === path.length - 1
    offset = (atKey ? startOf(entry.key) : (startOf(entry.value) ?? startOf(entry.key))) ?? offset
  }
  return offset
}

interface Lookup {
  readonly targets: ReadonlyMap<Alias, Node>
  readonly duplicates: YamlReading["duplicates"]
}

interface Entry {
  readonly key?: unknown
  readonly value: unknown
}

const entryAt = (node: unknown, part: string | number, lookup: Lookup): Entry | undefined => {
  if (isSeq(node)) return typeof part === "number" && part in node.items ? { value: node.items[part] } : undefined
  if (!isMap(node)) return undefined
  const isOwn = (pair: Pair) => keyOf(pair) === String(part)
  const own = lookup.duplicates === "first" ? node.items.find(isOwn) : node.items.findLast(isOwn)
  return own ?? mergedEntryAt(node, part, lookup)
}

const mergedEntryAt = (node: YAMLMap, part: string | number, lookup: Lookup): Entry | undefined => {
  for (const pair of node.items.filter(isMergeKey)) {
    const merged = follow(pair.value, lookup.targets)
    for (const source of isSeq(merged) ? merged.items : [merged]) {
      const entry = entryAt(follow(source, lookup.targets), part, lookup)
      if (entry !== undefined) return entry
    }
  }
  return undefined
}

const follow = (node: unknown, targets: ReadonlyMap<Alias, Node>): unknown => (isAlias(node) ? targets.get(node) : node)

const keyOf = (pair: Pair): string => (isScalar(pair.key) ? textOf(pair.key.value) : "")

const startOf = (node: unknown): number | undefined =>
  isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range?.[0] : undefined
