import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import * as Result from "effect/Result"
import { hostedProviders } from "../services/models/modelCatalog.ts"
import { findKey } from "../services/models/ModelSources.ts"
import { resolveModel } from "../services/models/resolveModel.ts"
import { nearestName } from "../nearestName.ts"
import type { NatsExamination } from "../services/nats/examineNats.ts"
import type { LoadedSettings, SettingValue } from "../services/settings/loadSettings.ts"
import { type Environment, settingVariables } from "../services/settings/settingVariables.ts"
import type { Settings } from "../Settings.ts"

/** What is here and what is missing. Never holds the value of a key. */
export interface Examination {
  /** Whether everything needed works. */
  readonly ok: boolean
  readonly node: { readonly version: string; readonly needed: string; readonly ok: boolean }
  readonly store: {
    readonly directory: string
    readonly exists: boolean
    readonly writable: boolean
    /** Why what is in it cannot be used; null where it can. */
    readonly problem: string | null
  }
  /** Null where no server is configured. */
  readonly nats: NatsExamination | null
  /** The config file in effect. */
  readonly config: string | null
  readonly settings: ReadonlyArray<SettingValue>
  readonly keys: ReadonlyArray<{
    readonly provider: string
    readonly variables: ReadonlyArray<string>
    readonly set: string | null
  }>
  readonly models: ReadonlyArray<{ readonly family: string; readonly model: string | null; readonly because: string }>
  /** What is odd but stops nothing. */
  readonly warnings: ReadonlyArray<string>
}

/** Looks at this process, its settings and its folders; changes nothing. */
export const examine = Effect.fnUntraced(function* (options: {
  readonly loaded: LoadedSettings
  readonly environment: Environment
  readonly nodeVersion: string
}) {
  const { loaded, environment, nodeVersion } = options
  const { settings, values, file } = loaded
  const node = { version: nodeVersion, needed: `>=${neededNode.join(".")}`, ok: isNewEnough(nodeVersion) }
  const store = yield* examineStore(settings.state)
  const models = (["claude", "gemini"] as const).map((family) =>
    Result.match(resolveModel({ family }, { settings, environment }), {
      onSuccess: ({ model, because }) => ({ family, model, because }),
      onFailure: ({ message }) => ({ family, model: null, because: message }),
    }),
  )
  const nats = settings.nats.servers.length === 0 ? null : yield* examineFleet(settings)
  const examination: Examination = {
    ok:
      node.ok &&
      store.writable &&
      store.problem === null &&
      models.every(({ model }) => model !== null) &&
      (nats?.ok ?? true),
    node,
    store,
    nats,
    config: file ?? null,
    settings: values.map((value) => ({ ...value, value: withoutSecret(value.key, value.value) })),
    keys: keysOf(settings, environment),
    models,
    warnings: unknownVariables(environment),
  }
  return examination
})

const neededNode = [22, 19] as const

const isNewEnough = (version: string): boolean => {
  const [major = 0, minor = 0] = version.split(".").map(Number)
  return major > neededNode[0] || (major === neededNode[0] && minor >= neededNode[1])
}

/** A folder that is not there yet counts as writable where it could be made. */
const examineStore = Effect.fnUntraced(function* (directory: string) {
  const fileSystem = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const existsAt = (place: string) => Effect.orElseSucceed(fileSystem.exists(place), () => false)
  let place = path.resolve(directory)
  const exists = yield* existsAt(place)
  while (!(yield* existsAt(place)) && path.dirname(place) !== place) place = path.dirname(place)
  const isFolder = yield* fileSystem.stat(place).pipe(
    Effect.map(({ type }) => type === "Directory"),
    Effect.orElseSucceed(() => false),
  )
  const writable = yield* fileSystem.access(place, { writable: true }).pipe(
    Effect.as(isFolder),
    Effect.orElseSucceed(() => false),
  )
  const problem = writable ? yield* storeProblem(directory) : null
  return { directory, exists, writable, problem }
})

const storeProblem = Effect.fnUntraced(function* (directory: string) {
  const { Store } = yield* Effect.promise(() => import("../services/store/Store.ts"))
  return yield* Store.use((store) => store.read(() => null)).pipe(
    Effect.catch(({ message }) => Effect.succeed(message)),
    Effect.provide(Store.layer(directory)),
  )
})

const keysOf = (settings: Settings, environment: Environment) => [
  ...Object.entries(hostedProviders).map(([provider, { keyVariables }]) => keyOf(provider, keyVariables, environment)),
  ...Object.entries(settings.endpoints).flatMap(([name, { apiKeyEnv }]) =>
    apiKeyEnv === undefined ? [] : [keyOf(name, [apiKeyEnv], environment)],
  ),
]

const keyOf = (provider: string, variables: ReadonlyArray<string>, environment: Environment) => ({
  provider,
  variables,
  set: findKey(variables, environment)?.variable ?? null,
})

/** Whatever lets somebody in is not shown. */
const withoutSecret = (key: string, value: unknown): unknown =>
  ["nats.token", "nats.password"].includes(key) && value !== undefined ? "***" : withoutPassword(value)

const withoutPassword = (value: unknown): unknown => {
  if (typeof value === "string") return value.replace(/^((?:https?|nats|tls):\/\/)?[^/@]*@/, "$1***@")
  if (Array.isArray(value)) return value.map(withoutPassword)
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutPassword(inner)]))
}

const examineFleet = Effect.fnUntraced(function* (settings: Settings) {
  const { Store } = yield* Effect.promise(() => import("../services/store/Store.ts"))
  const { examineNats } = yield* Effect.promise(() => import("../services/nats/examineNats.ts"))
  return yield* Effect.provide(examineNats(settings), Store.layer(settings.state))
})

const unknownVariables = (environment: Environment): ReadonlyArray<string> => {
  const known = settingVariables.map(({ name }) => name)
  return Object.keys(environment)
    .filter((name) => name.startsWith("DOUBLETRACK_") && name !== "DOUBLETRACK_FROM_NPM" && !known.includes(name))
    .map((name) => {
      const nearest = nearestName(name, known)
      return `${name} is set but is no setting${nearest === undefined ? "" : `; did you mean ${nearest}?`}`
    })
}
