import { familyProviders, hostedProviderNames, modelAliases, offlineModel } from "./modelCatalog.ts"
import { ModelError } from "./Models.ts"
import type { ModelSources } from "./ModelSources.ts"
import { nearestName } from "../../nearestName.ts"

/** The failure for an id that names no model: what was probably meant, and what there is. */
export const unknownModel = (id: string, sources: ModelSources): ModelError => {
  const suggestion = suggestId(id, sources)
  return new ModelError({
    reason: "unknown_model",
    model: id,
    message:
      `${problemOf(id)}${suggestion === undefined ? "" : ` Did you mean "${suggestion}"?`} ` +
      `There is ${providerPatterns(sources).join(", ")}.`,
  })
}

/** The failure for a short name in a step that its family's provider does not have. */
export const unknownName = (name: string, family: "claude" | "gemini"): ModelError => {
  const { provider, prefix } = familyProviders[family]
  const aliases = family === "claude" ? Object.keys(modelAliases) : []
  const suggestion = nearestName(name, aliases)
  return new ModelError({
    reason: "unknown_model",
    model: name,
    message:
      `Unknown model "${name}" for a ${family} step.${suggestion === undefined ? "" : ` Did you mean "${suggestion}"?`} ` +
      `Write ${[...aliases, `${prefix}…`].join(", ")}, or a full id such as ${provider}/${prefix}….`,
  })
}

const problemOf = (id: string): string => {
  const slash = id.indexOf("/")
  if (slash < 1 || slash === id.length - 1 || id.trim() !== id)
    return `"${id}" is not a model id; write <provider>/<model>.`
  return `Unknown model "${id}": there is no provider "${id.slice(0, slash)}".`
}

const suggestId = (id: string, { settings, models }: ModelSources): string | undefined => {
  const whole = nearestName(id, [...Object.keys(models ?? {}), offlineModel])
  if (whole !== undefined) return whole
  const slash = id.indexOf("/")
  if (slash === -1) return withProvider(id)
  const name = id.slice(slash + 1).trim()
  const provider = nearestName(id.slice(0, slash).trim(), [...hostedProviderNames, ...Object.keys(settings.endpoints)])
  return provider === undefined || name === "" ? undefined : `${provider}/${name}`
}

/** `claude-…` is Anthropic's, `gemini-…` Google's, `gpt-…` OpenAI's. */
const withProvider = (name: string): string | undefined => {
  const alias = nearestName(name, Object.keys(modelAliases))
  if (alias !== undefined) return `anthropic/${modelAliases[alias]}`
  if (/^gpt-|^o\d/.test(name)) return `openai/${name}`
  const family = Object.values(familyProviders).find(({ prefix }) => name.startsWith(prefix))
  return family === undefined ? undefined : `${family.provider}/${name}`
}

const providerPatterns = ({ settings, models }: ModelSources): ReadonlyArray<string> => [
  ...Object.keys(models ?? {}),
  ...Object.keys(settings.endpoints).map((name) => `${name}/…`),
  ...hostedProviderNames.filter((name) => !Object.hasOwn(settings.endpoints, name)).map((name) => `${name}/…`),
  offlineModel,
]
