import process from "node:process"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FileSystem from "effect/FileSystem"
import { vi } from "vitest"
import type { JsonObject } from "../../../src/Json.ts"
import { deliver } from "../../../src/services/executors/writeOutput.ts"
import type { RunSettings, Scope } from "../../../src/StepTask.ts"
import { aTask } from "./aTask.ts"

const result: JsonObject = { success: true, text: "Dear Ada,\n", cost: 0.01, model: "m" }

/** Delivers `result` to a file in a fresh output directory. */
const delivered = Effect.fnUntraced(function* (
  output_to_file: string,
  given: {
    readonly settings?: Partial<RunSettings>
    readonly scope?: Partial<Scope>
    readonly outputDir?: string
  } = {},
) {
  const files = yield* FileSystem.FileSystem
  const directory = given.outputDir ?? (yield* files.makeTempDirectoryScoped())
  const task = aTask(
    { type: "claude", output_to_file },
    { scope: given.scope ?? {}, settings: { ...given.settings, outputDir: directory } },
  )
  return { directory, written: yield* deliver(task, { result }) }
})

/** Another process of the same run that has written `a.md` and is held up, or killed, before it is in its place. */
const heldProcess = Effect.fnUntraced(function* (outputDir: string) {
  const files = yield* FileSystem.FileSystem
  const [reached, freed] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
  const pid = vi.spyOn(process, "pid", "get").mockReturnValue(-1)
  const held: FileSystem.FileSystem = {
    ...files,
    rename: (from, to) =>
      Deferred.succeed(reached, undefined).pipe(
        Effect.andThen(Deferred.await(freed)),
        Effect.andThen(files.rename(from, to)),
      ),
  }
  const fiber = yield* Effect.forkScoped(
    Effect.provideService(delivered("a.md", { outputDir }), FileSystem.FileSystem, held),
  )
  yield* Deferred.await(reached)
  pid.mockRestore()
  return { goOn: Effect.andThen(Deferred.succeed(freed, undefined), Fiber.join(fiber)) }
})

const read = (path: string) => FileSystem.FileSystem.use((files) => files.readFileString(path))

describe("an output file", () => {
  it.effect("holds the answer's text, in sub-directories made for it", () =>
    Effect.gen(function* () {
      const { directory, written } = yield* delivered("letters/2026/ada.md")

      assert.strictEqual(written, `${directory}/letters/2026/ada.md`)
      assert.strictEqual(yield* read(`${directory}/letters/2026/ada.md`), "Dear Ada,\n")
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer)),
  )

  it.effect("is named by templates too", () =>
    Effect.gen(function* () {
      const { directory } = yield* delivered("{{inputs.name}}.md", { scope: { inputs: { name: "ada" } } })

      assert.strictEqual(yield* read(`${directory}/ada.md`), "Dear Ada,\n")
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer)),
  )

  it.effect("replaces an older one and leaves nothing else behind", () =>
    Effect.gen(function* () {
      const files = yield* FileSystem.FileSystem
      const outputDir = yield* files.makeTempDirectoryScoped()
      yield* files.writeFileString(`${outputDir}/a.md`, "old and much longer than the new one")

      yield* delivered("a.md", { outputDir })

      assert.strictEqual(yield* read(`${outputDir}/a.md`), "Dear Ada,\n")
      assert.deepStrictEqual(yield* files.readDirectory(outputDir), ["a.md"])
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer)),
  )

  it.effect("leaves nothing of what a process that was killed had begun to write", () =>
    Effect.gen(function* () {
      const files = yield* FileSystem.FileSystem
      const outputDir = yield* files.makeTempDirectoryScoped()
      yield* heldProcess(outputDir)

      yield* delivered("a.md", { outputDir })

      assert.deepStrictEqual(yield* files.readDirectory(outputDir), ["a.md"])
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer)),
  )

  it.effect("is written by a process that was held up, too, although another one has taken its part away", () =>
    Effect.gen(function* () {
      const files = yield* FileSystem.FileSystem
      const outputDir = yield* files.makeTempDirectoryScoped()
      const { goOn } = yield* heldProcess(outputDir)
      yield* delivered("a.md", { outputDir })

      const { written } = yield* goOn

      assert.strictEqual(written, `${outputDir}/a.md`)
      assert.deepStrictEqual(yield* files.readDirectory(outputDir), ["a.md"])
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer)),
  )

  it.effect("holds the whole result as JSON under strict compatibility", () =>
    Effect.gen(function* () {
      const { directory } = yield* delivered("a.md", { settings: { strictCompat: true } })

      assert.deepStrictEqual(JSON.parse(yield* read(`${directory}/a.md`)), result)
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer)),
  )

  it.effect.each(["../a.md", "b/../../a.md", "/etc/a.md", "", ".", "sub/.."])(
    "%j may not leave the output directory",
    (name) =>
      Effect.gen(function* () {
        const failed = yield* Effect.flip(delivered(name))

        assert.propertyVal(failed, "reason", "invalid_input")
        assert.include(failed.message, `Step "draft": output_to_file "${name}" does not name a file inside`)
      }).pipe(Effect.scoped, Effect.provide(NodeServices.layer)),
  )

  it.effect("says which path cannot be written where a file stands in place of a directory", () =>
    Effect.gen(function* () {
      const files = yield* FileSystem.FileSystem
      const outputDir = yield* files.makeTempDirectoryScoped()
      yield* files.writeFileString(`${outputDir}/letters`, "a file")

      const failed = yield* Effect.flip(delivered("letters/a.md", { outputDir }))

      assert.propertyVal(failed, "reason", "output_unwritable")
      assert.include(failed.message, `Step "draft": its answer cannot be written to ${outputDir}/letters/a.md: `)
      assert.notInclude(failed.message, "    at ")
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer)),
  )

  it.effect("leaves no half-written file where the target is a directory", () =>
    Effect.gen(function* () {
      const files = yield* FileSystem.FileSystem
      const outputDir = yield* files.makeTempDirectoryScoped()
      yield* files.makeDirectory(`${outputDir}/a.md/inside`, { recursive: true })

      const failed = yield* Effect.flip(delivered("a.md", { outputDir }))

      assert.propertyVal(failed, "reason", "output_unwritable")
      assert.deepStrictEqual(yield* files.readDirectory(outputDir), ["a.md"])
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer)),
  )

  it.effect("is not written for a step that asks for none", () =>
    Effect.gen(function* () {
      assert.isUndefined(yield* deliver(aTask({ type: "claude" }), { result }))
    }).pipe(Effect.provide(FileSystem.layerNoop({})), Effect.provide(NodeServices.layer)),
  )
})
