import * as Result from "effect/Result"
import { describe, expect, it } from "vitest"
import type { Dialect } from "../../src/language/Dialect.ts"
import { interpolateStep } from "../../src/language/interpolateStep.ts"
import type { Step } from "../../src/Step.ts"
import { scopeWith, valueOrMessage } from "./scopes.ts"

const scope = scopeWith({ inputs: { k: 5, name: "Ada" }, variables: { n: 3 }, results: { a: { text: "x" } } })

const filled = (step: Step, dialect: Dialect = "ours") => {
  const answer = valueOrMessage(interpolateStep(step, scope, dialect))
  return typeof answer === "string" ? answer : { ...answer.step, blanks: answer.blanks }
}

describe("filling a step", () => {
  it("fills every text of a step, options and tasks included", () => {
    const step: Step = {
      name: "s",
      type: "claude_batch",
      prompt: [
        { type: "static", content: "{{inputs.k}}" },
        { type: "file", path: "{{name}}.md" },
        { type: "previous_response", step: "a", extract: "{{unknown}}text" },
      ],
      output_to_file: "{{inputs.name}}.md",
      claude_options: { max_turns: "{{n}}", allowed: ["{{name}}", true, null] },
      tasks: [{ prompt: "hi {{name}}" }],
    }

    expect(filled(step)).toEqual({
      ...step,
      prompt: [
        { type: "static", content: "5" },
        { type: "file", path: "Ada.md" },
        { type: "previous_response", step: "a", extract: "text" },
      ],
      output_to_file: "Ada.md",
      claude_options: { max_turns: 3, allowed: ["Ada", true, null] },
      tasks: [{ prompt: "hi Ada" }],
      blanks: ["unknown"],
    })
  })

  it.each<Dialect>(["ours", "strict_compat"])(
    "leaves identity, condition, signature and quality to others (%s)",
    (dialect) => {
      const step: Step = {
        name: "{{n}}",
        type: "claude",
        condition: "{{n}} > 1",
        execution_mode: "hybrid",
        signature: {
          instructions: "{{n}}",
          inputs: [{ name: "i", type: "string", template: "{{steps.a.text}}" }],
          outputs: [{ name: "o", type: "string" }],
        },
        dspy_config: { training_data_path: "{{n}}" },
        quality: [{ similarity: "{{inputs.absent}}" }],
      }

      expect(filled(step, dialect)).toEqual({ ...step, blanks: [] })
    },
  )

  it("leaves the bodies of loops and nested pipelines for the time they run", () => {
    const step: Step = {
      name: "s",
      type: "for_loop",
      data_source: "{{name}}",
      steps: [{ content: "{{loop.item}}" }],
      pipeline: { steps: ["{{inputs.later}}"] },
      break_condition: "{{loop.index}} > 2",
    }

    expect(filled(step)).toEqual({ ...step, data_source: "Ada", blanks: [] })
  })

  it("blanks those bodies in strict compatibility, before their variables exist", () => {
    const step: Step = { name: "s", type: "for_loop", steps: [{ content: "<{{loop.item}}>", condition: "{{n}} > 1" }] }

    expect(filled(step, "strict_compat")).toEqual({
      ...step,
      steps: [{ content: "<>", condition: "3 > 1" }],
      blanks: ["loop.item"],
    })
  })

  it("says which template of a step cannot be filled", () => {
    const step: Step = { name: "s", type: "claude", prompt: [{ type: "static", content: "Dear {{inputs.nam}}" }] }

    expect(filled(step)).toBe('{{inputs.nam}}: input "nam" is not given (did you mean "name"?): pass --input nam=…')
  })

  it("changes nothing of the step it was given", () => {
    const step: Step = { name: "s", type: "claude", options: { a: ["{{n}}"] } }

    Result.getOrThrow(interpolateStep(step, scope, "ours"))

    expect(step).toEqual({ name: "s", type: "claude", options: { a: ["{{n}}"] } })
  })
})
