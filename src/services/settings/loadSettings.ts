import * as Effect from "effect/Effect"
import * as Path from "effect/Path"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import { InputError } from "../../InputError.ts"
import { Settings } from "../../Settings.ts"
import { readConfigFile } from "./configFile.ts"
import { type Environment, fromEnvironment } from "./settingVariables.ts"
import { type SettingProblem, settingProblems } from "./settingProblems.ts"
import { fromGiven, type SettingsSource } from "./SettingsSource.ts"

/** Where settings are taken from, strongest first. */
export interface SettingsSources {
  /** What a flag or the embedding program says. */
  readonly given?: Partial<typeof Settings.Encoded>
  readonly environment?: Environment
  /** The config file; absent: the nearest `doubletrack.config.ts|json` in `directory` or above. */
  readonly config?: string
  /** Usually the working directory. */
  readonly directory: string
}

/** One setting in effect and where it was said. */
export interface SettingValue {
  /** `model`, `models.claude`, `endpoints.local`. */
  readonly key: string
  readonly value: unknown
  /** `given`, the name of an environment variable, a config file, or `default`. */
  readonly origin: string
}

export interface LoadedSettings {
  readonly settings: Settings
  readonly values: ReadonlyArray<SettingValue>
  /** The config file that was read, as a person would write it. */
  readonly file?: string
}

/**
 * The settings in effect: what is given, else the environment, else the config file, else the default.
 * Relative paths in a config file are relative to that file. Fails with every problem of every source.
 */
export const loadSettings = Effect.fn("Settings.load")(function* (from: SettingsSources) {
  const config = yield* readConfigFile({
    directory: from.directory,
    ...(from.config === undefined ? {} : { file: from.config }),
  })
  const sources = [
    fromGiven(from.given ?? {}),
    fromEnvironment(from.environment ?? {}),
    ...(config === undefined ? [] : [yield* resolvePaths(config.source, config.directory, from.directory)]),
  ]
  const problems = sources.flatMap(settingProblems)
  if (problems.length > 0) return yield* refusal(problems)
  const merged = sources.toReversed().reduce<Readonly<Record<string, unknown>>>(merge, {})
  const settings = yield* Effect.orDie(Schema.decodeUnknownEffect(Settings)(merged))
  const loaded: LoadedSettings = {
    settings,
    values: valuesOf(settings, sources),
    ...(config === undefined ? {} : { file: config.file }),
  }
  return loaded
})

/** Makes the paths in a config file that lies elsewhere relative to the working directory. */
const resolvePaths = Effect.fnUntraced(function* (source: SettingsSource, home: string, directory: string) {
  const path = yield* Path.Path
  if (path.resolve(directory) === home || !Predicate.isObject(source.values)) return source
  const resolveAt = (values: Record<string, unknown>, keys: ReadonlyArray<string>) => {
    for (const key of keys) {
      const value = values[key]
      if (typeof value === "string") values[key] = path.resolve(home, value)
    }
  }
  const values: Record<string, unknown> = { ...source.values }
  resolveAt(values, ["state", "outputDir"])
  const nats = copyAt(values, "nats")
  resolveAt(nats, ["credentialsFile", "nkeySeedFile"])
  resolveAt(copyAt(nats, "tls"), ["caFile", "certFile", "keyFile"])
  return { ...source, values }
})

/** Puts a copy of an inner object in its place, and gives it; an empty one that is nowhere where there is none. */
const copyAt = (values: Record<string, unknown>, key: string): Record<string, unknown> => {
  const inner = values[key]
  if (!Predicate.isObject(inner)) return {}
  const copy: Record<string, unknown> = { ...inner }
  values[key] = copy
  return copy
}

/** Values win over those before them; the named entries of `models`, `endpoints` and the like one by one. */
const merge = (base: Readonly<Record<string, unknown>>, source: SettingsSource): Readonly<Record<string, unknown>> => {
  const merged: Record<string, unknown> = { ...base }
  for (const [key, value] of Object.entries(Predicate.isObject(source.values) ? source.values : {})) {
    const before = merged[key]
    merged[key] = Predicate.isObject(value) && Predicate.isObject(before) ? { ...before, ...value } : value
  }
  return merged
}

const valuesOf = (settings: Settings, sources: ReadonlyArray<SettingsSource>): ReadonlyArray<SettingValue> =>
  Object.entries(settings).flatMap(([key, value]) => {
    const paths = Predicate.isObject(value) ? Object.keys(value).map((name) => [key, name]) : [[key]]
    return paths.map((path) => ({
      key: path.join("."),
      value: valueAt(settings, path),
      origin: originOf(path, sources),
    }))
  })

const originOf = (path: ReadonlyArray<string>, sources: ReadonlyArray<SettingsSource>): string =>
  sources.find((source) => valueAt(source.values, path) !== undefined)?.origin(path) ?? "default"

const valueAt = (value: unknown, path: ReadonlyArray<string>): unknown =>
  path.reduce<unknown>((inner, key) => (Predicate.hasProperty(inner, key) ? inner[key] : undefined), value)

const refusal = (problems: ReadonlyArray<SettingProblem>) =>
  new InputError({
    message: problems.map(({ line }) => line).join("\n"),
    problems: problems.map(({ problem }) => problem),
  })
