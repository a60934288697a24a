import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Path from "effect/Path"
import { systemError } from "effect/PlatformError"
import type { PromptPart } from "../../../src/PromptPart.ts"
import { Prompts } from "../../../src/services/prompts/Prompts.ts"
import type { StepTask } from "../../../src/StepTask.ts"
import { aTask, strictSettings } from "../executors/aTask.ts"

const classify = { success: true, text: "refund", cost: 2, model: null, outputs: { label: "refund", tags: ["a", "b"] } }
const task = aTask({ type: "claude" }, { scope: { results: { classify } }, laterSteps: ["reply"] })
const strict = { ...task, settings: strictSettings }

/** Renders in a world that holds only these files. */
const render = (
  parts: ReadonlyArray<PromptPart>,
  given: StepTask = task,
  files: { readonly [path: string]: string } = {},
  pending?: ReadonlySet<string>,
) => {
  const fileSystem = FileSystem.layerNoop({
    readFileString: (path) => {
      const content = files[path]
      if (content !== undefined) return Effect.succeed(content)
      const _tag = path.includes("secret") ? "PermissionDenied" : "NotFound"
      return Effect.fail(systemError({ _tag, module: "FileSystem", method: "readFileString", pathOrDescriptor: path }))
    },
  })
  return Prompts.use((prompts) => prompts.render(parts, given, pending)).pipe(
    Effect.provide(Prompts.layer.pipe(Layer.provide(Layer.mergeAll(fileSystem, Path.layer)))),
  )
}

const previous = (part: object = {}): PromptPart => ({ type: "previous_response", step: "classify", ...part })

describe("a prompt", () => {
  it.effect("is its parts, joined by newlines", () =>
    Effect.gen(function* () {
      const { prompt, complete } = yield* render(
        [{ type: "static", content: "Notes:" }, { type: "file", path: "notes.md" }, previous({ extract: "text" })],
        task,
        { "notes.md": "be kind\n" },
      )

      assert.strictEqual(prompt, "Notes:\nbe kind\n\nrefund")
      assert.isTrue(complete)
    }),
  )

  it.effect("has nothing where session parts stand", () =>
    Effect.gen(function* () {
      const { prompt } = yield* render([
        { type: "static", content: "a" },
        { type: "session_context", session_id: "s" },
        { type: "claude_continue", session_id: "s" },
        { type: "static", content: "b" },
      ])

      assert.strictEqual(prompt, "a\n\n\nb")
    }),
  )
})

