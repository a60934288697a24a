import { fork } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { onTestFinished } from "vitest"
import { stateFolder } from "../programs/aFleet.ts"
import type { NodeNews, NodeOrder } from "./mortalProcess.ts"

type News<Tag extends NodeNews["_tag"]> = Extract<NodeNews, { readonly _tag: Tag }>

/** A node in a process of its own that optimizes, and can be stopped or killed on the way. */
export interface MortalNode {
  readonly directory: string
  /** All that it said so far. */
  readonly news: <Tag extends NodeNews["_tag"]>(tag: Tag) => ReadonlyArray<News<Tag>>
  /** The first of this kind, said already or yet to be said. */
  readonly first: <Tag extends NodeNews["_tag"]>(tag: Tag) => Promise<News<Tag>>
  readonly order: (order: NodeOrder) => void
  /** SIGKILL, and its end. */
  readonly kill: () => Promise<void>
  /** SIGSTOP: it stands still, and does not know that it did when it goes on. */
  readonly freeze: () => void
  readonly thaw: () => void
}

const script = fileURLToPath(new URL("mortalProcess.ts", import.meta.url))

export interface MortalNodeOptions {
  readonly url: string
  /** The workflow that it optimizes. */
  readonly file: string
  /** How long its leases hold. */
  readonly holdMs: number
  readonly directory?: string
}

export const startMortalNode = async ({
  url,
  file,
  holdMs,
  directory = stateFolder(),
}: MortalNodeOptions): Promise<MortalNode> => {
  const child = fork(script, [url, directory, file, String(holdMs)], { stdio: ["ignore", "inherit", "inherit", "ipc"] })
  onTestFinished(() => void child.kill("SIGKILL"))
  const said: Array<NodeNews> = []
  const waiting = new Set<() => void>()
  const wake = () => {
    for (const go of waiting) go()
    waiting.clear()
  }
  child.on("message", (news: NodeNews) => {
    said.push(news)
    wake()
  })
  child.on("exit", wake)
  const news = <Tag extends NodeNews["_tag"]>(tag: Tag) => said.filter((each): each is News<Tag> => each._tag === tag)
  const first = async <Tag extends NodeNews["_tag"]>(tag: Tag): Promise<News<Tag>> => {
    for (;;) {
      const [found] = news(tag)
      if (found !== undefined) return found
      const [failure] = news("Failed")
      if (failure !== undefined || child.exitCode !== null) throw new Error(failure?.why ?? "the node has ended")
      await new Promise<void>((resolve) => waiting.add(resolve))
    }
  }
  await first("Ready")
  return {
    directory,
    news,
    first,
    order: (order) => void child.send(order),
    kill: async () => {
      const ended = once(child, "exit")
      child.kill("SIGKILL")
      await ended
    },
    freeze: () => void child.kill("SIGSTOP"),
    thaw: () => void child.kill("SIGCONT"),
  }
}
