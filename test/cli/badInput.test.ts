import { describe, expect, test } from "vitest"
import { doubletrack, folder, pipeline } from "./commandLine.ts"

const good = pipeline({ classify: "Label: {{inputs.message}}" })

/** Runs a pipeline file and gives the status and what standard error says beside the line about models. */
const run = async (files: Readonly<Record<string, string>>, ...args: ReadonlyArray<string>) => {
  const { status, stdout, stderr } = await doubletrack(["run", "a.yaml", "--quiet", ...args], { cwd: folder(files) })
  return { status, stdout, stderr }
}

const step = (lines: ReadonlyArray<string>) =>
  ["workflow:", "  name: w", "  steps:", "    - name: one", ...lines.map((line) => `      ${line}`), ""].join("\n")

describe("a pipeline file that is wrong is refused with 2, and nothing is run", () => {
  test.each<[string, Readonly<Record<string, string>>, RegExp]>([
    ["missing", {}, /^a\.yaml:1:1: error: There is no such file\./],
    ["not YAML", { "a.yaml": "workflow: [\n  a: }" }, /^a\.yaml:\d+:\d+: error: /],
    ["with a root that is no map", { "a.yaml": "- one\n- two\n" }, /^a\.yaml:1:1: error: /],
    ["without steps", { "a.yaml": "workflow:\n  name: w\n  steps: []\n" }, /^a\.yaml:3:\d+: error: .*step/i],
    [
      "with an unknown step type",
      { "a.yaml": step(["type: cluade", "prompt: [{ type: static, content: x }]"]) },
      /^a\.yaml:5:13: error: .*claude/,
    ],
    [
      "with a reference to no step",
      { "a.yaml": step(["type: claude", "prompt: [{ type: previous_response, step: nobody }]"]) },
      /^a\.yaml:6:\d+: error: .*nobody/,
    ],
    [
      "with a prompt part without content",
      { "a.yaml": step(["type: claude", "prompt: [{ type: static }]"]) },
      /^a\.yaml:6:\d+: error: .*content/,
    ],
  ])("%s", async (_what, files, message) => {
    const { status, stdout, stderr } = await run(files)

    expect(status).toBe(2)
    expect(stdout).toBe("")
    expect(stderr).toMatch(message)
    expect(stderr).not.toMatch(/^\s+at /m)
  })

  test("every problem is listed at once", async () => {
    const { status, stderr } = await run({
      "a.yaml": step(["type: cluade", "execution_mode: fast", "prompt: [{ type: static }]"]),
    })

    expect(status).toBe(2)
    expect(stderr.trimEnd().split("\n").length).toBeGreaterThanOrEqual(2)
  })
})

test("duplicate keys are reported with their place, and the last one wins", async () => {
  const text = good.replace("  name: triage\n", "  name: triage\n  name: other\n")
  const cwd = folder({ "a.yaml": text })

  const { status, stdout, stderr } = await doubletrack(["run", "a.yaml", "--input", "message=x", "--json"], { cwd })

  expect(status).toBe(0)
  expect(stderr).toMatch(/^a\.yaml:3:3: warning: .*'name'/m)
  expect(JSON.parse(stdout)).toMatchObject({ workflow: "other" })
})

test("a reference to a later step is legal, and the run names it", async () => {
  const text = [
    step(["type: claude", "prompt: [{ type: previous_response, step: two }]"]).trimEnd(),
    "    - { name: two, type: claude, prompt: [{ type: static, content: x }] }",
    "",
  ].join("\n")

  const { status, stderr } = await run({ "a.yaml": text })

  expect(status).toBe(1)
  expect(stderr).toMatch(/^doubletrack: step "one" failed \(invalid_input\): .*"two", which comes later/)
})

test("a prompt file that is missing fails the step and names the file", async () => {
  const { status, stderr } = await run({
    "a.yaml": step(["type: claude", "prompt: [{ type: file, path: nowhere.md }]"]),
  })

  expect(status).toBe(1)
  expect(stderr).toMatch(/^doubletrack: step "one" failed \(invalid_input\): .*"nowhere\.md" does not exist/)
})

