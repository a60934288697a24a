import * as Result from "effect/Result"
import type { Endpoint } from "../../Settings.ts"
import type { HostedProviderName } from "./modelCatalog.ts"
import { hostedProviders, isHostedProvider, offlineModel } from "./modelCatalog.ts"
import { ModelError } from "./Models.ts"
import type { ModelObject, ModelSources } from "./ModelSources.ts"
import { findKey } from "./ModelSources.ts"
import { unknownModel } from "./unknownModel.ts"

/** Where the model of an id is found, and with which key it is called. */
export type ModelLocation =
  | { readonly _tag: "Offline"; readonly id: string }
  | { readonly _tag: "Embedded"; readonly id: string; readonly model: ModelObject }
  | RemoteModel

/** A model behind HTTP. */
export interface RemoteModel {
  readonly _tag: "Remote"
  readonly id: string
  /** What the provider calls it. */
  readonly name: string
  /** How messages name the provider. */
  readonly label: string
  readonly wire: HostedProviderName | "openai-compatible"
  /** Name of the configured endpoint; absent: hosted. */
  readonly endpoint?: string
  readonly baseUrl: string
  readonly apiKey?: string
  /** The variable that holds the key, or should. */
  readonly keyVariable?: string
}

/** Finds the model of a full id; fails with `unknown_model`, `no_key` or `authentication`. */
export const locateModel = (id: string, sources: ModelSources): Result.Result<ModelLocation, ModelError> => {
  const embedded = ownValue(sources.models, id)
  if (typeof embedded === "string") return Result.fail(registeredAsString(id))
  if (embedded !== undefined) return Result.succeed({ _tag: "Embedded", id, model: embedded })
  if (id === offlineModel) return Result.succeed({ _tag: "Offline", id })
  const slash = id.indexOf("/")
  const provider = id.slice(0, Math.max(slash, 0))
  const name = id.slice(slash + 1)
  if (provider === "" || name.trim() !== name || name === "") return Result.fail(unknownModel(id, sources))
  const endpoint = ownValue(sources.settings.endpoints, provider)
  if (endpoint !== undefined) return onEndpoint({ id, name }, provider, endpoint, sources)
  return isHostedProvider(provider) ? hosted({ id, name }, provider, sources) : Result.fail(unknownModel(id, sources))
}

type Located = Result.Result<RemoteModel, ModelError>

/** An endpoint named like a hosted provider takes its place. */
const onEndpoint = (
  model: Pick<RemoteModel, "id" | "name">,
  endpoint: string,
  { baseUrl, apiKeyEnv }: Endpoint,
  sources: ModelSources,
): Located => {
  const label = `the endpoint "${endpoint}"`
  const location: RemoteModel = { _tag: "Remote", ...model, label, wire: "openai-compatible", endpoint, baseUrl }
  return apiKeyEnv === undefined ? Result.succeed(location) : withKey(location, [apiKeyEnv], sources)
}

const hosted = (
  model: Pick<RemoteModel, "id" | "name">,
  provider: HostedProviderName,
  sources: ModelSources,
): Located => {
  const { label, keyVariables, baseUrl: ownBaseUrl } = hostedProviders[provider]
  const baseUrl = sources.settings.baseUrls[provider] ?? ownBaseUrl
  return withKey({ _tag: "Remote", ...model, label, wire: provider, baseUrl }, keyVariables, sources)
}

const withKey = (location: RemoteModel, variables: ReadonlyArray<string>, { environment }: ModelSources): Located => {
  const found = findKey(variables, environment)
  if (found === undefined) return Result.fail(noKey(location, variables))
  if (/[^\x21-\x7e]/.test(found.key)) return Result.fail(notAKey(location, found.variable))
  return Result.succeed({ ...location, apiKey: found.key, keyVariable: found.variable })
}

const noKey = ({ id, label }: RemoteModel, [variable, ...others]: ReadonlyArray<string>) =>
  new ModelError({
    reason: "no_key",
    model: id,
    message:
      `No key for ${label}, which ${id} needs. Set ${variable}` +
      `${others.length === 0 ? "" : ` (or ${others.join(", ")})`}, or choose another model: ` +
      `${offlineModel} needs no key.`,
  })

const notAKey = ({ id, label }: RemoteModel, variable: string) =>
  new ModelError({
    reason: "authentication",
    model: id,
    message:
      `The value of ${variable} cannot be a key for ${label}: it contains a blank or a character outside ASCII. ` +
      "Set it again.",
  })

const registeredAsString = (id: string) =>
  new ModelError({
    reason: "unknown_model",
    model: id,
    message: `The model "${id}" was registered as a string. Register a model object of the AI SDK, or use the id itself.`,
  })

const ownValue = <A>(record: Readonly<Record<string, A>> | undefined, key: string): A | undefined =>
  record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined
