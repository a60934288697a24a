import { type ChildProcess, spawn } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { onTestFinished } from "vitest"

export const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url))

/** What a finished command left. */
export interface Finished {
  readonly status: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** A temporary folder with these files, removed after the test. */
export const folder = (files: Readonly<Record<string, string>> = {}): string => {
  const path = mkdtempSync(join(tmpdir(), "doubletrack-cli-"))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text)
  return path
}

/** Where and with which variables a command runs; no key and no setting of this machine reaches it. */
export interface Surroundings {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
}

const { PATH, NODE_COMPILE_CACHE } = process.env

/** What a command is told of this machine: where programs are, and what of itself is compiled already. */
export const ofMachine = { PATH, NODE_COMPILE_CACHE }

/** The command as a process of its own. */
export const start = (args: ReadonlyArray<string>, { cwd, env = {} }: Surroundings): ChildProcess =>
  spawn(process.execPath, [main, ...args], { cwd, env: { ...ofMachine, ...env }, stdio: "pipe" })

export const finished = (child: ChildProcess): Promise<Finished> =>
  new Promise((resolve, reject) => {
    const output = { stdout: "", stderr: "" }
    for (const name of ["stdout", "stderr"] as const) {
      child[name]?.setEncoding("utf8").on("data", (text: string) => {
        output[name] += text
      })
    }
    child.on("error", reject)
    child.on("close", (status, signal) => resolve({ status, signal, ...output }))
  })

export const doubletrack = (args: ReadonlyArray<string>, surroundings: Surroundings): Promise<Finished> =>
  finished(start(args, surroundings))

/** A pipeline of steps that each send one static prompt. */
export const pipeline = (
  steps: Readonly<Record<string, string>>,
  extra: Readonly<Record<string, string>> = {},
): string =>
  [
    "workflow:",
    "  name: triage",
    "  steps:",
    ...Object.entries(steps).flatMap(([name, prompt]) => [
      `    - name: ${name}`,
      "      type: claude",
      "      prompt:",
      "        - type: static",
      `          content: ${JSON.stringify(prompt)}`,
      ...(extra[name] === undefined ? [] : [`      ${extra[name]}`]),
    ]),
    "",
  ].join("\n")
