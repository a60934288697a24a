import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { InputError } from "../../../src/InputError.ts"
import { MetricError } from "../../../src/services/metrics/Metric.ts"
import { answers, folderWith, score } from "./score.ts"

const one = { expected: { answer: "x" }, actual: { answer: "y" } }

describe("a metric of one's own", () => {
  test.each([
    [
      "a number",
      "({ expected, actual, inputs }) => (inputs.question + expected.answer + actual.answer).length / 10",
      0.6,
    ],
    ["a promise", "async () => 0.25", 0.25],
    ["a verdict", "() => true", 1],
  ])("may give %s", async (_kind, text, value) => {
    const directory = folderWith("own.mjs", `export const metric = ${text}`)

    expect(await score("./own.mjs", { ...one, directory })).toEqual({ score: value })
    expect(await score(join(directory, "own.mjs"), one)).toEqual({ score: value })
  })

  test("may give a score with feedback, and be TypeScript", async () => {
    const directory = folderWith(
      "own.ts",
      "export const metric = ({ actual }: { actual: { answer: string } }) => ({ score: 0.5, feedback: actual.answer })",
    )

    expect(await score("own.ts", { ...one, directory })).toEqual({ score: 0.5, feedback: "y" })
  })

  test("cannot change what it is given", async () => {
    const directory = folderWith("own.mjs", "export const metric = ({ actual }) => { actual.answer = 1; return 1 }")
    const actual = { answer: "y" }

    await score("own.mjs", { expected: {}, actual, directory })

    expect(actual).toEqual({ answer: "y" })
  })

  test.each([
    ["() => { throw new Error('no luck') }", "it threw no luck"],
    ["async () => { throw 'text' }", "it threw text"],
    ["() => 1.5", "it gave 1.5, not a number in [0, 1]"],
    ["() => NaN", "it gave NaN"],
    ["() => undefined", "it gave undefined"],
    ["() => ({ score: -1 })", 'it gave {"score":-1}'],
    ["() => 1n", "it gave 1"],
    ["() => ({ get score() { throw new Error('trap') } })", "it gave "],
    ["() => { throw Object.create(null) }", "it threw something that cannot be printed"],
  ])("%s is an error that names the module and the row", async (text, reason) => {
    const directory = folderWith("own.mjs", `export const metric = ${text}`)

    const scored = score("./own.mjs", { ...one, directory })

    await expect(scored).rejects.toBeInstanceOf(MetricError)
    await expect(scored).rejects.toThrow(`metric ./own.mjs: ${reason}`)
    await expect(scored).rejects.toThrow('for the row with the inputs {"question":"why?"}')
  })

  test.each([
    ["export const other = 1", "exports no function `metric`"],
    ["export const metric = ", "this module cannot be loaded"],
    ["throw new Error('at start')", "this module cannot be loaded: at start"],
  ])("a module with %j is refused before anything is spent", async (text, reason) => {
    const scored = score("own.mjs", { ...one, directory: folderWith("own.mjs", text) })

    await expect(scored).rejects.toBeInstanceOf(InputError)
    await expect(scored).rejects.toThrow(reason)
  })

  test("a module that is not there is said where it was looked for", async () => {
    await expect(score("./gone.ts", { ...one, directory: "/nowhere" })).rejects.toThrow(
      "metric ./gone.ts: there is no such module in /nowhere",
    )
  })
})

describe("llm_judge", () => {
  const judge = (answer: string) => ({ model: "scripted/judge", answer: () => answer })

  test("takes the judge's score and its reason", async () => {
    const asked: Array<string> = []

    const scored = await score("llm_judge", {
      ...one,
      judge: {
        model: "scripted/judge",
        answer: ({ messages }) => {
          asked.push(messages.map(({ content }) => content).join("\n"))
          return 'Here: ```json\n{"reason": "half of it", "score": 0.5}\n```'
        },
      },
    })

    expect(scored).toEqual({ score: 0.5, feedback: "half of it" })
    expect(asked).toHaveLength(1)
    for (const part of [answers.instructions, "why?", '"x"', '"y"']) expect(asked[0]).toContain(part)
  })

  test.each(['{"score": 7}', "quite good", '{"reason": "no score"}'])(
    "refuses a verdict such as %s",
    async (answer) => {
      await expect(score("llm_judge", { ...one, judge: judge(answer) })).rejects.toThrow("the judge gave no")
    },
  )

  test("is refused with the offline model, which cannot judge", async () => {
    await expect(score("llm_judge", one)).rejects.toThrow("offline/in-context cannot judge answers")
  })
})
