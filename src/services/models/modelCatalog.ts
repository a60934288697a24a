import type { ModelChoice } from "./Models.ts"

/** The embedded model, which answers when nothing else is set. */
export const offlineModel = "offline/in-context"

/** Where a hosted provider is, which environment variables may hold its key, and its model for steps that name none. */
interface HostedProvider {
  readonly label: string
  readonly keyVariables: readonly [string, ...ReadonlyArray<string>]
  readonly baseUrl: string
  readonly defaultModel: string
}

export type HostedProviderName = "anthropic" | "google" | "openai"

export const hostedProviderNames: ReadonlyArray<HostedProviderName> = ["anthropic", "google", "openai"]

/** The models that Claude's short names stand for: the newest ones that the price table knows. */
export const modelAliases: Readonly<Record<string, string>> = {
  sonnet: "claude-sonnet-5",
  opus: "claude-opus-5-5",
  haiku: "claude-haiku-4-5",
}

export const hostedProviders: Readonly<Record<HostedProviderName, HostedProvider>> = {
  anthropic: {
    label: "Anthropic",
    keyVariables: ["ANTHROPIC_API_KEY"],
    baseUrl: "https://api.anthropic.com/v1",
    defaultModel: "claude-sonnet-5",
  },
  google: {
    label: "Google",
    keyVariables: ["GOOGLE_GENERATIVE_AI_API_KEY", "GEMINI_API_KEY", "GOOGLE_API_KEY"],
    baseUrl: "https://generativelanguage.googleapis.com/v1beta",
    defaultModel: "gemini-3.8-flash",
  },
  openai: {
    label: "OpenAI",
    keyVariables: ["OPENAI_API_KEY"],
    baseUrl: "https://api.openai.com/v1",
    defaultModel: "gpt-6-luna",
  },
}

/** Whose models a family of step types asks for, and how their names begin. */
export const familyProviders: Readonly<
  Record<ModelChoice["family"], { readonly provider: HostedProviderName; readonly prefix: string }>
> = {
  claude: { provider: "anthropic", prefix: "claude-" },
  gemini: { provider: "google", prefix: "gemini-" },
}

/** Whether the name is one of the hosted providers'. */
export const isHostedProvider = (name: string): name is HostedProviderName => Object.hasOwn(hostedProviders, name)
