import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { inMemory, onDisk } from "./workflowsOf.ts"

let directory = ""
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "doubletrack-workflows-"))
})
afterEach(() => rmSync(directory, { recursive: true }))

const write = (name: string, content: string | Uint8Array) => {
  const file = join(directory, name)
  writeFileSync(file, content)
  return file
}

/** The message that loading fails with, the directory left out. */
const refusal = async (file: string, strictCompat = false) => {
  const { message } = await onDisk((workflows) => Effect.flip(workflows.load(file, { strictCompat })))
  return message.replaceAll(directory, "DIR")
}

describe("load", () => {
  it("gives the workflow, its file, its directory and its warnings", async () => {
    const file = write("p.yaml", "workflow: { name: x, steps: [{ name: a, type: claude, prompt: hi, extra: 1 }] }")

    const loaded = await onDisk((workflows) => workflows.load(file))

    expect(loaded).toEqual({
      file,
      directory,
      workflow: {
        name: "x",
        steps: [{ name: "a", type: "claude", prompt: [{ type: "static", content: "hi" }], extra: 1 }],
      },
      warnings: [],
    })
  })

  it("names every problem at once, one line each", async () => {
    const file = write("p.yaml", "workflow:\n  steps:\n    - { name: a, type: cloude }\n    - { type: claude }\n")

    expect(await refusal(file)).toMatchInlineSnapshot(`
      "DIR/p.yaml:2:3: error: The workflow has no name. Add 'name: my_workflow' below 'workflow'. (workflow.name)
      DIR/p.yaml:3:24: error: Unknown step type 'cloude'. Did you mean 'claude'? Known types: claude, gemini, gemini_instructor, claude_smart, claude_session, claude_extract, claude_batch, claude_robust, parallel_claude, set_variable, for_loop, while_loop, data_transform, file_ops, pipeline, test_echo. (workflow.steps[0].type)
      DIR/p.yaml:4:7: error: The step has no name. Add 'name'. (workflow.steps[1].name)
      DIR/p.yaml:4:7: error: This step has no prompt. Add 'prompt': text, or a list of parts. (workflow.steps[1].prompt)"
    `)
  })

  it("names a missing file", async () => {
    expect(await refusal(join(directory, "nope.yaml"))).toMatchInlineSnapshot(
      `"DIR/nope.yaml:1:1: error: There is no such file. Check the path, or change to the directory it is relative to."`,
    )
  })

  it("names a missing file in the original's words under strict compatibility", async () => {
    expect(await refusal(join(directory, "nope.yaml"), true)).toMatchInlineSnapshot(`
      "DIR/nope.yaml:1:1: error: Failed to read file: DIR/nope.yaml
      DIR/nope.yaml:1:1: warning: There is no such file. Check the path, or change to the directory it is relative to."
    `)
  })

  it("names a directory", async () => {
    expect(await refusal(directory)).toMatchInlineSnapshot(
      `"DIR:1:1: error: This is a directory. Name the workflow file inside it."`,
    )
  })

  it("names text that is not UTF-8", async () => {
    expect(await refusal(write("p.yaml", Buffer.from("workflow:\n  name: caf\xe9\n", "latin1")))).toMatchInlineSnapshot(
      `"DIR/p.yaml:2:12: error: From here on the file is not UTF-8 text. Save it as UTF-8."`,
    )
  })

  it("refuses a file above the limit", async () => {
    expect(await refusal(write("p.yaml", "#".repeat(1_048_577)))).toMatchInlineSnapshot(
      `"DIR/p.yaml:1:1: error: The file has 1048577 bytes; a workflow has at most 1048576."`,
    )
  })

  it("reads a byte order mark and Windows line ends", async () => {
    const file = write("p.yaml", "\u{feff}workflow:\r\n  name: x\r\n  steps:\r\n    - { name: a, type: cloude }\r\n")

    expect((await refusal(file)).slice(0, 70)).toMatchInlineSnapshot(
      `"DIR/p.yaml:4:24: error: Unknown step type 'cloude'. Did you mean 'clau"`,
    )
  })
})

describe("fromValue", () => {
  it("gives a workflow written in TypeScript the same form", async () => {
    const loaded = await inMemory("", (workflows) =>
      workflows.fromValue(
        {
          name: "x",
          steps: [
            {
              name: "a",
              type: "claude",
              prompt: [{ type: "static", content: "hi" }],
              signature: {
                instructions: "Answer.",
                inputs: [{ name: "question", type: "string" }],
                outputs: [{ name: "answer", type: "string" }],
              },
            },
          ],
        },
        "/here",
      ),
    )

    expect(loaded.directory).toBe("/here")
    expect(loaded).not.toHaveProperty("file")
    expect(loaded.workflow.steps[0].signature?.outputs[0].name).toBe("answer")
  })

  it("checks it as a file is checked, by path", async () => {
    const { message } = await inMemory("", (workflows) =>
      Effect.flip(workflows.fromValue({ name: "x", steps: [{ name: "a", type: "cloude" }] }, "/here")),
    )

    expect(message).toMatchInlineSnapshot(
      `"<workflow>:1:1: error: Unknown step type 'cloude'. Did you mean 'claude'? Known types: claude, gemini, gemini_instructor, claude_smart, claude_session, claude_extract, claude_batch, claude_robust, parallel_claude, set_variable, for_loop, while_loop, data_transform, file_ops, pipeline, test_echo. (workflow.steps[0].type)"`,
    )
  })

  it("refuses a value that is not plain data", async () => {
    const step: Record<string, unknown> & { name: string; type: string } = { name: "a", type: "claude" }
    step["self"] = step

    const { message } = await inMemory("", (workflows) =>
      Effect.flip(workflows.fromValue({ name: "x", steps: [step] }, "/here")),
    )

    expect(message).toMatchInlineSnapshot(
      `"<workflow>:1:1: error: The workflow is not plain data: it contains itself, or a value that JSON lacks. (workflow)"`,
    )
  })
})