describe("inputs that are wrong are refused with 2", () => {
  test("one that is not given is named, with the flag that gives it", async () => {
    const { status, stderr } = await run({ "a.yaml": good })

    expect(status).toBe(2)
    expect(stderr).toMatch(/"message" is not given: pass --input message=/)
  })

  test.each<[string, ReadonlyArray<string>, RegExp]>([
    [
      "--input without a value",
      ["--input", "message"],
      /^--input message: expected a name and a value, such as --input message=Hello$/m,
    ],
    ["--input without a name", ["--input", "=x"], /^--input =x: expected a name and a value/m],
    ["a missing file", ["--inputs", "nowhere.json"], /^nowhere\.json: there is no such file of inputs$/m],
    ["a file that is not JSON", ["--inputs", "broken.json"], /^broken\.json:2:\d+: error: this is not JSON: /m],
    [
      "a file of something else",
      ["--inputs", "text.json"],
      /^text\.json:1:1: error: inputs are an object .*; this is a string$/m,
    ],
    [
      "a list with something else in it",
      ["--inputs", "list.json"],
      /^list\.json:2:3: error: inputs are an object .*; this is a number$/m,
    ],
    ["an empty file", ["--inputs", "empty.jsonl"], /^empty\.jsonl: there are no inputs in it$/m],
    ["an unknown step of --step-mode", ["--input", "message=x", "--step-mode", "clasify=hybrid"], /clasify.*classify/],
    [
      "a wrong --step-mode",
      ["--step-mode", "classify=hybird"],
      /^--step-mode classify=hybird: .*did you mean hybrid\?$/m,
    ],
  ])("%s", async (_what, args, message) => {
    const files = {
      "a.yaml": good,
      "broken.json": `{\n  "message": \n}`,
      "text.json": `"message"`,
      "list.json": `[{ "message": "x" },\n  7]`,
      "empty.jsonl": "\n",
    }

    const { status, stdout, stderr } = await run(files, ...args)

    expect(status).toBe(2)
    expect(stdout).toBe("")
    expect(stderr).toMatch(message)
  })

  test("every wrong line of a JSONL file is named", async () => {
    const { status, stderr } = await run(
      { "a.yaml": good, "m.jsonl": `{"message":"x"}\n[1]\n{"message":\n` },
      "--inputs",
      "m.jsonl",
    )

    expect(status).toBe(2)
    expect(stderr).toMatch(/^m\.jsonl:2:1: error: inputs are an object .*; this is a list$/m)
    expect(stderr).toMatch(/^m\.jsonl:3:1: error: this line is not JSON$/m)
  })
})

describe("models and settings that are wrong are refused with 2", () => {
  test.each<[string, ReadonlyArray<string>, RegExp]>([
    ["an unknown model id", ["--model", "antropic/claude-x"], /antropic.*anthropic/],
    ["a provider without a key", ["--model", "anthropic/claude-sonnet-5"], /ANTHROPIC_API_KEY/],
    ["a missing config file", ["--config", "nowhere.json"], /^nowhere\.json: there is no such config file$/m],
    [
      "a config file with an unknown setting",
      ["--config", "wrong.json"],
      /^wrong\.json:1:12: error: there is no setting "modle"; did you mean "model"\?/m,
    ],
    [
      "an events file in no folder",
      ["--events", "no/where.ndjson"],
      /^--events no\/where\.ndjson: its folder does not exist/m,
    ],
  ])("%s", async (_what, args, message) => {
    const { status, stdout, stderr } = await run(
      { "a.yaml": good, "wrong.json": `{ "modle": "x" }` },
      "--input",
      "message=x",
      ...args,
    )

    expect(status).toBe(2)
    expect(stdout).toBe("")
    expect(stderr).toMatch(message)
    expect(stderr).not.toMatch(/^\s+at /m)
  })

  test("a wrong variable is named", async () => {
    const cwd = folder({ "a.yaml": good })

    const { status, stderr } = await doubletrack(["run", "a.yaml", "--input", "message=x"], {
      cwd,
      env: { DOUBLETRACK_FORCE: "on" },
    })

    expect(status).toBe(2)
    expect(stderr).toBe(`DOUBLETRACK_FORCE: expected "traditional", got "on" (force)\n`)
  })
})

test("an output directory that cannot be written fails the step with 1 and says where", async () => {
  const text = pipeline({ draft: "x" }, { draft: "output_to_file: reply.txt" })

  const { status, stderr } = await run({ "a.yaml": text, outputs: "a file in its place" })

  expect(status).toBe(1)
  expect(stderr).toMatch(/step "draft" failed \(output_unwritable\).*outputs\/reply\.txt/)
})

test("a step that fails says what is kept of those before it", async () => {
  const text = pipeline(
    { classify: "Say one.", draft: "x" },
    { classify: "output_to_file: one.txt", draft: "output_to_file: ../../escape.txt" },
  )

  const { status, stdout, stderr } = await run({ "a.yaml": text })

  expect(status).toBe(1)
  expect(stdout).toBe("")
  expect(stderr).toMatch(/^Kept: 1 of 2 steps done\.\n {2}classify: .*\n {2}written: outputs\/one\.txt$/m)
})
