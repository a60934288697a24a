import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { doubletrack, folder } from "./commandLine.ts"

/** What `program.save` wrote of a classifier. */
const state = (given: object = {}) =>
  JSON.stringify({
    traces: [],
    train: [],
    demos: [
      { augmented: true, message: "Where is my parcel?", reasoning: "It is about delivery.", label: "delivery" },
      { message: "Give me my money back", label: "refund", dspy_split: "train" },
    ],
    signature: {
      instructions: "Label the message.",
      fields: [
        { prefix: "Message:", description: "${message}" },
        { prefix: "Reasoning:", description: "${reasoning}" },
        { prefix: "Label:", description: "the intent" },
      ],
    },
    lm: null,
    metadata: { dependency_versions: { python: "3.11", dspy: "3.3.1", cloudpickle: "3.1" } },
    ...given,
  })

const pipeline = (name: string) => `workflow:
  name: ${name}
  steps:
    - name: classify
      type: claude
      signature:
        instructions: Label the message.
        input_fields: [{ name: message, type: string, template: "{{inputs.message}}" }]
        output_fields: [{ name: label, type: string }]
      prompt: [{ type: static, content: "Label: {{inputs.message}}" }]
`

const files = {
  "state.json": state(),
  "triage.yaml": pipeline("triage"),
  "support.yaml": pipeline("support"),
  "signature.yaml": "input_fields: [message]\noutput_fields: [label]\n",
}

const program = (cwd: string, ...args: ReadonlyArray<string>) => doubletrack(["program", ...args], { cwd })

const json = async (cwd: string, ...args: ReadonlyArray<string>) => {
  const { stdout, stderr, status } = await program(cwd, ...args, "--json")
  expect(status, stderr).toBe(0)
  return JSON.parse(stdout)
}

const brought = async (cwd: string, signature = "triage.yaml#classify"): Promise<string> =>
  (await json(cwd, "import", "state.json", "--signature", signature)).id

describe("a program saved by DSPy", () => {
  test("is imported for a step, promoted, shown, listed and rolled back", async () => {
    const cwd = folder(files)

    const { status, stdout } = await program(cwd, "import", "state.json", "--signature", "triage.yaml#classify")
    const [id] = /prog-[\da-f]{16}/.exec(stdout) ?? [""]
    const promoted = await program(cwd, "promote", id.slice(5, 11))
    const shown = await program(cwd, "show", id)
    const [row] = await json(cwd, "list")
    const table = await program(cwd, "list")
    const back = await program(cwd, "rollback", "classify")

    expect(status).toBe(0)
    expect(stdout).toContain(`${id} for triage/classify. \`doubletrack program promote ${id}\` serves it.`)
    expect(promoted.stdout).toBe(`${id} is adopted for triage/classify.\n`)
    expect(shown.stdout).toMatch(/^status {5}adopted: promoted by hand$/m)
    expect(shown.stdout).toContain('{"message":"Where is my parcel?"}')
    expect(row).toMatchObject({ id, step: "classify", optimizer: "imported", adopted: true, heldOut: null })
    expect(row.signature).toMatch(/^[\da-f]{64}$/)
    expect(table.stdout).toMatch(new RegExp(`^${id} +adopted +triage/classify +imported`, "m"))
    expect(back.stdout).toBe(`${id} is rolled back. triage/classify is served by no program: its own prompt runs.\n`)
    expect(await json(cwd, "list")).toMatchObject([{ id, adopted: false, reason: "rolled back" }])
  }, 30_000)

  test("goes back to DSPy with what it came with", async () => {
    const cwd = folder(files)
    const id = await brought(cwd, "signature.yaml")

    const { stdout, status } = await program(cwd, "export", id, "--format", "dspy")

    const { predict, metadata } = JSON.parse(stdout)
    expect(status).toBe(0)
    expect(metadata).toEqual({ dependency_versions: {} })
    expect(predict.demos).toEqual([
      { augmented: true, message: "Where is my parcel?", reasoning: "It is about delivery.", label: "delivery" },
      { message: "Give me my money back", label: "refund" },
    ])
    expect(predict.signature).toEqual({
      instructions: "Label the message.",
      fields: [
        { prefix: "Message:", description: "${message}" },
        { prefix: "Reasoning:", description: "${reasoning}" },
        { prefix: "Label:", description: "${label}" },
      ],
    })
  })

  test("can be given its signature in the short form", async () => {
    const cwd = folder(files)

    expect(await json(cwd, "import", "state.json", "--signature", "message -> label")).toMatchObject({
      workflow: null,
      step: null,
      notes: ["the file describes label in other words; those of the signature are used"],
    })
  })
})

