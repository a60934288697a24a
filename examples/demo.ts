import { spawn } from "node:child_process"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"

const root = join(import.meta.dirname, "..")
const pipeline = "examples/support-triage/pipeline.yaml"
const state = await mkdtemp(join(tmpdir(), "doubletrack-demo-"))

const chapters: ReadonlyArray<readonly [title: string, ...args: ReadonlyArray<string>]> = [
  ["A pipeline as YAML. Is it right?", "validate", pipeline, "--strict"],
  [
    "Run it on real messages. No key is needed: the embedded offline model answers.",
    ...["run", pipeline, "--inputs", "examples/support-triage/inputs.jsonl"],
  ],
  [
    "Compile programs from 376 labelled messages. One is adopted only where its gain on held-out rows is more than chance.",
    ...["optimize", pipeline],
  ],
  [
    "What are they worth on messages that compiling never saw?",
    ...["evaluate", pipeline, "--dataset", "examples/support-triage/test.jsonl"],
  ],
  [
    "Ask for the optimized track: where a program is adopted it serves, elsewhere the step falls back and says why.",
    ...[
      "run",
      pipeline,
      "--mode",
      "dspy_optimized",
      "--input",
      "message=The zip of my Marten fleece broke after two days and does not close any more, what can I do? It was order LO-47726.",
    ],
  ],
]

/** Runs one command of doubletrack as a person would type it; resolves to its exit status. */
const doubletrack = (args: ReadonlyArray<string>): Promise<number | null> =>
  new Promise((resolve, reject) => {
    const own = ["--model", "offline/in-context", "--state", state]
    const child = spawn(process.execPath, [join(root, "src/cli/main.ts"), ...args, ...own], {
      cwd: root,
      stdio: "inherit",
    })
    child.on("error", reject)
    child.on("close", resolve)
  })

let failed = false
for (const [title, ...args] of chapters) {
  console.log(
    `\n# ${title}\n$ doubletrack ${args.map((arg) => (/[\s']/.test(arg) ? JSON.stringify(arg) : arg)).join(" ")}\n`,
  )
  failed = (await doubletrack(args)) !== 0 || failed
}
await rm(state, { recursive: true, force: true })
process.exitCode = failed ? 1 : 0
