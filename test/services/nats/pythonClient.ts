import { execFile, execFileSync } from "node:child_process"
import { existsSync, rmSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"

const root = fileURLToPath(new URL("../../..", import.meta.url))
const version = "2.16.0"

/** NATS's client for Python; or why there is none. */
export type PythonClient = { readonly python: string } | { readonly missing: string }

/** A virtual environment with the client, made once and kept in `node_modules/.cache`. */
export const pythonClient = (): PythonClient => {
  const folder = join(root, "node_modules", ".cache", `nats-py-${version}`)
  const python = join(folder, "bin", "python")
  if (existsSync(python)) return { python }
  try {
    execFileSync("python3", ["-m", "venv", folder], { stdio: "pipe" })
    const install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--retries", "1"]
    execFileSync(python, [...install, `nats-py==${version}`], { stdio: "pipe", timeout: 120_000 })
    return { python }
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    const missing = `nats-py cannot be installed: ${error instanceof Error ? error.message.split("\n")[0] : String(error)}`
    console.warn(`The test with NATS's Python client is skipped: ${missing}`)
    return { missing }
  }
}

/** Runs a script beside this file; gives what it printed. */
export const runPython = async (python: string, script: string, args: ReadonlyArray<string>): Promise<string> => {
  const path = fileURLToPath(new URL(script, import.meta.url))
  const { stdout } = await promisify(execFile)(python, [path, ...args], { timeout: 60_000, maxBuffer: 2 ** 26 })
  return stdout
}