test("a program moves to another installation as a file", async () => {
  const [from, to] = [folder(files), folder(files)]
  const id = await brought(from)

  await program(from, "export", id, "-o", join(to, "p.json"))
  const moved = await json(to, "import", "p.json", "--signature", "triage.yaml#classify")

  expect(moved).toMatchObject({ id, workflow: "triage", step: "classify", adopted: false })
})

test("the same program for steps of two pipelines: rollback asks which", async () => {
  const cwd = folder(files)
  for (const file of ["triage.yaml", "support.yaml"])
    await program(cwd, "promote", await brought(cwd, `${file}#classify`))

  const either = await program(cwd, "rollback", "classify")
  const one = await json(cwd, "rollback", "support/classify")

  expect(either.status).toBe(2)
  expect(either.stderr).toMatch(/Several pipelines have a step "classify"; say which: (support|triage)\/classify, /)
  expect(one).toMatchObject({ workflow: "support", step: "classify", adopted: null })
  expect(await json(cwd, "list")).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ workflow: "triage", adopted: true }),
      expect.objectContaining({ workflow: "support", adopted: false }),
    ]),
  )
}, 30_000)

test("invalidating a signature un-adopts its programs", async () => {
  const cwd = folder(files)
  await program(cwd, "promote", await brought(cwd))

  const { invalidated, signature } = await json(cwd, "invalidate", "triage.yaml#classify")

  expect(invalidated).toBe(1)
  expect(await json(cwd, "list")).toMatchObject([{ signature, adopted: false }])
  expect(await json(cwd, "invalidate", signature.slice(0, 8))).toEqual({ signature, invalidated: 0 })
})

test("looking at programs where there are none says so and leaves nothing behind", async () => {
  const cwd = folder()

  const { status, stdout } = await program(cwd, "list")

  expect([status, stdout]).toEqual([0, "There are no programs yet; `doubletrack optimize FILE` compiles one.\n"])
  expect(await json(cwd, "list")).toEqual([])
  expect(existsSync(join(cwd, ".doubletrack"))).toBe(false)
})

