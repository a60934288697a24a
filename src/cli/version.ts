import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Schema from "effect/Schema"
import { fileURLToPath } from "node:url"

const Package = Schema.fromJsonString(Schema.Struct({ version: Schema.String }))

/** The version in the package's own package.json, which lies two folders above this file, built or not. */
export const packageVersion = Effect.gen(function* () {
  const fileSystem = yield* FileSystem.FileSystem
  const text = yield* fileSystem.readFileString(fileURLToPath(new URL("../../package.json", import.meta.url)))
  return (yield* Schema.decodeUnknownEffect(Package)(text)).version
}).pipe(Effect.orDie)
