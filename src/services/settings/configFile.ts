import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import * as Schema from "effect/Schema"
import { pathToFileURL } from "node:url"
import { InputError } from "../../InputError.ts"
import { parseJsonText } from "./jsonText.ts"
import type { SettingsSource } from "./SettingsSource.ts"

/** The names looked for, one of them at a time. */
const names = ["doubletrack.config.ts", "doubletrack.config.json"] as const

/**
 * The config file: the one named, else the nearest `doubletrack.config.ts|json` in the directory or
 * above it; none is fine. Fails when the named one is missing, both stand side by side, or it cannot be read.
 */
export const readConfigFile = Effect.fn("Settings.readConfigFile")(function* (options: {
  readonly directory: string
  readonly file?: string
}) {
  const path = yield* Path.Path
  const file = options.file === undefined ? yield* nearest(options.directory) : options.file
  if (file === undefined) return undefined
  const absolute = path.resolve(options.directory, file)
  const shown = options.file ?? (path.relative(options.directory, absolute) || absolute)
  const fileSystem = yield* FileSystem.FileSystem
  if (!(yield* Effect.orElseSucceed(fileSystem.exists(absolute), () => false))) {
    return yield* refuse(shown, `${shown}: there is no such config file`)
  }
  const source = yield* absolute.endsWith(".json") ? readJson(absolute, shown) : readModule(absolute, shown)
  return { file: shown, directory: path.dirname(absolute), source }
})

const nearest = Effect.fnUntraced(function* (directory: string) {
  const fileSystem = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  for (let current = path.resolve(directory); ; current = path.dirname(current)) {
    const found: Array<string> = []
    for (const name of names) {
      const file = path.join(current, name)
      if (yield* Effect.orElseSucceed(fileSystem.exists(file), () => false)) found.push(file)
    }
    if (found.length > 1) {
      const shown = path.relative(directory, current) || "."
      return yield* refuse(found[1] ?? current, `${shown} has both ${names.join(" and ")}: keep one of them`)
    }
    if (found[0] !== undefined || path.dirname(current) === current) return found[0]
  }
})

const readJson = Effect.fnUntraced(function* (absolute: string, shown: string) {
  const fileSystem = yield* FileSystem.FileSystem
  const text = yield* fileSystem
    .readFileString(absolute)
    .pipe(Effect.catch(() => refuse(shown, `${shown}: the config file cannot be read`)))
  const { value, place } = yield* Effect.fromResult(parseJsonText(text, shown))
  const source: SettingsSource = { values: value ?? {}, origin: () => shown, place, lines: true }
  return source
})

const HasSettings = Schema.Struct({ settings: Schema.Record(Schema.String, Schema.Unknown) })

const readModule = Effect.fnUntraced(function* (absolute: string, shown: string) {
  const module = yield* Effect.tryPromise({
    try: (): Promise<unknown> => import(pathToFileURL(absolute).href),
    catch: (cause) => refusal(shown, `${shown}: loading it failed: ${firstLine(cause)}`),
  })
  const { settings } = yield* Schema.decodeUnknownEffect(HasSettings)(module).pipe(
    Effect.catch(() =>
      refuse(shown, `${shown}: it must export an object named settings: export const settings = { … }`),
    ),
  )
  const source: SettingsSource = {
    values: settings,
    origin: () => shown,
    place: () => ({ file: shown, line: 1, column: 1 }),
    lines: false,
  }
  return source
})

const firstLine = (cause: unknown): string => String(cause).split("\n", 1)[0] ?? ""

const refuse = (file: string, message: string): Effect.Effect<never, InputError> => Effect.fail(refusal(file, message))

const refusal = (file: string, message: string): InputError =>
  new InputError({ message, problems: [{ file, line: 1, column: 1, path: "", message, severity: "error" }] })
