import { spawn } from "node:child_process"
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, delimiter, dirname, join, relative } from "node:path"
import type { ReadmeCommand } from "./ReadmeBlock.ts"

export interface Printed {
  readonly exitStatus: number | null
  /** Both output streams, in the order of arrival. */
  readonly output: string
}

const leftBehind = new Set(["dist", "coverage", ".git", ".doubletrack", "outputs"])

/** Taken as they are: they stay compiled, and nothing that is documented writes there. */
const shared = ["node_modules", "src"]

/** A copy of a checkout, with its installed packages, in which commands may write what they like. */
export class WorkingCopy {
  readonly #directory = mkdtempSync(join(tmpdir(), "doubletrack-readme-"))

  constructor(root: string) {
    cpSync(root, this.#directory, {
      recursive: true,
      filter: (source) =>
        source === root || !(leftBehind.has(basename(source)) || shared.includes(relative(root, source))),
    })
    for (const folder of shared) symlinkSync(join(root, folder), join(this.#directory, folder), "dir")
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.#directory, path)), { recursive: true })
    writeFileSync(join(this.#directory, path), text)
  }

  run(command: string): Promise<Printed> {
    return new Promise((resolve, reject) => {
      const chunks: Array<Buffer> = []
      const child = spawn("bash", ["-c", `exec 2>&1\n${command}`], {
        cwd: this.#directory,
        env: environment(),
        stdio: ["ignore", "pipe", "inherit"],
      })
      child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk))
      child.on("error", reject)
      child.on("close", (exitStatus) => resolve({ exitStatus, output: Buffer.concat(chunks).toString() }))
    })
  }

  /** What a command prints; throws with its output when it ends with another status than the documented one. */
  async runAsDocumented({ command, exitStatus }: ReadmeCommand): Promise<string> {
    const printed = await this.run(command)
    if (printed.exitStatus === exitStatus) return printed.output
    throw new Error(`\`${command}\` exits with ${printed.exitStatus}, not ${exitStatus}:\n${printed.output}`)
  }

  remove(): void {
    rmSync(this.#directory, { recursive: true, force: true })
  }
}

/** The environment of somebody who has set nothing up, on the Node that runs the tests. */
const environment = (): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(?:DOUBLETRACK_|NATS_URL$|VITEST|NODE_ENV$|INIT_CWD$|npm_)|_API_KEY$/.test(name),
    ),
  ),
  NO_COLOR: "1",
  PATH: [dirname(process.execPath), process.env.PATH ?? ""].join(delimiter),
})
