import { execFileSync, spawn } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
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
  const python = join(folder, "bin", "python")
  if (existsSync(join(folder, "ready"))) return { python }
  await lock(`${folder}.lock`)
  try {
    const failure = existsSync(join(folder, "ready")) ? undefined : await failureToMake(folder, python, requirements)
    return failure === undefined ? { python } : missing(failure)
  } finally {
    rmSync(`${folder}.lock`, { recursive: true, force: true })
  }
}

/** Makes the environment; why it cannot be made, where that was found out within the last ten minutes. */
const failureToMake = async (folder: string, python: string, requirements: string): Promise<string | undefined> => {
  const note = `${folder}.missing`
  if (ageMs(note) < tenMinutesMs) return readFileSync(note, "utf8")
  const found = supportedPython()
  rmSync(folder, { recursive: true, force: true })
  const failure =
    found === undefined
      ? "there is no Python from 3.11 to 3.14"
      : ((await failureOf(found, ["-m", "venv", folder])) ??
        (await failureOf(python, [...pipInstall, "--no-deps", "-r", requirements])))
  rmSync(note, { force: true })
  writeFileSync(failure === undefined ? join(folder, "ready") : note, failure ?? "")
  return failure
}

const tenMinutesMs = 600_000

/** How long ago a file or folder was made; Infinity where there is none. */
const ageMs = (path: string): number =>
  Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Number.NEGATIVE_INFINITY)

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

/** Waits for the lock, a folder. One older than ten minutes was left by a process that died. */
const lock = async (folder: string): Promise<void> => {
  mkdirSync(dirname(folder), { recursive: true })
  for (;;) {
    try {
      return mkdirSync(folder)
    } catch {
      await setTimeout(200)
      const age = ageMs(folder)
      if (age > tenMinutesMs && age !== Number.POSITIVE_INFINITY) rmSync(folder, { recursive: true, force: true })
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
