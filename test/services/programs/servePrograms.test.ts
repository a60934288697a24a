import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type ModelError, Models } from "../../../src/services/models/Models.ts"
import { OptimizedExecutor } from "../../../src/services/executors/TrackExecutor.ts"
import { ProgramError } from "../../../src/services/programs/ProgramStore.ts"
import { servePrograms } from "../../../src/services/programs/servePrograms.ts"
import type { Signature } from "../../../src/Signature.ts"
import { signatureHash } from "../../../src/signatureHash.ts"
import { aTask } from "../executors/aTask.ts"
import {
  failure,
  promptOf,
  type Reply,
  scriptedModels,
  type ScriptedModels,
  usage,
} from "../executors/scriptedModels.ts"
import { sortingProgram, type StoredPrograms, storedPrograms } from "./storedPrograms.ts"

const signature: Signature = {
  instructions: "Sort the message.",
  inputs: [{ name: "message", type: "string" }],
  outputs: [{ name: "label", type: "enum", values: ["billing", "other"] }],
}

const task = (step: Record<string, unknown> = {}, surroundings: Parameters<typeof aTask>[1] = {}) =>
  aTask(
    { name: "sort", type: "claude", signature, ...step },
    { scope: { inputs: { message: "refund?" } }, ...surroundings },
  )

const billing = "[[ ## label ## ]]\nbilling\n\n[[ ## completed ## ]]"

const served = <A, E>(
  use: (executor: OptimizedExecutor["Service"]) => Effect.Effect<A, E>,
  programs: StoredPrograms = storedPrograms(sortingProgram(signature)),
  models: ScriptedModels = scriptedModels(() => billing),
) =>
  Effect.scoped(
    OptimizedExecutor.use(use).pipe(Effect.provide(servePrograms.pipe(Layer.provide([programs.layer, models.layer])))),
  )

describe("readiness", () => {
  it.effect("names the program adopted for the workflow, the step and the signature", () =>
    Effect.gen(function* () {
      const programs = storedPrograms(sortingProgram(signature))

      const readiness = yield* served((executor) => executor.readiness(task()), programs)

      expect(readiness).toEqual({
        programId: sortingProgram(signature).id,
        available: true,
        model: "claude/default",
        prior: { benefit: 0.25, n: 5 },
        compilationCostUsd: null,
      })
      expect(programs.asked.places).toMatchObject([
        { workflow: "demo", step: "sort", signatureHash: signatureHash(signature) },
      ])
    }),
  )

  it.effect("is not available while no model can be called", () =>
    Effect.gen(function* () {
      const noModels = Layer.succeed(Models, {
        resolve: () => Effect.fail(failure("no_key")),
        generate: () => Effect.die("not called"),
      })

      const readiness = yield* served((executor) => executor.readiness(task()), undefined, {
        ...scriptedModels(() => billing),
        layer: noModels,
      })

      expect(readiness).toMatchObject({ programId: sortingProgram(signature).id, available: false })
    }),
  )

  it.effect.each([
    ["nothing is adopted", null],
    ["the program is damaged", new ProgramError({ reason: "damaged", message: "cut short" })],
    ["the program has another signature", sortingProgram({ ...signature, instructions: "Sort by desk." })],
  ] as const)("knows no program when %s", ([, adopted]) =>
    Effect.gen(function* () {
      const readiness = yield* served((executor) => executor.readiness(task()), storedPrograms(adopted))

      expect(readiness).toEqual({ programId: null, available: false })
    }),
  )

  it.effect("knows no program for a step without a signature", () =>
    Effect.gen(function* () {
      const readiness = yield* served((executor) => executor.readiness(aTask({ type: "claude" })))

      expect(readiness).toEqual({ programId: null, available: false })
    }),
  )
})

describe("execute", () => {
  it.effect("gives later steps the text, the outputs, and which program and model answered", () =>
    Effect.gen(function* () {
      const models = scriptedModels(() => billing)

      const answer = yield* served((executor) => executor.execute(task()), undefined, models)

      expect(answer).toEqual({
        result: {
          success: true,
          text: "billing",
          cost: 0.01,
          model: "claude/default",
          outputs: { label: "billing" },
          program: sortingProgram(signature).id,
        },
        usage,
      })
      expect(models.requests[0]?.origin).toEqual({ runId: "run-1", step: "sort", path: "sort", track: "optimized" })
    }),
  )

  it.effect("shows several outputs as JSON, without the reasoning", () =>
    Effect.gen(function* () {
      const two: Signature = { ...signature, outputs: [...signature.outputs, { name: "score", type: "number" }] }
      const models = scriptedModels(() => '{"reasoning": "so", "label": "other", "score": 0.5}')
      const programs = storedPrograms(sortingProgram(two, { adapter: "json", reasoning: true }))

      const { result } = yield* served((executor) => executor.execute(task({ signature: two })), programs, models)

      expect(result).toMatchObject({
        text: '{\n  "label": "other",\n  "score": 0.5\n}',
        outputs: { reasoning: "so", label: "other", score: 0.5 },
      })
    }),
  )

  it.effect("fills inputs from templates, else from the run's inputs of their names", () =>
    Effect.gen(function* () {
      const bound: Signature = {
        ...signature,
        inputs: [
          { name: "message", type: "string", template: "{{steps.read.text}}!" },
          { name: "customer", type: "object" },
          { name: "hint", type: "string", optional: true },
        ],
      }
      const models = scriptedModels(() => billing)

      yield* served(
        (executor) =>
          executor.execute(
            task(
              { signature: bound },
              { scope: { inputs: { customer: { id: 7 } }, results: { read: { text: "late order" } } } },
            ),
          ),
        storedPrograms(sortingProgram(bound)),
        models,
      )

      expect(promptOf(models.requests[0])).toContain(
        '[[ ## message ## ]]\nlate order!\n\n[[ ## customer ## ]]\n{"id":7}\n\n',
      )
      expect(promptOf(models.requests[0])).not.toContain("hint")
    }),
  )

  it.effect("asks the model of the step, unless the run chose one", () =>
    Effect.gen(function* () {
      const models = scriptedModels(() => billing)
      const step = { type: "gemini", model: "{{inputs.which}}" }
      const scope = { inputs: { message: "refund?", which: "gemini-pro" } }

      yield* served((executor) => executor.execute(task({ claude_options: { model: "opus" } })), undefined, models)
      yield* served((executor) => executor.execute(task(step, { scope })), undefined, models)
      yield* served(
        (executor) => executor.execute(task(step, { scope, settings: { model: "run/choice" } })),
        undefined,
        models,
      )

      expect(models.requests.map(({ model }) => model)).toEqual(["claude/opus", "gemini/gemini-pro", "run/choice"])
    }),
  )

  it.effect("picks demos from the kept rows, which are read and indexed once", () =>
    Effect.gen(function* () {
      const hash = "a".repeat(64)
      const programs = storedPrograms(sortingProgram(signature, { retrieval: { k: 1, rows: hash, count: 2 } }), {
        [hash]: [
          { inputs: { message: "please refund me" }, outputs: { label: "billing" } },
          { inputs: { message: "good morning" }, outputs: { label: "other" } },
        ],
      })
      const models = scriptedModels(() => billing)

      yield* served((executor) => Effect.all([executor.execute(task()), executor.execute(task())]), programs, models)

      expect(programs.asked.rows).toBe(1)
      expect(models.requests[1]?.messages.map(({ content }) => content)).toContain(
        "[[ ## message ## ]]\nplease refund me",
      )
    }),
  )
})

