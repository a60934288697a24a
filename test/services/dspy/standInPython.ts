import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"
import { onTestFinished } from "vitest"

/** A Python that can do what setting up asks of it, and writes down that it did. */
export interface StandInPython {
  readonly state: string
  /** Only the stand-in is on the path, beside what a shell needs. */
  readonly environment: Readonly<Record<string, string>>
  /** What it was asked to do, in order. */
  readonly calls: () => ReadonlyArray<string>
}

/** A shell script as Python; `pip` is what installing does, `worker` what loading our package does. Removed after the test. */
export const standInPython = (pip = "true", worker = "true"): StandInPython => {
  const folder = mkdtempSync(join(tmpdir(), "doubletrack-python-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const log = join(folder, "calls")
  const bin = join(folder, "bin")
  mkdirSync(bin)
  const script = `#!/bin/sh
case "$*" in
  "-m venv "*) echo venv >> ${log}; mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
  "-m pip "*) echo pip >> ${log}; ${pip} ;;
  *doubletrack_dspy*) echo load >> ${log}; ${worker} ;;
esac
`
  writeFileSync(join(bin, "python3"), script)
  chmodSync(join(bin, "python3"), 0o755)
  return {
    state: join(folder, "state"),
    environment: { PATH: [bin, "/usr/bin", "/bin"].join(delimiter), DOUBLETRACK_PYTHON: join(bin, "python3") },
    calls: () => (existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : []),
  }
}
