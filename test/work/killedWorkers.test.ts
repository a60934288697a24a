import { type ChildProcess, spawn } from "node:child_process"
import { join } from "node:path"
import process from "node:process"
import { setTimeout } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { lastValueFrom, toArray } from "rxjs"
import { expect, onTestFinished, test } from "vitest"
import { isTerminal, type Run, type RunEvent, type RunReport } from "../../src/index.ts"
import { modelServer } from "../durable/kill/modelServer.ts"
import { optionsOf, workflow } from "../durable/kill/workflow.ts"
import { folder, positionsByRun, storedEvents } from "../services/nats/events.ts"
import { describeWithNats } from "../services/nats/natsProgram.ts"
import { natsServer } from "../services/nats/natsServer.ts"
import { settled } from "../fleet/fleetNode.ts"
import { everythingTrack } from "./everythingTrack.ts"
import type { WorkerPlan } from "./WorkerPlan.ts"

/** How often a worker is killed; `DOUBLETRACK_TEST_KILLS=100` is the long version. */
const kills = Number(process.env.DOUBLETRACK_TEST_KILLS ?? "8")

/** After so long without a sign of its worker, a run is taken over. */
const takeOverMs = 1000

const troubles = [
  { what: "are killed", times: kills, count: Math.max(200, 16 * kills), disturb: "kill" },
  { what: "are held still for so long that others take over", times: kills / 4, count: 3 * kills, disturb: "hold" },
] as const

describeWithNats("runs of workers that are in trouble again and again", () => {
  test.for(troubles)(
    "end once each, and no step that has ended is run again: they $what",
    {
      timeout: 120_000 + 5000 * kills,
    },
    async ({ times, count, disturb }) => {
      const { url: nats, client } = await natsServer()
      const server = await modelServer({ slowness: 4 })
      onTestFinished(server.close)
      const shared = { folder: folder(), url: server.url, nats, takeOverMs }
      const planOf = (name: string): WorkerPlan => ({ ...shared, name, store: join(shared.folder, name) })
      const track = await everythingTrack(planOf("client"))
      onTestFinished(() => track.close())
      const workers = await startWorkers(["one", "two", "three"].map(planOf))

      const runs = Array.from({ length: count }, (_, index) => track.submit(workflow, optionsOf(index)))
      const stories = Promise.race([Promise.all(runs.map(storyOf)), unended(runs, 60_000 + 5000 * times)])
      for (let time = 0; time < times; time += 1) {
        await Promise.race([stories, server.callAfter(Math.floor((5 * count) / times))])
        await setTimeout((time * 37) % 50)
        await workers[disturb](time % 3)
      }
      const told = await stories
      await settled(await client(), [{ track }])

      expect(
        told.flatMap(({ report }) => (report.status === "completed" ? [] : [report.error ?? report.status])),
      ).toEqual([])
      for (const { events } of told) {
        expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index))
        expect(events.filter(isTerminal)).toEqual(events.slice(-1))
        const ended = events.flatMap((event) => (event._tag === "StepCompleted" ? [event.path] : []))
        expect(ended).toEqual([...new Set(ended)])
      }
      expect(repeatedWithoutReason(server.calls, told)).toEqual([])
      expect(callsAfterTheEnd(server.calls, told)).toEqual([])
      const positions = positionsByRun(await storedEvents(await client()))
      expect(positions).toEqual(
        Object.fromEntries(told.map(({ run, events }) => [run.id, events.map(({ seq }) => seq)])),
      )
      const experiments = (await track.experiments()).filter(({ step }) => step === "side")
      const counted = experiments.map(
        ({ tracks, comparison }) => tracks.traditional.n + tracks.optimized.n - (comparison?.pairs ?? 0),
      )
      expect(counted).toEqual([count])
      const taken = told.flatMap(({ events }) => events.filter(({ _tag }) => _tag === "RunResumed")).length
      console.log(
        `${disturb}: ${times} times, ${count} runs, ${taken} taken over, ${server.calls.length} calls, ${repeats(server.calls)} repeated`,
      )
      expect(taken).toBeGreaterThan(0)
    },
  )
})

