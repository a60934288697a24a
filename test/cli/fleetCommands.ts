import type { ChildProcess } from "node:child_process"
import { onTestFinished } from "vitest"
import { type Finished, finished, folder, start } from "./commandLine.ts"

/** A command that goes on until it is ended. */
export interface LongCommand {
  readonly cwd: string
  readonly child: ChildProcess
  readonly end: Promise<Finished>
  /** Resolves when it has said this on either stream. */
  readonly said: (what: RegExp) => Promise<RegExpExecArray>
}

/** Starts a command in a folder of its own, with a server; killed after the test. */
export const startInFleet = (
  args: ReadonlyArray<string>,
  {
    url,
    files = {},
    env = {},
    cwd = folder(files),
  }: {
    readonly url: string
    readonly files?: Readonly<Record<string, string>>
    readonly env?: Readonly<Record<string, string>>
    readonly cwd?: string
  },
): LongCommand => {
  const child = start(args, { cwd, env: { NATS_URL: url, ...env } })
  onTestFinished(() => void child.kill("SIGKILL"))
  let text = ""
  const waiting = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk
      for (const look of waiting) look()
    })
  }
  return {
    cwd,
    child,
    end: finished(child),
    said: (what) =>
      new Promise((resolve) => {
        const look = () => {
          const found = what.exec(text)
          if (found === null) return
          waiting.delete(look)
          resolve(found)
        }
        waiting.add(look)
        look()
      }),
  }
}

/** A worker that is ready, in a folder of its own. */
export const startWorker = async (
  options: Parameters<typeof startInFleet>[1],
  args: ReadonlyArray<string> = [],
): Promise<LongCommand> => {
  const worker = startInFleet(["worker", ...args], options)
  await worker.said(/waits for runs on/)
  return worker
}
