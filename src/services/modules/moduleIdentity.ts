import { createHash } from "node:crypto"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"

/**
 * SHA-256, in hex, of a module and of every file that it, or one of those, names by a relative path: what it imports, and
 * what it reads. Packages do not count.
 */
export const moduleIdentity = Effect.fnUntraced(function* (
  name: string,
  directory: string,
): Effect.fn.Return<string, never, FileSystem.FileSystem | Path.Path> {
  const fileSystem = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const hashes = new Map<string, string>()
  const waiting = [path.resolve(directory, name)]

  const textOf = Effect.fnUntraced(function* (file: string) {
    for (const ending of endings) {
      const text = yield* Effect.option(fileSystem.readFileString(file + ending))
      if (text._tag === "Some") return text.value
    }
    return null
  })

  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (hashes.has(file)) continue
    const text = yield* textOf(file)
    hashes.set(file, text === null ? "" : hashOf(text))
    const place = path.dirname(file)
    if (text !== null && code.test(path.extname(file)))
      waiting.push(...relativePaths(text).map((relative) => path.resolve(place, relative)))
  }
  // Where the files are does not matter, only what is in them.
  return hashOf([...hashes.values()].toSorted().join("\n"))
})

/** Of what may be left out of the name of a file that is imported. */
const endings = ["", ".js", ".ts", ".mjs", ".cjs", ".json"]

const code = /^(\.[cm]?[jt]sx?)?$/

const relativePaths = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(/(["'`])(\.{1,2}\/[^"'`\n]+)\1/g)].flatMap(([, , path]) => path ?? [])

const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex")