interface Story {
  readonly run: Run
  readonly report: RunReport
  readonly events: ReadonlyArray<RunEvent>
}

/** Says what has become of the runs that have not ended after so long. */
const unended = async (runs: ReadonlyArray<Run>, afterMs: number): Promise<never> => {
  const last = new Map<string, RunEvent>()
  for (const run of runs) run.events$.subscribe((event) => last.set(run.id, event))
  await setTimeout(afterMs)
  const open = runs.filter(({ id }) => last.get(id)?._tag !== "RunCompleted")
  throw new Error(open.map(({ id }) => `${id} stands at ${JSON.stringify(last.get(id))}`).join("\n"))
}

const storyOf = async (run: Run): Promise<Story> => {
  const events = lastValueFrom(run.events$.pipe(toArray()))
  return { run, report: await run.result, events: await events }
}

type Call = Awaited<ReturnType<typeof modelServer>>["calls"][number]

const repeats = (calls: ReadonlyArray<Call>): number =>
  calls.length - new Set(calls.map(({ callName }) => callName)).size

/** A call is made again only where its step was under way when the run was taken over. */
const repeatedWithoutReason = (calls: ReadonlyArray<Call>, stories: ReadonlyArray<Story>): ReadonlyArray<string> => {
  const byRun = new Map(stories.map(({ run, events }) => [run.id, events]))
  return [...Map.groupBy(calls, ({ callName }) => callName).values()].flatMap(([first, ...more]) => {
    if (first === undefined) return []
    const takenOver = (byRun.get(first.runId) ?? []).filter(
      (event) => event._tag === "RunResumed" && event.step === first.path,
    ).length
    return more.length <= takenOver ? [] : [`${first.runId}/${first.path}: ${more.length} for ${takenOver}`]
  })
}

const callsAfterTheEnd = (calls: ReadonlyArray<Call>, stories: ReadonlyArray<Story>): ReadonlyArray<string> => {
  const ends = new Map(
    stories.flatMap(({ run, events }) =>
      events.flatMap((event) =>
        event._tag === "StepCompleted" ? [[`${run.id}/${event.path}`, Date.parse(event.at)] as const] : [],
      ),
    ),
  )
  return calls.flatMap(({ runId, path, atMs }) =>
    atMs <= (ends.get(`${runId}/${path}`) ?? Number.POSITIVE_INFINITY) ? [] : [`${runId}/${path}`],
  )
}

/** Starts workers; each that is killed is followed by another one of its name, which was loaded before. */
const startWorkers = async (plans: ReadonlyArray<WorkerPlan>) => {
  const spares = plans.map(spareWorker)
  const working = spares.map((spare) => spare.begin())
  const next = plans.map(spareWorker)
  onTestFinished(() => [...working, ...next.map(({ child }) => child)].forEach((child) => child.kill("SIGKILL")))
  return {
    kill: async (index: number) => {
      const [plan, spare, child] = [plans[index]!, next[index]!, working[index]!]
      const ended = new Promise((resolve) => child.once("close", resolve))
      child.kill("SIGKILL")
      await ended
      working[index] = spare.begin()
      next[index] = spareWorker(plan)
    },
    hold: async (index: number) => {
      working[index]!.kill("SIGSTOP")
      await setTimeout(1.6 * takeOverMs)
      working[index]!.kill("SIGCONT")
    },
  }
}

const script = fileURLToPath(new URL("child.ts", import.meta.url))
const compiled = fileURLToPath(new URL("../../node_modules/.cache/durable", import.meta.url))

const spareWorker = (plan: WorkerPlan) => {
  const child = spawn(process.execPath, [script, JSON.stringify(plan)], {
    stdio: ["pipe", "ignore", "inherit"],
    env: { ...process.env, NODE_COMPILE_CACHE: compiled },
  })
  child.stdin.on("error", () => {})
  return {
    child,
    begin: (): ChildProcess => {
      child.stdin.write("go")
      return child
    },
  }
}
