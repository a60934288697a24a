import { spawn } from "node:child_process"
import { packageFolder, type PythonEnvironment } from "./pythonEnvironment.ts"

export interface PythonRun {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs Python with the package importable; fails where there is no Python. */
export const runPython = (
  environment: PythonEnvironment,
  args: ReadonlyArray<string>,
  options: { readonly stdin?: string; readonly cwd?: string } = {},
): Promise<PythonRun> => {
  if ("missing" in environment) return Promise.reject(new Error(environment.missing))
  return new Promise((resolve, reject) => {
    const child = spawn(environment.python, args, {
      cwd: options.cwd,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, PYTHONPATH: packageFolder, PYTHONDONTWRITEBYTECODE: "1" },
      stdio: "pipe",
    })
    const output = { stdout: "", stderr: "" }
    for (const name of ["stdout", "stderr"] as const) {
      child[name].setEncoding("utf8").on("data", (text: string) => {
        output[name] += text
      })
    }
    child.stdin.on("error", () => undefined)
    child.stdin.end(options.stdin ?? "")
    child.on("error", reject)
    child.on("close", (status) => resolve({ status, ...output }))
  })
}
