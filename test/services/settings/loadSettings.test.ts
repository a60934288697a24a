import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { loadSettings, type SettingsSources } from "../../../src/services/settings/loadSettings.ts"

let directory = ""
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "doubletrack-settings-"))
})
afterEach(() => rm(directory, { recursive: true }))

const load = (sources: Omit<SettingsSources, "directory"> = {}, from = directory) =>
  Effect.runPromise(Effect.provide(loadSettings({ directory: from, ...sources }), NodeServices.layer))

const refusal = (sources: Omit<SettingsSources, "directory"> = {}) =>
  Effect.runPromise(Effect.provide(Effect.flip(loadSettings({ directory, ...sources })), NodeServices.layer))

const write = (name: string, text: string) => writeFile(join(directory, name), text)

const originOf = async (key: string, sources: Omit<SettingsSources, "directory"> = {}) =>
  (await load(sources)).values.find((value) => value.key === key)?.origin

describe("what wins", () => {
  it("takes the default where nobody says anything", async () => {
    const { settings, file } = await load()

    expect(settings).toMatchObject({ state: ".doubletrack", modelRetries: 3, modelTimeoutMs: 60_000 })
    expect(settings).not.toHaveProperty("model")
    expect(file).toBeUndefined()
    expect(await originOf("state")).toBe("default")
  })

  it("takes a flag over the environment, that over the file, that over the default", async () => {
    await write("doubletrack.config.json", `{ "model": "a/file", "state": "file", "seed": 1, "modelRetries": 1 }`)
    const environment = { DOUBLETRACK_MODEL: "a/environment", DOUBLETRACK_STATE: "environment", DOUBLETRACK_SEED: "2" }

    const { settings } = await load({ environment, given: { model: "a/given" } })

    expect(settings).toMatchObject({
      model: "a/given",
      state: "environment",
      seed: 2,
      modelRetries: 1,
      stepTimeoutMs: 300_000,
    })
  })

  it("keeps where each value was said", async () => {
    await write("doubletrack.config.json", `{ "models": { "claude": "a/b", "gemini": "c/d" }, "modelRetries": 1 }`)
    const sources = { environment: { DOUBLETRACK_GEMINI_MODEL: "e/f" }, given: { seed: 7 } }

    const { values } = await load(sources)

    expect(values).toContainEqual({ key: "models.claude", value: "a/b", origin: "doubletrack.config.json" })
    expect(values).toContainEqual({ key: "models.gemini", value: "e/f", origin: "DOUBLETRACK_GEMINI_MODEL" })
    expect(values).toContainEqual({ key: "modelRetries", value: 1, origin: "doubletrack.config.json" })
    expect(values).toContainEqual({ key: "seed", value: 7, origin: "given" })
    expect(values).toContainEqual({ key: "stepTimeoutMs", value: 300_000, origin: "default" })
  })

  it("adds named entries instead of replacing all of them", async () => {
    await write("doubletrack.config.json", `{ "endpoints": { "ollama": { "baseUrl": "http://127.0.0.1:11434/v1" } } }`)

    const { settings } = await load({ given: { endpoints: { vllm: { baseUrl: "http://127.0.0.1:8000/v1" } } } })

    expect(Object.keys(settings.endpoints).toSorted()).toEqual(["ollama", "vllm"])
  })

  it("ignores a variable that is set to nothing", async () => {
    const { settings } = await load({ environment: { DOUBLETRACK_FORCE: "", DOUBLETRACK_MODEL: " " } })

    expect(settings).not.toHaveProperty("force")
    expect(settings).not.toHaveProperty("model")
  })
})

