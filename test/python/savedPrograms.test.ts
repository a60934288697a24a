import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { JsonObject } from "../../src/Json.ts"
import { Message } from "../../src/Message.ts"
import { Program } from "../../src/Program.ts"
import { checkParity, formatFrozen } from "../../src/services/adapters/frozenPrompt.ts"
import { decodeProgram } from "../../src/services/programs/programFile.ts"
import { signatureHash } from "../../src/signatureHash.ts"
import { pythonEnvironment } from "./pythonEnvironment.ts"
import { runPython } from "./runPython.ts"

const environment = await pythonEnvironment()

const Saved = Schema.Struct({
  name: Schema.String,
  way: Schema.Literals(["state", "module"]),
  program: Program,
  inputs: JsonObject,
  rendered: Schema.Record(Schema.String, Schema.Array(Message)),
})
const decode = Schema.decodeUnknownSync(Schema.fromJsonString(Saved))

describe.skipIf("missing" in environment)("a program that DSPy saved", () => {
  let folder = ""
  let saved: ReadonlyArray<typeof Saved.Type> = []

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "doubletrack-dspy-"))
    const script = new URL("saved_programs.py", import.meta.url).pathname
    const { status, stdout, stderr } = await runPython(environment, [script, folder])
    expect(status, stderr).toBe(0)
    saved = stdout
      .split("\n")
      .filter(Boolean)
      .map((line) => decode(line))
  }, 120_000)

  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const readProgram = (file: string) => Result.getOrThrow(decodeProgram(readFileSync(join(folder, file), "utf8"), file))

  const freeze = (...args: ReadonlyArray<string>) =>
    runPython(environment, ["-m", "doubletrack_dspy.freeze", ...args], { cwd: folder })

  test.each(["state", "module"] as const)("is sent as DSPy would send it, frozen from its %s", (way) => {
    const frozen = saved.filter((each) => each.way === way)

    expect(frozen.length).toBeGreaterThanOrEqual(20)
    for (const { name, program, inputs, rendered } of frozen) {
      for (const prompt of program.frozen ?? []) {
        const sent = formatFrozen(prompt, program.signature, inputs)

        expect(sent, name).toEqual(rendered[prompt.adapter])
        expect(Result.isSuccess(checkParity(prompt, program.signature)), name).toBe(true)
      }
    }
  })

  test("has a program file with instructions, demos under their field names and both adapters' messages", () => {
    const program = saved.find(({ name, way }) => name === "reasoning with both" && way === "state")?.program

    expect(program).toMatchObject({
      optimizer: { name: "dspy", engine: "dspy" },
      candidate: {
        adapter: "chat",
        reasoning: true,
        demos: [
          { augmented: false, inputs: { message: "Where is it?", urgency: 0.5 }, outputs: { label: "it's late" } },
          { augmented: true, outputs: { reasoning: "as the text says", label: "refund" } },
        ],
      },
    })
    expect(program?.candidate.instructions).toMatch(/^Label a message\.\n\nBe strict:\n {4}indented advice$/)
    expect(program?.frozen?.map(({ adapter }) => adapter)).toEqual(["chat", "json"])
    expect(program?.signatureHash).toBe(program && signatureHash(program.signature))
  })

  test("has a program file that is read as whole and unedited", () => {
    const problems = saved.flatMap(({ name, program }) => {
      const read = decodeProgram(JSON.stringify(program), name)
      return Result.isFailure(read) ? [read.failure.message] : []
    })

    expect(problems).toEqual([])
  })

  test("is frozen by the command from a signature and the saved file", async () => {
    const [first] = saved.filter(({ way }) => way === "state")
    writeFileSync(join(folder, "signature.json"), JSON.stringify(first?.program.signature))

    const { status, stderr } = await freeze(
      ...["--signature", "signature.json", "--state", "0.json", "--adapter", "json"],
      ...["--optimizer-name", "mipro_v2", "--model", "openai/some-model", "-o", "program.json"],
    )

    const program = readProgram("program.json")
    expect([status, stderr]).toEqual([0, ""])
    expect(program).toMatchObject({
      model: "openai/some-model",
      optimizer: { name: "mipro_v2" },
      candidate: { ...first?.program.candidate, adapter: "json" },
      frozen: first?.program.frozen,
    })
  })

  test("is frozen by the command from a module", async () => {
    writeFileSync(
      join(folder, "mine.py"),
      'import dspy\n\ndef program():\n    return dspy.ChainOfThought("question -> answer: float")\n',
    )

    const { status, stderr } = await freeze("--module", "mine:program", "-o", "module.json")

    const program = readProgram("module.json")
    expect([status, stderr]).toEqual([0, ""])
    expect(program.signature.outputs).toEqual([{ name: "answer", type: "number" }])
    expect(program.candidate.reasoning).toBe(true)
  })

  const other = (name: string) => ({
    instructions: "Answer.",
    inputs: [{ name, type: "string" }],
    outputs: [{ name: "answer", type: "string" }],
  })

  test.each([
    [
      "names that are not the signature's",
      other("query"),
      "0.json",
      /where the signature has 'query', the state has 'question'/,
    ],
    ["another number of fields", other("question"), "2.json", /the state has 3 fields, the signature 2/],
    [
      "several predictors and none chosen",
      other("question"),
      "18.json",
      /the program has the predictors hops\[0\]\.predict, .*--predictor/,
    ],
    ["a file that is missing", other("question"), "missing.json", /missing\.json cannot be read/],
  ])("is refused with %s", async (what, signature, state, message) => {
    const file = `${what}.signature.json`
    writeFileSync(join(folder, file), JSON.stringify(signature))

    const { status, stderr } = await freeze("--signature", file, "--state", state, "-o", "refused.json")

    expect(stderr).toMatch(message)
    expect(stderr.trim().split("\n")).toHaveLength(1)
    expect(status).toBe(2)
  })

  test("is refused where the module cannot be had, in one line", async () => {
    const { status, stderr } = await freeze("--module", "nowhere:program", "-o", "refused.json")

    expect(stderr).toMatch(/^freeze: --module nowhere:program: ModuleNotFoundError: .*nowhere.*\n$/)
    expect(status).toBe(2)
  })
})
