import { spawn } from "node:child_process"
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import process from "node:process"
import { setTimeout } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { isTerminal, type RunReport } from "../../../src/index.ts"
import { compiled } from "../../setup/compiled.ts"
import type { KillPlan } from "./KillPlan.ts"
import { modelServer } from "./modelServer.ts"
import { type RunStory, runStories, trackFigures } from "./runStories.ts"

/** What became of a series of runs. */
export interface KilledRuns {
  readonly kills: number
  /** What must not depend on kills: what was answered, counted, paid and written. */
  readonly outcome: {
    readonly reports: ReadonlyArray<unknown>
    readonly files: Readonly<Record<string, string>>
    /** What the experiments counted. */
    readonly figures: unknown
    /** Calls, those that were made again for a step that was under way aside. */
    readonly calls: number
  }
  readonly stories: ReadonlyArray<RunStory>
  readonly repeatedCalls: number
  /** What must never happen, a line each. */
  readonly wrong: ReadonlyArray<string>
}

export interface KillOptions {
  readonly folder: string
  readonly runs: number
  readonly kills: number
  readonly seed: number
  /** Where the store is; default: in the folder. */
  readonly store?: string
  /** What happens to the store a moment before a process is killed. */
  readonly beforeKill?: (store: string) => void
  /** And after it. */
  readonly afterKill?: (store: string) => void
  /** Whether the last commit may be lost, and with it that a step had begun. */
  readonly forgetful?: boolean
}

/**
 * Carries out runs in processes that are killed with SIGKILL at random moments, each followed by one that goes on. With
 * no kills it is how the runs go unbroken.
 */
export const killRuns = async (options: KillOptions): Promise<KilledRuns> => {
  const { folder, runs, kills, seed, store = join(folder, "state"), beforeKill, afterKill, forgetful } = options
  mkdirSync(folder, { recursive: true })
  const random = randomFrom(seed)
  const server = await modelServer()
  const plan: KillPlan = { store, folder, url: server.url, runs }
  const ended = new Map<number, ReadonlySet<string>>()
  let killed = 0
  let next = startChild(plan)
  try {
    for (let done = false; !done; ) {
      const { child, end } = next
      child.stdin?.end("go")
      next = startChild(plan)
      if (killed < kills) await Promise.race([end, server.callAfter(1 + Math.floor(random() * 6))])
      if (killed < kills) beforeKill?.(store)
      if (killed < kills) await Promise.race([end, setTimeout(random() * 12)])
      done = killed >= kills ? await end : !child.kill("SIGKILL") || (await end)
      if (done) break
      killed += 1
      afterKill?.(store)
      server.killed()
      ended.set(killed, new Set((await runStories(plan.store)).flatMap(endedSteps)))
    }
  } finally {
    next.child.kill("SIGKILL")
    server.close()
  }
  const stories = await runStories(plan.store)
  const calls = new Set(server.calls.map(({ callName }) => callName)).size
  return {
    kills: killed,
    outcome: {
      reports: stories.map(({ report }) => withoutChance(report)),
      files: filesIn(join(folder, "outputs")),
      figures: await trackFigures(plan.store),
      calls,
    },
    stories,
    repeatedCalls: server.calls.length - calls,
    wrong: [
      ...server.calls
        .filter((call) => ended.get(call.kills)?.has(placeOf(call)))
        .map((call) => `${placeOf(call)} had ended, and was run again`),
      ...sameNames(server.calls),
      ...stories.flatMap(gapsIn),
      ...(forgetful === true ? [] : stories).flatMap((story) =>
        tooManyTallies(story, readFileSync(join(folder, "tally.txt"), "utf8")),
      ),
    ],
  }
}

/** A report without ids, times and folders. */
const withoutChance = (report: RunReport | null): unknown =>
  report && {
    status: report.status,
    results: report.results,
    totals: { ...report.totals, latencyMs: 0 },
    steps: report.steps.map(({ outputFile: _, ...step }) => ({ ...step, latencyMs: 0 })),
  }

/** Events are numbered without gaps, and the last one of them is the only end. */
const gapsIn = ({ runId, events }: RunStory): ReadonlyArray<string> => [
  ...events.flatMap(({ seq }, index) => (seq === index ? [] : [`${runId} has event ${seq} in place of ${index}`])),
  ...events.flatMap((event, index) =>
    isTerminal(event) === (index === events.length - 1) ? [] : [`${runId} has ${event._tag} at ${index}`],
  ),
]

/** The step of the runs' own is carried out once for each time that it was under way, at most. */
const tooManyTallies = ({ runId, events }: RunStory, tallies: string): ReadonlyArray<string> => {
  const topic = events.flatMap((event) => (event._tag === "RunStarted" ? [String(event.inputs?.["topic"])] : []))[0]
  const executed = tallies.split("\n").filter((line) => line === topic).length
  const begun = events.filter((event) => event._tag === "StepRouted" && event.path === "tally").length
  return executed <= begun ? [] : [`${runId} executed its own step ${executed} times, and began it ${begun} times`]
}

const placeOf = ({ runId, path }: { readonly runId: string; readonly path: string }) => `${runId}/${path}`

const endedSteps = ({ events }: RunStory) =>
  events.flatMap((event) => ("path" in event && event._tag === "StepCompleted" ? [placeOf(event)] : []))

/** A name stands for one call: equal calls of one track of one step have one, others another. */
const sameNames = (calls: Awaited<ReturnType<typeof modelServer>>["calls"]): ReadonlyArray<string> => {
  const names = new Map<string, string>()
  const said: Array<string> = []
  for (const call of calls) {
    const what = JSON.stringify([placeOf(call), call.track, call.prompt])
    for (const [key, value] of [
      [call.callName, what],
      [what, call.callName],
    ] as const) {
      if ((names.get(key) ?? value) !== value) said.push(`${key} stands for ${names.get(key)} and ${value}`)
      names.set(key, value)
    }
  }
  return said
}

const main = fileURLToPath(new URL("child.ts", import.meta.url))

/** A process that has loaded everything and waits for its turn; `end` says whether it came to its end by itself. */
const startChild = (plan: KillPlan) => {
  const child = spawn(process.execPath, [main, JSON.stringify(plan)], {
    stdio: ["pipe", "ignore", "inherit"],
    env: { ...process.env, NODE_COMPILE_CACHE: compiled },
  })
  child.stdin?.on("error", () => {})
  const end = new Promise<boolean>((resolve, reject) => {
    child.on("close", (status, signal) =>
      status === 0 || signal === "SIGKILL"
        ? resolve(status === 0)
        : reject(new Error(`the process ended with ${status}`)),
    )
  })
  return { child, end }
}

const filesIn = (folder: string): Readonly<Record<string, string>> =>
  existsSync(folder)
    ? Object.fromEntries(
        readdirSync(folder)
          .toSorted()
          .map((file) => [file, readFileSync(join(folder, file), "utf8")]),
      )
    : {}

/** Mulberry32. */
const randomFrom = (seed: number) => {
  let state = seed
  return (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
