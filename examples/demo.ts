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
    "Run it on a message. No key is needed: the embedded offline model answers.",
    ...["run", pipeline, "--input", "message=Where is my Marten fleece? I ordered it two weeks ago (LO-47726)."],
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
    "A second pipeline sends messages to queues with codes for names. Compile it, too.",
    ...["optimize", "examples/ticket-routing/pipeline.yaml"],
  ],
  [
    "Mode hybrid on 360 messages: tested on both tracks, decided, and rescued when the optimized track is cut off.",
    "examples/hybrid.ts",
  ],
  ["What is known of the two tracks now?", "experiments"],
]

const isProgram = ([first = ""]: ReadonlyArray<string>): boolean => first.endsWith(".ts")

const commandOf = (args: ReadonlyArray<string>): ReadonlyArray<string> =>
  isProgram(args) ? args : [join(root, "src/cli/main.ts"), ...args, "--model", "offline/in-context"]

const quoted = (argument: string): string => (/[\s']/.test(argument) ? JSON.stringify(argument) : argument)

/** Runs one command as a person would type it; resolves to its exit status. */
const execute = (args: ReadonlyArray<string>): Promise<number | null> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...commandOf(args), "--state", state], {
      cwd: root,
      stdio: "inherit",
    })
    child.on("error", reject)
    child.on("close", resolve)
  })

let failed = false
for (const [title, ...args] of chapters) {
  console.log(`\n# ${title}\n$ ${isProgram(args) ? "node" : "doubletrack"} ${args.map(quoted).join(" ")}\n`)
  failed = (await execute(args)) !== 0 || failed
}
await rm(state, { recursive: true, force: true })
process.exitCode = failed ? 1 : 0