describe("a file part", () => {
  it.effect("is looked up in the working directory, then beside the workflow", () =>
    Effect.gen(function* () {
      const both = { "notes.md": "here", "/pipelines/notes.md": "beside" }
      const beside = { "/pipelines/notes.md": "beside" }

      assert.strictEqual((yield* render([{ type: "file", path: "notes.md" }], task, both)).prompt, "here")
      assert.strictEqual((yield* render([{ type: "file", path: "notes.md" }], task, beside)).prompt, "beside")
    }),
  )

  it.effect("names both places when it is in neither", () =>
    Effect.gen(function* () {
      const failed = yield* Effect.flip(render([{ type: "file", path: "notes.md" }]))

      assert.strictEqual(failed.reason, "invalid_input")
      assert.strictEqual(
        failed.message,
        `Step "draft": the prompt's file "notes.md" does not exist. Looked in ${process.cwd()}/notes.md ` +
          "(working directory) and /pipelines/notes.md (beside the workflow).",
      )
    }),
  )

  it.effect("is looked up in the working directory only under strict compatibility", () =>
    Effect.gen(function* () {
      const beside = { "/pipelines/notes.md": "beside" }

      const failed = yield* Effect.flip(render([{ type: "file", path: "notes.md" }], strict, beside))

      assert.include(failed.message, `Looked in ${process.cwd()}/notes.md (working directory).`)
    }),
  )

  it.effect("says why it cannot be read where it exists", () =>
    Effect.gen(function* () {
      const failed = yield* Effect.flip(render([{ type: "file", path: "secret.md" }]))

      assert.strictEqual(failed.reason, "invalid_input")
      assert.match(failed.message, /^Step "draft": the prompt's file .*secret\.md cannot be read: .*PermissionDenied/)
    }),
  )
})

describe("a previous_response part", () => {
  it.effect("is the whole result as JSON with sorted keys", () =>
    Effect.gen(function* () {
      const { prompt } = yield* render([previous()])

      assert.strictEqual(
        prompt,
        [
          "{",
          '  "cost": 2,',
          '  "model": null,',
          '  "outputs": {',
          '    "label": "refund",',
          '    "tags": [',
          '      "a",',
          '      "b"',
          "    ]",
          "  },",
          '  "success": true,',
          '  "text": "refund"',
          "}",
        ].join("\n"),
      )
    }),
  )

  it.effect.each([
    ["text", "refund", "refund"],
    ["outputs.label", "refund", "refund"],
    ["outputs.tags", '[\n  "a",\n  "b"\n]', '[\n  "a",\n  "b"\n]'],
    ["success", "true", "true"],
    ["model", "nil", "nil"],
    ["cost", "2", "2.0"],
  ] as const)("extracts %s, in strict compatibility too", ([extract, ours, original]) =>
    Effect.gen(function* () {
      assert.strictEqual((yield* render([previous({ extract })])).prompt, ours)
      assert.strictEqual((yield* render([previous({ extract })], strict)).prompt, original)
    }),
  )

  it.effect("keeps the dot of the original's costs under strict compatibility", () =>
    Effect.gen(function* () {
      const { prompt } = yield* render([previous()], strict)

      assert.include(prompt, '  "cost": 2.0,\n')
    }),
  )

  it.effect("goes into lists in our dialect only", () =>
    Effect.gen(function* () {
      const part = previous({ extract: "outputs.tags.1", strict: false })

      assert.strictEqual((yield* render([part])).prompt, "b")
      assert.strictEqual((yield* render([part], strict)).prompt, "nil")
    }),
  )

  it.effect("names the fields there are when one is missing", () =>
    Effect.gen(function* () {
      const failed = yield* Effect.flip(render([previous({ extract: "label" })]))

      assert.strictEqual(failed.reason, "invalid_input")
      assert.strictEqual(
        failed.message,
        'Step "draft": field "label" was not found in the answer of step "classify". ' +
          "Available fields: cost, model, outputs, success, text. " +
          'Correct "extract", or set "strict: false" to render "nil" instead.',
      )
    }),
  )

  it.effect("says so when the step was skipped", () =>
    Effect.gen(function* () {
      const skipped = aTask({ type: "claude" }, { scope: { results: { classify: { success: true, skipped: true } } } })

      const failed = yield* Effect.flip(render([previous({ extract: "text" })], skipped))

      assert.include(failed.message, 'in the answer of step "classify", which was skipped.')
    }),
  )

  it.effect.each([
    ["reply", "comes later. Move that step before this one."],
    ["draft", "is this very step. Name a step before it."],
    ["clasify", "has not run. Steps with an answer so far: classify."],
    ["constructor", "has not run. Steps with an answer so far: classify."],
  ])("tells why there is no answer of %s", ([step, why]) =>
    Effect.gen(function* () {
      const failed = yield* Effect.flip(render([previous({ step })]))

      assert.strictEqual(failed.reason, "invalid_input")
      assert.strictEqual(failed.message, `Step "draft": the prompt wants the answer of step "${step}", which ${why}`)
    }),
  )

  it.effect("waits for a pending step, with a marker in its place", () =>
    Effect.gen(function* () {
      const parts = [previous({ step: "reply", extract: "text" }), previous({ step: "reply" })]

      const { prompt, complete } = yield* render(parts, task, {}, new Set(["reply"]))

      assert.strictEqual(prompt, "‹answer of step reply: text›\n‹answer of step reply›")
      assert.isFalse(complete)
    }),
  )
})
