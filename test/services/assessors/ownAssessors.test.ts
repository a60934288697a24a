import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import type { Assessed, OwnAssessor } from "../../../src/services/assessors/OwnAssessor.ts"
import { onTestFinished } from "vitest"
import { givenAssessors, judgedBy, triage } from "./assess.ts"

/** A folder with a module of this text, removed after the test. */
const folderWith = (text: string, name = "quality.ts"): string => {
  const folder = mkdtempSync(join(tmpdir(), "doubletrack-assess-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(join(folder, name), text)
  return folder
}

const registered = (assess: (given: Assessed) => unknown): OwnAssessor =>
  ({ name: "tone", assess }) as unknown as OwnAssessor

const judgedByTone = judgedBy([{ assess: "tone" }])

describe("a registered assessor", () => {
  it.effect("sees the answer, its outputs, and the inputs of the run and of the signature", () =>
    Effect.gen(function* () {
      const seen: Array<Assessed> = []
      const { assess } = yield* givenAssessors({
        registered: [registered((given) => (seen.push(given), 0.25))],
      })
      const signature = {
        ...triage,
        inputs: [
          { name: "message", type: "string", template: "{{steps.clean.text}}" },
          { name: "absent", type: "string" },
        ] as const,
      }
      const task = judgedBy(
        [{ assess: "tone" }],
        { signature },
        { scope: { inputs: { message: "raw", reference: "r" }, results: { clean: { text: "clean" } } } },
      )
      const result = { success: true, text: '{"intent": "refund", "urgency": 1}' }

      const assessment = yield* assess(task, result)

      expect(assessment).toMatchObject({ quality: 0.25, notes: [] })
      expect(seen).toEqual([
        {
          step: "draft",
          inputs: { message: "clean", reference: "r" },
          text: result.text,
          outputs: { intent: "refund", urgency: 1 },
          result,
        },
      ])
    }),
  )

  it.effect.each<readonly [string, () => unknown, number]>([
    ["a number", () => 0.5, 0.5],
    ["a promise", async () => 1, 1],
    ["yes or no", () => false, 0],
    ["a score", () => ({ score: 0.75 }), 0.75],
  ])("may give %s", ([_kind, own, quality]) =>
    Effect.gen(function* () {
      const { assess } = yield* givenAssessors({ registered: [registered(own)] })

      expect((yield* assess(judgedByTone, "x"))?.quality).toBe(quality)
    }),
  )

  it.effect("may say what was wrong", () =>
    Effect.gen(function* () {
      const { assess } = yield* givenAssessors({ registered: [registered(() => ({ score: 0, feedback: "rude" }))] })

      expect((yield* assess(judgedByTone, "x"))?.notes).toEqual(["assess tone: rude"])
    }),
  )

  it.effect("cannot change the answer", () =>
    Effect.gen(function* () {
      const own = registered(({ result }) => {
        Object.assign(result, { text: "changed" })
        return 1
      })
      const { assess } = yield* givenAssessors({ registered: [own] })
      const result = { text: "x" }

      yield* assess(judgedByTone, result)

      expect(result).toEqual({ text: "x" })
    }),
  )

  const trap = {
    get score(): number {
      throw new Error("trap")
    },
  }

  it.effect.each<readonly [string, () => unknown, string]>([
    ["throws", () => fail(new Error("no luck")), "it threw no luck"],
    ["throws nothing readable", () => fail(Object.create(null)), "it threw something that cannot be printed"],
    ["rejects", async () => fail(new Error("no luck")), "it threw no luck"],
    ["gives NaN", () => Number.NaN, "it gave NaN, not a number in [0, 1]"],
    ["gives too much", () => 1.5, "it gave 1.5"],
    ["gives less than nothing", () => ({ score: -1 }), 'it gave {"score":-1}'],
    ["gives nothing", () => undefined, "it gave undefined"],
    ["gives a text", () => "good", 'it gave "good"'],
    ["gives a trap", () => trap, "it gave "],
    [
      "gives a trapped promise",
      () => ({
        get then() {
          return fail(new Error("then"))
        },
      }),
      "it threw then",
    ],
  ])("that %s leaves the answer without a quality, which is said once by its name", ([_does, own, said]) =>
    Effect.gen(function* () {
      const { assess, logged } = yield* givenAssessors({ registered: [registered(own)] })

      expect(yield* assess(judgedByTone, "one")).toBeNull()
      expect(yield* assess(judgedByTone, "two")).toBeNull()

      expect(logged).toHaveLength(1)
      expect(logged[0]).toContain(`Step "draft": its answers cannot be judged. assess tone: ${said}`)
    }),
  )

  it.effect("is said again for another step and for another cause", () =>
    Effect.gen(function* () {
      const own = registered(({ text }) => (text === "throw" ? fail(new Error("no luck")) : Number.NaN))
      const { assess, logged } = yield* givenAssessors({ registered: [own] })
      const other = judgedBy([{ assess: "tone" }], { name: "other" })

      for (const task of [judgedByTone, other]) {
        for (const text of ["throw", "give", "throw"]) yield* assess(task, text)
      }

      expect(logged.map((line) => /"(\w+)".*it (\w+)/.exec(line)?.slice(1))).toEqual([
        ["draft", "threw"],
        ["draft", "gave"],
        ["other", "threw"],
        ["other", "gave"],
      ])
    }),
  )

  it.effect("that never answers can be interrupted", () =>
    Effect.gen(function* () {
      let asked = 0
      const own = registered(() => {
        asked += 1
        return new Promise(() => {})
      })
      const { assess, logged } = yield* givenAssessors({ registered: [own] })
      const running = yield* Effect.forkChild(assess(judgedByTone, "x"))
      yield* Effect.repeat(Effect.yieldNow, { until: () => asked === 1 })

      yield* Fiber.interrupt(running)

      expect(logged).toEqual([])
    }),
  )

  it.effect("that never answers is given up at the step's deadline", () =>
    Effect.gen(function* () {
      const own = registered(() => new Promise(() => {}))
      const { assess, logged } = yield* givenAssessors({ registered: [own] })
      const running = yield* Effect.forkChild(assess(judgedByTone, "x"), { startImmediately: true })

      yield* TestClock.adjust(judgedByTone.settings.stepTimeoutMs)

      expect(yield* Fiber.join(running)).toBeNull()
      expect(logged).toEqual(['Warn: Step "draft": its answers cannot be judged. no verdict within 60000 ms'])
    }),
  )

  it.effect("of another name is not there, and the nearest one is named", () =>
    Effect.gen(function* () {
      const { assess, logged } = yield* givenAssessors({ registered: [registered(() => 1)] })

      expect(yield* assess(judgedBy([{ assess: "tome" }]), "x")).toBeNull()

      expect(logged).toEqual([
        'Warn: Step "draft": its answers cannot be judged. assess tome: no assessor of this name is registered (tone is), and it is not the path of a module. Did you mean "tone"?',
      ])
    }),
  )
})

describe("a module that judges", () => {
  const judgedByModule = (directory: string, name = "./quality.ts") =>
    judgedBy([{ assess: name }], {}, { settings: { directory } })

  it.effect("is found from the folder of the workflow, and may be TypeScript", () =>
    Effect.gen(function* () {
      const directory = folderWith(
        "export const assess = ({ text }: { text: string }) => ({ score: text.length / 10, feedback: 'short' })",
      )
      const { assess } = yield* givenAssessors()

      const assessment = yield* assess(judgedByModule(directory), "abc")

      expect(assessment).toMatchObject({ quality: 0.3, notes: ["assess ./quality.ts: short"] })
    }),
  )

  it.effect("is loaded once", () =>
    Effect.gen(function* () {
      const directory = folderWith("let calls = 0\nexport const assess = () => (calls++ === 0 ? 0 : 1)")
      const { assess } = yield* givenAssessors()
      const task = judgedByModule(directory)

      const first = yield* assess(task, "x")
      rmSync(join(directory, "quality.ts"))
      const second = yield* assess(task, "x")

      expect([first?.quality, second?.quality]).toEqual([0, 1])
    }),
  )

  it.effect.each<readonly [string, string]>([
    ["export const metric = () => 1", "this module exports no function `assess`: export const assess = ("],
    ["export const assess = 1", "this module exports no function `assess`"],
    ["throw new Error('at start')", "this module cannot be loaded: at start"],
    ["export const assess = () => 2", "it gave 2, not a number in [0, 1]"],
  ])("with %j leaves the answer without a quality, and is named", ([text, said]) =>
    Effect.gen(function* () {
      const { assess, logged } = yield* givenAssessors()

      expect(yield* assess(judgedByModule(folderWith(text)), "x")).toBeNull()

      expect(logged).toHaveLength(1)
      expect(logged[0]).toContain(`assess ./quality.ts: ${said}`)
    }),
  )

  it.effect("that is not there is said where it was looked for", () =>
    Effect.gen(function* () {
      const { assess, logged } = yield* givenAssessors()

      expect(yield* assess(judgedByModule("/nowhere", "./gone.ts"), "x")).toBeNull()

      expect(logged[0]).toContain("assess ./gone.ts: there is no such module in /nowhere")
    }),
  )
})

const fail = (error: unknown): never => {
  throw error
}