describe("the config file", () => {
  it("may be TypeScript that exports settings", async () => {
    await write("doubletrack.config.ts", `const seed: number = 4\nexport const settings = { seed, state: "kept" }\n`)

    const { settings, file } = await load()

    expect(settings).toMatchObject({ seed: 4, state: "kept" })
    expect(file).toBe("doubletrack.config.ts")
  })

  it("is found above the working directory, and its paths start where it lies", async () => {
    await write("doubletrack.config.json", `{ "state": "kept", "outputDir": "/absolute" }`)
    const inner = join(directory, "a", "b")
    await mkdir(inner, { recursive: true })

    const { settings, file } = await load({}, inner)

    expect(settings).toMatchObject({ state: join(directory, "kept"), outputDir: "/absolute" })
    expect(file).toBe(join("..", "..", "doubletrack.config.json"))
  })

  it("is the named one, wherever that is", async () => {
    await write("doubletrack.config.json", `{ "seed": 1 }`)
    await write("other.json", `{ "seed": 2 }`)

    const { settings } = await load({ config: "other.json" })

    expect(settings.seed).toBe(2)
  })

  it("is refused when it is named and missing", async () => {
    const json = await refusal({ config: "nowhere.json" })
    const module = await refusal({ config: "nowhere.ts" })

    expect(json.message).toBe("nowhere.json: there is no such config file")
    expect(module.message).toBe("nowhere.ts: there is no such config file")
  })

  it("is refused when there are two", async () => {
    await write("doubletrack.config.json", "{}")
    await write("doubletrack.config.ts", "export const settings = {}")

    const error = await refusal()

    expect(error.message).toContain("both doubletrack.config.ts and doubletrack.config.json: keep one of them")
  })

  it("is refused with its first error when it cannot be loaded", async () => {
    await write("broken.ts", `export const settings = \n`)
    await write("throws.ts", `throw new Error("no luck")`)
    await write("silent.ts", `export const other = {}`)

    expect((await refusal({ config: "broken.ts" })).message).toMatch(/^broken\.ts: loading it failed: /)
    expect((await refusal({ config: "throws.ts" })).message).toBe("throws.ts: loading it failed: Error: no luck")
    expect((await refusal({ config: "silent.ts" })).message).toContain("export const settings = {")
  })
})

describe("problems", () => {
  it("lists all of a file at once, with position, path and what would be right", async () => {
    await write(
      "doubletrack.config.json",
      `{
  "modle": "a/b",
  "seed": 1.5,
  "models": { "clade": "x" },
  "endpoints": { "local": { "baseUrl": "localhost", "apiKey": "sk-1" } }
}`,
    )

    const error = await refusal()

    expect(error.message.split("\n").toSorted()).toEqual([
      `doubletrack.config.json:2:12: error: there is no setting "modle"; did you mean "model"? (modle)`,
      `doubletrack.config.json:3:11: error: expected an integer, got 1.5 (seed)`,
      `doubletrack.config.json:4:24: error: there is no setting "clade"; did you mean "claude"? (models.clade)`,
      `doubletrack.config.json:5:40: error: expected an http:// or https:// URL (endpoints.local.baseUrl)`,
      `doubletrack.config.json:5:63: error: there is no setting "apiKey"; did you mean "apiKeyEnv"? (endpoints.local.apiKey)`,
    ])
    expect(error.problems).toHaveLength(5)
  })

  it("lists those of the environment and of what was given beside those of the file", async () => {
    await write("doubletrack.config.json", `{ "modelRetries": 11 }`)

    const error = await refusal({
      environment: { DOUBLETRACK_SEED: "many", DOUBLETRACK_FORCE: "off" },
      given: { stepTimeoutMs: 0 },
    })

    expect(error.message.split("\n")).toEqual([
      "settings: expected a value greater than 0, got 0 (stepTimeoutMs)",
      `DOUBLETRACK_FORCE: expected "traditional", got "off" (force)`,
      `DOUBLETRACK_SEED: expected number, got "many" (seed)`,
      "doubletrack.config.json:1:19: error: expected a value between 0 and 10, got 11 (modelRetries)",
    ])
  })

  it("names the limit that is none, and the model that is not named in full", async () => {
    await write("doubletrack.config.json", `{ "limits": { "openai/*": { "concurrent": 0, "perMinut": 60 } } }`)
    await write("other.json", `{ "limits": {\n  "sonnet": { "perMinute": 60 }\n} }`)

    const limit = await refusal()
    const model = await refusal({ config: "other.json" })

    expect(limit.message.split("\n").toSorted()).toEqual([
      "doubletrack.config.json:1:43: error: expected a value greater than 0, got 0 (limits.openai/*.concurrent)",
      `doubletrack.config.json:1:58: error: there is no setting "perMinut"; did you mean "perMinute"? (limits.openai/*.perMinut)`,
    ])
    expect(model.message).toBe(
      'other.json:2:13: error: expected the full id of a model, such as "anthropic/claude-sonnet-5", ' +
        'or "anthropic/*" (limits.sonnet)',
    )
  })

  it("shows where a file stops being JSON", async () => {
    await write("doubletrack.config.json", `{\n  "seed": 1\n  "state": "x"\n}`)

    const error = await refusal()

    expect(error.message).toMatch(/^doubletrack\.config\.json:\d+:\d+: error: this is not JSON: /)
  })

  it("refuses a file that holds no object", async () => {
    await write("doubletrack.config.json", `[1]`)

    const error = await refusal()

    expect(error.message).toMatch(/^doubletrack\.config\.json:1:1: error: expected/)
  })
})