describe("what is wrong is refused with 2, and nothing is stored", () => {
  const composite = JSON.stringify({ "hops[0].predict": JSON.parse(state()), "answer.predict": JSON.parse(state()) })

  test.each<[string, ReadonlyArray<string>, RegExp]>([
    [
      "a state without a signature",
      ["import", "state.json"],
      /state\.json: .*Say what its signature is with --signature F/,
    ],
    [
      "the signature of another program",
      ["import", "state.json", "--signature", "message -> topic"],
      /^state\.json: its field 3 is "Label:", where the signature has "topic"\. /,
    ],
    [
      "fields in the wrong order",
      ["import", "state.json", "--signature", "label -> message"],
      /its field 1 is "message", where the signature has "label"/,
    ],
    [
      "several predictors",
      ["import", "composite.json", "--signature", "message -> label"],
      /it has 2 predictors: hops\[0\]\.predict, answer\.predict\. Say which with --predictor PATH/,
    ],
    [
      "a predictor that is not there",
      ["import", "composite.json", "--signature", "message -> label", "--predictor", "answer.predicts"],
      /no predictor "answer\.predicts".* Did you mean "answer\.predict"\?/,
    ],
    ["a file that is not there", ["import", "nowhere.json"], /^nowhere\.json: there is no such file$/m],
    [
      "a state cut short",
      ["import", "short.json", "--signature", "message -> label"],
      /^short\.json: it is cut short\.$/m,
    ],
    ["a pickle", ["import", "program.pkl", "--signature", "message -> label"], /pickle, which only Python can read/],
    [
      "another file altogether",
      ["import", "triage.yaml", "--signature", "message -> label"],
      /^triage\.yaml: line 1: expected a value/,
    ],
    [
      "a step that the pipeline does not have",
      ["import", "state.json", "--signature", "triage.yaml#clasify"],
      /^triage\.yaml: it has no step "clasify" with a signature; .* Did you mean "classify"\?$/m,
    ],
    [
      "a signature file with a mistake",
      ["import", "state.json", "--signature", "wrong.yaml"],
      /^wrong\.yaml:1:\d+: error: .*strng/,
    ],
    [
      "a pipeline without a step",
      ["import", "state.json", "--signature", "message -> label", "--workflow", "w"],
      /--workflow and --step go together/,
    ],
    ["an unknown id", ["show", "prog-12345"], /There is no program prog-12345\. `doubletrack program list`/],
    ["an unknown whole id", ["promote", "prog-0123456789abcdef"], /There is no program prog-0123456789abcdef/],
    ["a step without programs", ["rollback", "classify"], /No program was ever compiled for a step "classify"/],
    ["an unknown signature", ["invalidate", "deadbeef"], /No program has a signature deadbeef/],
  ])("%s", async (_what, args, message) => {
    const cwd = folder({
      ...files,
      "composite.json": composite,
      "short.json": state().slice(0, 200),
      "wrong.yaml": "input_fields: [{ name: message, type: strng }]\noutput_fields: [label]\n",
    })
    writeFileSync(join(cwd, "program.pkl"), Buffer.from([0x80, 0x05, 0x95, 0x00]))

    const { status, stdout, stderr } = await program(cwd, ...args)

    expect(stderr).toMatch(message)
    expect(stderr).not.toMatch(/^\s+at /m)
    expect([status, stdout]).toEqual([2, ""])
    expect(existsSync(join(cwd, ".doubletrack"))).toBe(false)
  })

  test("a program file that was edited, or cut short", async () => {
    const cwd = folder(files)
    await program(cwd, "export", await brought(cwd), "-o", "p.json")
    const text = readFileSync(join(cwd, "p.json"), "utf8")
    writeFileSync(join(cwd, "edited.json"), text.replace("delivery", "refund"))
    writeFileSync(join(cwd, "short.json"), text.slice(0, -100))

    const edited = await program(cwd, "import", "edited.json")
    const short = await program(cwd, "import", "short.json")

    expect([edited.status, short.status]).toEqual([2, 2])
    expect(edited.stderr).toMatch(/^edited\.json: it was edited: its id prog-\S+ does not match its content/)
    expect(short.stderr).toMatch(/^short\.json: it is cut short\./)
  })
})

describe("a store that cannot be used fails with 1 and says what to do", () => {
  test("a file in the place of its directory", async () => {
    const cwd = folder({ ...files, ".doubletrack": "" })

    const { status, stderr } = await program(cwd, "list")

    expect(status).toBe(1)
    expect(stderr).toMatch(
      /"\.doubletrack" cannot be made \(there is a file in its place\)\. Choose another with --state/,
    )
  })

  test("a damaged file", async () => {
    const cwd = folder(files)
    await brought(cwd)
    writeFileSync(join(cwd, ".doubletrack", "doubletrack.db"), "rubbish ".repeat(1000))

    const { status, stderr } = await program(cwd, "list")

    expect(status).toBe(1)
    expect(stderr).toMatch(/\.doubletrack\/doubletrack\.db" is damaged\. Restore it/)
  })

  test("an adoption undone where none is left", async () => {
    const cwd = folder(files)
    await brought(cwd)

    const { status, stderr } = await program(cwd, "rollback", "classify")

    expect([status, stderr]).toEqual([1, "There is nothing to roll back: no program is adopted for triage/classify.\n"])
  })
})
