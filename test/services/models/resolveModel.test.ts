import { describe, expect, it } from "@effect/vitest"
import * as Result from "effect/Result"
import * as fc from "fast-check"
import type { ModelChoice } from "../../../src/services/models/Models.ts"
import type { ModelSources } from "../../../src/services/models/ModelSources.ts"
import { describeModelChoice, resolveModel } from "../../../src/services/models/resolveModel.ts"
import { keys, settings } from "./givenModels.ts"

const { ANTHROPIC_API_KEY, GEMINI_API_KEY, OPENAI_API_KEY } = keys

const sources = (given: Partial<ModelSources> = {}): ModelSources => ({
  settings: settings(),
  environment: {},
  ...given,
})

const resolved = (choice: ModelChoice, given?: Partial<ModelSources>) =>
  Result.match(resolveModel(choice, sources(given)), {
    onSuccess: ({ model }) => model,
    onFailure: ({ reason, message }) => `${reason}: ${message}`,
  })

const line = (choice: ModelChoice, given?: Partial<ModelSources>) => describeModelChoice(choice, sources(given))

describe("which model answers a step", () => {
  it("is the run's own choice before everything else", () => {
    const choice = { family: "claude", requested: "google/gemini-2.5-flash", override: "openai/gpt-5-mini" } as const
    const given = { settings: settings({ model: "anthropic/claude-sonnet-5" }), environment: keys }

    expect(resolved(choice, given)).toBe("openai/gpt-5-mini")
  })

  it("is the settings' model before the one that the step names", () => {
    const given = { settings: settings({ model: "openai/gpt-5-mini" }), environment: keys }

    expect(resolved({ family: "claude", requested: "google/gemini-2.5-flash" }, given)).toBe("openai/gpt-5-mini")
  })

  it("is the full id in the step before the settings' model for its family", () => {
    const given = { settings: settings({ models: { claude: "openai/gpt-5-mini" } }), environment: keys }

    expect(resolved({ family: "claude", requested: "google/gemini-2.5-flash" }, given)).toBe("google/gemini-2.5-flash")
    expect(resolved({ family: "claude", requested: "sonnet" }, given)).toBe("openai/gpt-5-mini")
    expect(resolved({ family: "gemini" }, given)).toMatch(/^google\//)
  })

  it("is the model that Claude's short name stands for", () => {
    const given = { environment: { ANTHROPIC_API_KEY } }

    expect(resolved({ family: "claude", requested: "sonnet" }, given)).toMatch(/^anthropic\/claude-sonnet-/)
    expect(resolved({ family: "claude", requested: "opus" }, given)).toMatch(/^anthropic\/claude-opus-/)
    expect(resolved({ family: "claude", requested: "haiku" }, given)).toMatch(/^anthropic\/claude-haiku-/)
  })

  it("is the name in the step as it stands, or the provider's default", () => {
    expect(resolved({ family: "claude", requested: "claude-opus-4-5" }, { environment: { ANTHROPIC_API_KEY } })).toBe(
      "anthropic/claude-opus-4-5",
    )
    expect(resolved({ family: "gemini", requested: "gemini-2.5-pro" }, { environment: { GEMINI_API_KEY } })).toBe(
      "google/gemini-2.5-pro",
    )
    expect(resolved({ family: "claude" }, { environment: { ANTHROPIC_API_KEY } })).toMatch(/^anthropic\/claude-sonnet-/)
    expect(resolved({ family: "gemini" }, { environment: { GEMINI_API_KEY } })).toMatch(/^google\/gemini-/)
  })

  it("is another provider's default when only that one has a key", () => {
    expect(resolved({ family: "claude", requested: "sonnet" }, { environment: { OPENAI_API_KEY } })).toMatch(
      /^openai\//,
    )
    expect(resolved({ family: "claude" }, { environment: { GOOGLE_API_KEY: "key" } })).toMatch(/^google\//)
    expect(resolved({ family: "gemini" }, { environment: { ANTHROPIC_API_KEY } })).toMatch(/^anthropic\//)
  })

  it("is the offline model when no key is set, or only blank ones", () => {
    expect(resolved({ family: "claude", requested: "sonnet" })).toBe("offline/in-context")
    expect(resolved({ family: "gemini" }, { environment: { GEMINI_API_KEY: " ", OPENAI_API_KEY: "" } })).toBe(
      "offline/in-context",
    )
  })

  it("is found wherever Google's key may be", () => {
    for (const variable of ["GOOGLE_GENERATIVE_AI_API_KEY", "GEMINI_API_KEY", "GOOGLE_API_KEY"])
      expect(resolved({ family: "gemini", requested: "gemini-2.5-pro" }, { environment: { [variable]: "key" } })).toBe(
        "google/gemini-2.5-pro",
      )
  })

  it("is on a configured endpoint, whose model names may contain slashes", () => {
    const given = { settings: settings({ endpoints: { local: { baseUrl: "http://127.0.0.1:11434/v1" } } }) }

    expect(resolved({ family: "claude", override: "local/meta/llama-3" }, given)).toBe("local/meta/llama-3")
  })

  it("without any key is always the offline model, whatever short name a step writes", () => {
    const name = fc.string().filter((requested) => !requested.includes("/"))
    fc.assert(
      fc.property(fc.constantFrom("claude", "gemini"), name, (family, requested) => {
        expect(resolved({ family, requested })).toBe("offline/in-context")
      }),
    )
  })
})

describe("a model that cannot be called", () => {
  it("without a key names the variable to set", () => {
    expect(resolved({ family: "claude", override: "anthropic/claude-sonnet-5" })).toBe(
      "no_key: No key for Anthropic, which anthropic/claude-sonnet-5 needs. " +
        "Set ANTHROPIC_API_KEY, or choose another model: offline/in-context needs no key.",
    )
    expect(resolved({ family: "claude", requested: "google/gemini-2.5-pro" })).toContain(
      "Set GOOGLE_GENERATIVE_AI_API_KEY (or GEMINI_API_KEY, GOOGLE_API_KEY), or choose",
    )
  })

  it("on an endpoint whose key is not set names the endpoint's variable", () => {
    const endpoints = { gateway: { baseUrl: "https://gateway.example/v1", apiKeyEnv: "GATEWAY_KEY" } }

    expect(resolved({ family: "claude", override: "gateway/m" }, { settings: settings({ endpoints }) })).toContain(
      'No key for the endpoint "gateway", which gateway/m needs. Set GATEWAY_KEY',
    )
  })

  it("with a key that cannot be one says so without showing it", () => {
    const said = resolved(
      { family: "claude", override: "openai/gpt-5-mini" },
      { environment: { OPENAI_API_KEY: "sk-first\nsk-second" } },
    )

    expect(said).toContain("authentication: The value of OPENAI_API_KEY cannot be a key for OpenAI")
    expect(said).not.toContain("sk-")
  })

  it.each([
    ["antropic/claude-sonnet-5", 'there is no provider "antropic". Did you mean "anthropic/claude-sonnet-5"?'],
    ["Google/gemini-2.5-pro", 'there is no provider "Google". Did you mean "google/gemini-2.5-pro"?'],
    ["lokal/llama", 'there is no provider "lokal". Did you mean "local/llama"?'],
    ["offline/incontext", 'Did you mean "offline/in-context"?'],
    ["mistral/large", 'Unknown model "mistral/large": there is no provider "mistral". There is'],
    ["sonnet", '"sonnet" is not a model id; write <provider>/<model>. Did you mean "anthropic/claude-sonnet-5"?'],
    ["claude-opus-4-5", 'Did you mean "anthropic/claude-opus-4-5"?'],
    ["gemini-2.5-pro", 'Did you mean "google/gemini-2.5-pro"?'],
    ["gpt-5-mini", 'Did you mean "openai/gpt-5-mini"?'],
    ["anthropic/", '"anthropic/" is not a model id'],
    ["/claude", '"/claude" is not a model id'],
    ["", '"" is not a model id'],
    ["__proto__/x", 'there is no provider "__proto__"'],
  ])("because nothing is called %j says what was meant and what there is", (override, message) => {
    const endpoints = { local: { baseUrl: "http://127.0.0.1:11434/v1" } }

    const said = resolved({ family: "claude", override }, { settings: settings({ endpoints }), environment: keys })

    expect(said).toMatch(/^unknown_model: /)
    expect(said).toContain(message)
    expect(said).toContain("There is local/…, anthropic/…, google/…, openai/…, offline/in-context.")
  })

  it("because its family has no such short name says which there are", () => {
    expect(resolved({ family: "claude", requested: "sonet" }, { environment: keys })).toBe(
      'unknown_model: Unknown model "sonet" for a claude step. Did you mean "sonnet"? ' +
        "Write sonnet, opus, haiku, claude-…, or a full id such as anthropic/claude-….",
    )
    expect(resolved({ family: "gemini", requested: "flash" }, { environment: keys })).toBe(
      'unknown_model: Unknown model "flash" for a gemini step. ' +
        "Write gemini-…, or a full id such as google/gemini-….",
    )
  })
})

describe("the line that says which model answers", () => {
  it("says that no key is set", () => {
    expect(line({ family: "claude" })).toBe(
      "no key is set: steps are answered by offline/in-context (deterministic, no network; weak without examples)",
    )
  })

  it("says what decided", () => {
    const override = "offline/in-context"
    expect(line({ family: "claude", override }, { environment: keys })).toBe(
      "chosen for the run: steps are answered by offline/in-context (deterministic, no network; weak without examples)",
    )
    expect(line({ family: "gemini" }, { environment: { GEMINI_API_KEY } })).toMatch(
      /^GEMINI_API_KEY is set: gemini steps are answered by google\/gemini-/,
    )
    expect(line({ family: "gemini" }, { environment: { OPENAI_API_KEY } })).toMatch(
      /^GOOGLE_GENERATIVE_AI_API_KEY is not set, OPENAI_API_KEY is: gemini steps are answered by openai\//,
    )
    expect(line({ family: "gemini", requested: "openai/gpt-5-mini" }, { environment: keys })).toBe(
      "named by the step: the step is answered by openai/gpt-5-mini",
    )
  })

  it("says why none can", () => {
    expect(line({ family: "claude", override: "openai/gpt-5-mini" })).toContain("Set OPENAI_API_KEY")
  })

  it("never shows a key", () => {
    for (const family of ["claude", "gemini"] as const)
      for (const key of Object.values(keys)) expect(line({ family }, { environment: keys })).not.toContain(key)
  })
})
