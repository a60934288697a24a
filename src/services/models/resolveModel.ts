import * as Result from "effect/Result"
import type { HostedProviderName } from "./modelCatalog.ts"
import { familyProviders, hostedProviderNames, hostedProviders, modelAliases, offlineModel } from "./modelCatalog.ts"
import { locateModel } from "./locateModel.ts"
import type { ModelChoice, ModelError } from "./Models.ts"
import type { ModelSources } from "./ModelSources.ts"
import { findKey } from "./ModelSources.ts"
import { unknownName } from "./unknownModel.ts"

/** The model a choice comes down to, and what decided. */
interface ResolvedModel {
  readonly model: string
  /** Which steps it answers: `steps`, `claude steps`. */
  readonly answers: string
  readonly because: string
}

/**
 * The model for a step. The first that is given wins: the run's own choice, `model` of the settings,
 * a full id in the step, the family's model of the settings, the family's provider if its key is
 * set, another provider whose key is set, the offline model.
 */
export const resolveModel = (choice: ModelChoice, sources: ModelSources): Result.Result<ResolvedModel, ModelError> => {
  const { family, override, requested } = choice
  const { settings, environment } = sources
  const familySteps = `${family} steps`
  if (override !== undefined) return chosen(override, "steps", "chosen for the run", sources)
  if (settings.model !== undefined) return chosen(settings.model, "steps", "model of the settings", sources)
  if (requested !== undefined && isFullId(requested, sources))
    return chosen(requested, "the step", "named by the step", sources)
  const ofFamily = settings.models[family]
  if (ofFamily !== undefined) return chosen(ofFamily, familySteps, `models.${family} of the settings`, sources)
  const { provider } = familyProviders[family]
  const key = findKey(hostedProviders[provider].keyVariables, environment)
  if (key !== undefined) return familyModel(choice, `${key.variable} is set`)
  const other = otherProvider(provider, environment)
  return Result.succeed(
    other === undefined
      ? { model: offlineModel, answers: "steps", because: "no key is set" }
      : {
          model: defaultModel(other.provider),
          answers: familySteps,
          because: `${hostedProviders[provider].keyVariables[0]} is not set, ${other.variable} is`,
        },
  )
}

/** One line for people: which model answers, and why; or why none can. */
export const describeModelChoice = (choice: ModelChoice, sources: ModelSources): string =>
  Result.match(resolveModel(choice, sources), {
    onSuccess: ({ model, answers, because }) =>
      `${because}: ${answers} ${answers === "the step" ? "is" : "are"} answered by ${model}` +
      (model === offlineModel ? " (deterministic, no network; weak without examples)" : ""),
    onFailure: (error) => error.message,
  })

const chosen = (id: string, answers: string, because: string, sources: ModelSources) =>
  Result.map(locateModel(id, sources), (): ResolvedModel => ({ model: id, answers, because }))

const isFullId = (requested: string, { models }: ModelSources): boolean =>
  requested.includes("/") || Object.hasOwn(models ?? {}, requested)

const familyModel = ({ family, requested }: ModelChoice, because: string): Result.Result<ResolvedModel, ModelError> => {
  const { provider, prefix } = familyProviders[family]
  const answers = `${family} steps`
  if (requested === undefined) return Result.succeed({ model: defaultModel(provider), answers, because })
  const alias = family === "claude" && Object.hasOwn(modelAliases, requested) ? modelAliases[requested] : undefined
  const name = alias ?? requested
  return name.startsWith(prefix)
    ? Result.succeed({ model: `${provider}/${name}`, answers, because })
    : Result.fail(unknownName(requested, family))
}

const otherProvider = (own: HostedProviderName, environment: ModelSources["environment"]) => {
  for (const provider of hostedProviderNames) {
    const key = provider === own ? undefined : findKey(hostedProviders[provider].keyVariables, environment)
    if (key !== undefined) return { provider, variable: key.variable }
  }
  return undefined
}

const defaultModel = (provider: HostedProviderName): string => `${provider}/${hostedProviders[provider].defaultModel}`
