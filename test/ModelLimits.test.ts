import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { decodeSettings } from "../src/decodeSettings.ts"
import { InputError } from "../src/InputError.ts"
import { limitOf } from "../src/ModelLimits.ts"

describe("the limit of a model", () => {
  const limits = {
    "openai/*": { concurrent: 8, perMinute: 100 },
    "openai/gpt-5-mini": { perMinute: 500 },
    "openai/free": {},
    "local/meta/llama": { concurrent: 1 },
  }

  test.each([
    ["openai/gpt-5-mini", { perMinute: 500 }],
    ["openai/gpt-5", { concurrent: 8, perMinute: 100 }],
    ["openai/ft:gpt/own", { concurrent: 8, perMinute: 100 }],
    ["openai/free", null],
    ["local/meta/llama", { concurrent: 1 }],
    ["local/meta/other", null],
    ["openai", null],
    ["offline/in-context", null],
  ])("%s is what its own entry says, else its provider's", (model, expected) => {
    expect(limitOf(limits, model)).toEqual(expected)
  })

  test("is none that nobody said, whatever a model is called", () => {
    fc.assert(fc.property(fc.string(), (model) => void expect(limitOf({}, model)).toBeNull()))
  })
})

describe("settings with limits", () => {
  const refusal = (limits: Record<string, object>): string => {
    try {
      decodeSettings({ limits })
    } catch (error) {
      if (error instanceof InputError) return error.message
    }
    throw new Error("these limits are not refused")
  }

  test.each([
    ["a model without its provider", { sonnet: { concurrent: 1 } }, /full id of a model.*\n.*\["limits"\]\["sonnet"\]/],
    ["all models", { "*": { concurrent: 1 } }, /full id of a model/],
    ["no requests at a time", { "openai/*": { concurrent: 0 } }, /greater than 0\n.*"openai\/\*"\]\["concurrent"\]/],
    ["half a request at a time", { "openai/*": { concurrent: 0.5 } }, /an integer/],
    ["no requests a minute", { "openai/*": { perMinute: 0 } }, /greater than 0/],
    ["a word that there is not", { "openai/*": { perHour: 1 } }, /\["limits"\]\["openai\/\*"\]\["perHour"\]/],
  ])("are refused where they name %s", (_, limits, message) => {
    expect(refusal(limits)).toMatch(message)
  })
})
