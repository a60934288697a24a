import { readdirSync, readFileSync } from "node:fs"
import { join, sep } from "node:path"
import { parseSourceFile, type SourceFile } from "./SourceFile.ts"

/** The files of `src` by path. */
export type SourceTree = ReadonlyMap<string, SourceFile>

export const sourceTree = (texts: Readonly<Record<string, string>>): SourceTree =>
  new Map(Object.entries(texts).map(([path, text]) => [path, parseSourceFile(path, text)]))

export const readSourceTree = (directory: string): SourceTree =>
  sourceTree(
    Object.fromEntries(
      readdirSync(directory, { recursive: true, encoding: "utf8" })
        .filter((path) => path.endsWith(".ts"))
        .map((path) => [path.split(sep).join("/"), readFileSync(join(directory, path), "utf8")]),
    ),
  )

/** The first folder of a path in `src`; the root itself is `""`. */
export const folderOf = (path: string): string => (path.includes("/") ? path.slice(0, path.indexOf("/")) : "")

/** What loading these files loads, in files and packages: their imports, and the imports of these. */
export const loadedBy = (tree: SourceTree, entries: ReadonlyArray<string>): ReadonlySet<string> => {
  const loaded = new Set<string>()
  const pending = [...entries]
  for (let target = pending.pop(); target !== undefined; target = pending.pop()) {
    if (loaded.has(target)) continue
    loaded.add(target)
    for (const { kind, target: next } of tree.get(target)?.imports ?? []) if (kind === "value") pending.push(next)
  }
  return loaded
}
