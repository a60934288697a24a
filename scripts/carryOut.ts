import { type ChildProcess, fork } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Skipped } from "../test/nightly/Series.ts"
import type { Finding, Size } from "../test/simulation/Proof.ts"

/** What came out, and what was said meanwhile. */
interface CarriedOut {
  readonly found: Finding | Skipped
  readonly said: string
}

/** Carries out one series in a process group and a temporary folder of its own; nothing of either is left. */
export const carryOut = async (name: string, size: Size): Promise<CarriedOut> => {
  const folder = mkdtempSync(join(tmpdir(), "doubletrack-nightly-"))
  const child = fork(main, [name, size], {
    ...{ detached: true, stdio: ["ignore", "pipe", "pipe", "ipc"] },
    env: { ...process.env, TMPDIR: folder },
  })
  running = child
  let said = ""
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      said += text
    })
  }
  let found: Finding | Skipped | null = null
  child.once("message", (finding: Finding | Skipped) => {
    found = finding
  })
  const ended = await new Promise((resolve) =>
    child.once("close", (status, signal) => resolve(`its process ended with ${signal ?? status}`)),
  )
  running = null
  signalGroup(child, "SIGKILL")
  rmSync(folder, { recursive: true, force: true })
  return { found: found ?? { holds: false, figures: String(ended) }, said }
}

const main = join(import.meta.dirname, "series.ts")

let running: ChildProcess | null = null

/** Ends what is under way: it may put things in order first. */
export const interrupt = (): void => {
  const child = running
  if (child === null) return
  signalGroup(child, "SIGTERM")
  setTimeout(() => signalGroup(child, "SIGKILL"), 2000).unref()
}

const signalGroup = ({ pid }: ChildProcess, signal: NodeJS.Signals): void => {
  if (pid === undefined) return
  try {
    process.kill(-pid, signal)
  } catch {
    // Nothing of the group is left.
  }
}
