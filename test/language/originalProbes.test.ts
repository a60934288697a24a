import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import { parse } from "yaml"
import { JsonObject } from "../../src/Json.ts"
import { evaluateCondition } from "../../src/language/evaluateCondition.ts"
import { interpolateStep } from "../../src/language/interpolateStep.ts"
import { Step } from "../../src/Step.ts"
import { scopeWith } from "./scopes.ts"

const corpus = join(import.meta.dirname, "../../../shared/corpus/pipeline_ex")
const isHere = existsSync(corpus)
if (!isHere) console.log("skipped: the original's probes are not beside this checkout (../shared)")

const Results = Schema.Record(Schema.String, JsonObject)
const Golden = Schema.Struct({
  file: Schema.String,
  prompts: Schema.Array(Schema.String),
  run: Schema.Struct({ results: Schema.optionalKey(Results) }),
})
const Pipeline = Schema.Struct({ workflow: Schema.Struct({ steps: Schema.Array(Step) }) })

const read = (file: string) => {
  const goldens = Schema.decodeUnknownSync(Schema.Array(Schema.Record(Schema.String, Schema.Unknown)))(
    JSON.parse(readFileSync(join(corpus, "goldens.json"), "utf8")),
  )
  const golden = Schema.decodeUnknownSync(Golden)(goldens.find((entry) => entry["file"] === file))
  const { workflow } = Schema.decodeUnknownSync(Pipeline)(parse(readFileSync(join(corpus, "probes", file), "utf8")))
  return { prompts: golden.prompts, results: golden.run.results ?? {}, steps: workflow.steps }
}

const promptOf = (step: Step, scope: ReturnType<typeof scopeWith>): string => {
  const { prompt = [] } = Result.getOrThrow(interpolateStep(step, scope, "strict_compat")).step
  return prompt.map((part) => (part.type === "static" ? part.content : "")).join("\n")
}

describe.skipIf(!isHere)("the original's own runs", () => {
  it("skips exactly the steps of q04 that the original skipped", () => {
    const { results, steps } = read("q04_cond.yaml")

    const skipped = steps.filter(({ condition }, index) => {
      const before = Object.fromEntries(steps.slice(0, index).map(({ name }) => [name, results[name] ?? {}]))
      const scope = scopeWith({ results: before })
      return condition !== undefined && !Result.getOrThrow(evaluateCondition(condition, scope, "strict_compat"))
    })

    const expected = Object.keys(results).filter((name) => results[name]?.["skipped"] === true)
    expect(new Set(skipped.map(({ name }) => name))).toEqual(new Set(expected))
  })

  it("builds the prompts of q13 that the original built", () => {
    const { prompts, results, steps } = read("q13_skipcp.yaml")
    const [first, gemini, , last] = steps
    const variables = { list: [1, 2], txt: "v", n: 3 }

    const built = [
      promptOf(first!, scopeWith()),
      promptOf(gemini!, scopeWith({ results })),
      promptOf(last!, scopeWith({ results, variables })),
    ]

    expect(built).toEqual(prompts)
  })

  it("blanks loop variables in a loop's body, as p01 shows", () => {
    const { prompts, steps } = read("p01_loop_tpl.yaml")
    const variables = { items: [{ n: "a" }, { n: "b" }], count: 1, label: "L-" }

    const { step } = Result.getOrThrow(interpolateStep(steps[1]!, scopeWith({ variables }), "strict_compat"))

    const content = prompts[0]?.split("\n")[0]
    expect(step["steps"]).toMatchObject([{ name: "inner", prompt: [{ content }, { extract: "item.n" }] }])
  })

  it("fills what p07 refers to in its nested pipelines", () => {
    const { prompts, steps } = read("p07_nested.yaml")
    const results = { a: { text: "Mock response for: hello..." } }
    const scope = scopeWith({ results, globalVars: { gv: "G" } })

    const { step } = Result.getOrThrow(interpolateStep(steps[1]!, scope, "strict_compat"))

    const content = `${prompts[1]?.replace(/^in=.*? gv/, "in={{inputs.x}} gv").replace(/num=5$/, "num={{inputs.k}}")}`
    expect(step["pipeline"]).toMatchObject({ steps: [{ prompt: [{ content }] }, { name: "i2" }] })
    expect(step["inputs"]).toEqual({ x: "Mock response for: hello...", k: 5, f: "12" })
  })
})