describe("a failure says what it means for the step", () => {
  const failing = (programs: StoredPrograms, reply: Reply = billing, given = task()) =>
    Effect.flip(
      served(
        (executor) => executor.execute(given),
        programs,
        scriptedModels(() => reply),
      ),
    )

  it.effect.each([
    ["unreachable", "dspy_unavailable"],
    ["refused", "optimization_failed"],
    ["context_too_long", "optimization_failed"],
    ["rate_limited", "optimization_failed"],
    ["server_error", "optimization_failed"],
    ["invalid_answer", "optimization_failed"],
    ["timeout", "timeout"],
    ["authentication", "authentication"],
    ["no_key", "authentication"],
    ["unknown_model", "configuration"],
    ["not_found", "configuration"],
    ["bad_request", "configuration"],
  ] as const satisfies ReadonlyArray<readonly [ModelError["reason"], string]>)(
    "a model that is %s",
    ([reason, expected]) =>
      Effect.gen(function* () {
        const failed = yield* failing(storedPrograms(sortingProgram(signature)), failure(reason))

        expect(failed.reason).toBe(expected)
        expect(failed.message).toContain('Step "sort"')
      }),
  )

  it.effect("an answer that cannot be read, asked for twice and paid for twice", () =>
    Effect.gen(function* () {
      const failed = yield* failing(storedPrograms(sortingProgram(signature)), "who knows")

      expect(failed).toMatchObject({
        reason: "optimization_failed",
        usage: { tokens: { input: 20, output: 10 }, costUsd: 0.02 },
      })
      expect(failed.message).toMatch(/Step "sort": the answer to program prog-\w+ cannot be read\. Output "label"/)
    }),
  )

  it.effect("an input that was not given", () =>
    Effect.gen(function* () {
      const failed = yield* failing(
        storedPrograms(sortingProgram(signature)),
        billing,
        task({}, { scope: { inputs: {} } }),
      )

      expect(failed.reason).toBe("invalid_input")
      expect(failed.message).toContain('needs the input "message"')
    }),
  )

  it.effect("rows that are gone", () =>
    Effect.gen(function* () {
      const failed = yield* failing(
        storedPrograms(sortingProgram(signature, { retrieval: { k: 8, rows: "b".repeat(64), count: 100 } })),
      )

      expect(failed).toMatchObject({ reason: "dspy_unavailable" })
      expect(failed.message).toContain("no rows bbbb")
    }),
  )

  it.effect("a program that was damaged, or is gone", () =>
    Effect.gen(function* () {
      const damaged = yield* failing(
        storedPrograms(new ProgramError({ reason: "damaged", message: "the file is cut short" })),
      )
      const gone = yield* failing(storedPrograms(null))

      expect(damaged).toMatchObject({ reason: "dspy_unavailable", message: 'Step "sort": the file is cut short' })
      expect(gone.reason).toBe("dspy_unavailable")
    }),
  )

  it.effect("a program of another signature, with the difference", () =>
    Effect.gen(function* () {
      const failed = yield* failing(
        storedPrograms(sortingProgram({ ...signature, outputs: [{ name: "label", type: "string" }] })),
      )

      expect(failed.reason).toBe("dspy_unavailable")
      expect(failed.message).toContain('output "label": type string → enum')
    }),
  )

  it.effect("frozen messages that are no longer those of DSPy", () =>
    Effect.gen(function* () {
      const frozen = {
        adapter: "chat" as const,
        system: "edited",
        demos: [],
        closing: "",
        parity: [{ inputs: { message: "a" }, sha256: "0".repeat(64) }],
        dspyVersion: "3.3.1",
      }

      const failed = yield* failing(storedPrograms({ ...sortingProgram(signature), frozen: [frozen] }))

      expect(failed.reason).toBe("dspy_unavailable")
      expect(failed.message).toContain("other bytes than DSPy 3.3.1")
    }),
  )
})
