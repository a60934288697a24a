import type { LanguageModel } from "ai"
import { wrongInput } from "../../InputError.ts"
import type { Settings } from "../../Settings.ts"
import { hostedProviders } from "./modelCatalog.ts"

/** A model of the AI SDK. Never its string form: the SDK would send that to a gateway of its own. */
export type ModelObject = Exclude<LanguageModel, string>

/** Everything that models can come from. */
export interface ModelSources {
  readonly settings: Settings
  /** Only read for the variables that hold keys. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Model objects of the embedding program, by id. */
  readonly models?: Readonly<Record<string, ModelObject>>
}

/** What the service is made of. */
export interface ModelsOptions extends ModelSources {
  /** In place of the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch
}

/** A variable that is set and its value; blank ones count as not set. */
interface FoundKey {
  readonly variable: string
  readonly key: string
}

/** The first of the variables that is set. */
export const findKey = (
  variables: ReadonlyArray<string>,
  environment: ModelSources["environment"],
): FoundKey | undefined => {
  for (const variable of variables) {
    const key = environment[variable]?.trim()
    if (key !== undefined && key !== "") return { variable, key }
  }
  return undefined
}

/** What no message may contain: every key, and the passwords in base URLs; longest first. */
export const secretsOf = ({ settings, environment }: ModelSources): ReadonlyArray<string> => {
  const endpoints = Object.values(settings.endpoints)
  const variables = [
    ...Object.values(hostedProviders).flatMap((provider) => provider.keyVariables),
    ...endpoints.flatMap((endpoint) => endpoint.apiKeyEnv ?? []),
  ]
  const baseUrls = [...Object.values(settings.baseUrls), ...endpoints.map((endpoint) => endpoint.baseUrl)]
  return [
    ...variables.map((variable) => environment[variable]?.trim() ?? ""),
    ...baseUrls.map((url) => URL.parse(url ?? "")?.password ?? ""),
  ]
    .filter((secret) => secret !== "")
    .toSorted((a, b) => b.length - a.length)
}

/**
 * The id under which a model object is registered when nobody names it: `anthropic/claude-sonnet-5`. Throws
 * InputError for what is no model object, such as a provider that was not asked for a model yet.
 */
export const idOfModelObject = (model: ModelObject): string => {
  const { provider, modelId }: Partial<ModelObject> = model ?? {}
  if (typeof provider === "string" && typeof modelId === "string") return `${provider.split(".", 1)[0]}/${modelId}`
  throw wrongInput(
    'model: expected the id of a model or a model object of the AI SDK, such as anthropic("claude-sonnet-5")',
  )
}
