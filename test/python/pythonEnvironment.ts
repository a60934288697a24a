import { execFileSync, spawn } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout } from "node:timers/promises"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("../..", import.meta.url))

/** Where the package lies. */
export const packageFolder = join(root, "python")

/** Python with the pinned DSPy; or why there is none. */
export type PythonEnvironment = { readonly python: string } | { readonly missing: string }

/**
 * A virtual environment with `python/requirements.txt`, made once for each content of that file and kept in
 * `node_modules/.cache`. Where it cannot be made the reason is printed in one line. `DOUBLETRACK_TEST_PYTHON` names a
 * Python to take as it is, to try another version of DSPy.
 */
export const pythonEnvironment = async (): Promise<PythonEnvironment> => {
  const given = process.env.DOUBLETRACK_TEST_PYTHON
  if (given !== undefined) return { python: given }
  const requirements = join(packageFolder, "requirements.txt")
  const hash = createHash("sha256").update(readFileSync(requirements)).digest("hex").slice(0, 12)
  const folder = join(root, "node_modules", ".cache", `doubletrack-dspy-${hash}`)
  const ready = join(folder, "ready")
  const python = join(folder, "bin", "python")
  if (existsSync(ready)) return { python }
  const lock = `${folder}.lock`
  if (!(await locked(lock, ready))) return { python }
  try {
    const found = supportedPython()
    if (found === undefined) return missing("there is no Python from 3.11 to 3.14")
    rmSync(folder, { recursive: true, force: true })
    const failure =
      (await failureOf(found, ["-m", "venv", folder])) ??
      (await failureOf(python, [...pipInstall, "--no-deps", "-r", requirements]))
    if (failure !== undefined) return missing(failure)
    writeFileSync(ready, "")
    return { python }
  } finally {
    rmSync(lock, { recursive: true, force: true })
  }
}

const pipInstall = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--retries", "1"]

const missing = (reason: string): PythonEnvironment => {
  console.warn(`The tests with the real DSPy are skipped: ${reason}`)
  return { missing: reason }
}

const supportedPython = (): string | undefined =>
  ["python3.13", "python3.12", "python3.11", "python3.14", "python3", "python"].find((command) => {
    try {
      const version = execFileSync(command, ["-c", "import sys, venv; print(sys.version_info.minor)"], {
        stdio: "pipe",
      })
      return Number(version) >= 11 && Number(version) <= 14
    } catch {
      return false
    }
  })

/** Takes the lock; false where somebody else finished the work meanwhile. A lock older than ten minutes is void. */
const locked = async (lock: string, ready: string): Promise<boolean> => {
  for (;;) {
    try {
      mkdirSync(join(lock, ".."), { recursive: true })
      mkdirSync(lock)
      return !existsSync(ready)
    } catch {
      await setTimeout(200)
      const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
      if (age > 600_000) rmSync(lock, { recursive: true, force: true })
    }
  }
}

/** Runs a command; what it last said where it failed. */
const failureOf = (command: string, args: ReadonlyArray<string>): Promise<string | undefined> =>
  new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ["ignore", "ignore", "pipe"], timeout: 480_000 })
    let said = ""
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      said += text
    })
    child.on("error", (error) => resolve(error.message))
    child.on("close", (status) =>
      resolve(
        status === 0 ? undefined : (said.trim().split("\n").at(-1) ?? "").trim() || `${command} ended with ${status}`,
      ),
    )
  })
