import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import { lastValueFrom, toArray } from "rxjs"
import { Doubletrack, type RunEvent } from "../../src/index.ts"
import type { RunReport } from "../../src/RunReport.ts"
import { OptimizedExecutor } from "../../src/services/executors/TrackExecutor.ts"
import { servePrograms } from "../../src/services/programs/servePrograms.ts"
import type { SystemEvent } from "../../src/SystemEvent.ts"
import { givenPrograms, programOf } from "./givenPrograms.ts"
import { ManualClock } from "./ManualClock.ts"
import type { GivenProgram, Scenario, ScriptedRun } from "./scenarios.ts"
import { previousInstructions, scriptedCalls } from "./scriptedCalls.ts"
import type { Scripts } from "./scripts.ts"
import { storedEntries, type StoredText } from "./storedEntries.ts"

export interface PlayedRun extends ScriptedRun {
  readonly events: ReadonlyArray<RunEvent>
  readonly report: RunReport
  /** How many model calls went out. */
  readonly calls: number
}

export interface Played {
  readonly runs: ReadonlyArray<PlayedRun>
  readonly systemEvents: ReadonlyArray<SystemEvent>
  /** As they lie in the store. */
  readonly experiments: ReadonlyArray<StoredText>
}

/** Plays a scenario on a runtime of its own, whose clock only moves when everything waits for it. */
export const playScenario = async (scenario: Scenario): Promise<Played> => {
  const { workflow, runs, atOnce } = scenario
  const store = mkdtempSync(join(tmpdir(), "doubletrack-hybrid-"))
  const clock = new ManualClock("2026-03-04T05:06:07.000Z")
  const scripts: Scripts = new Map()
  const track = await Doubletrack.start({
    environment: {},
    store,
    settings: { stepTimeoutMs: 10_000, background: { optimize: false } },
    layers: {
      ambient: Layer.merge(Layer.succeed(Clock.Clock, clock), Logger.layer([])),
      models: scriptedCalls(({ runId, step }) => {
        const playing = scripts.get(runId)
        return playing === undefined
          ? undefined
          : {
              calls: playing.script[step]?.calls ?? {},
              cancel: playing.cancel,
              onCall: () => {
                playing.calls += 1
              },
            }
      }),
      optimized: scriptedReadiness(scripts).pipe(
        Layer.provide(servePrograms),
        Layer.provide(givenPrograms(adopted(scenario))),
      ),
    },
  })
  try {
    const systemEvents: Array<SystemEvent> = []
    track.systemEvents$.subscribe((event) => systemEvents.push(event))
    const played: Array<PlayedRun> = []
    for (let first = 0; first < runs.length; first += atOnce) {
      const started = runs.slice(first, first + atOnce).map((scripted) => {
        const run = track.run(workflow, scripted.options)
        scripts.set(run.id, { script: scripted.script, cancel: () => void run.cancel(), calls: 0 })
        return { ...scripted, run }
      })
      const ended = Promise.all(
        started.map(async ({ run, ...scripted }) => {
          const report = await run.result
          const events = await lastValueFrom(run.events$.pipe(toArray()))
          return { ...scripted, report, events, calls: scripts.get(run.id)?.calls ?? 0 }
        }),
      )
      played.push(...(await clock.until(ended)))
    }
    return { runs: played, systemEvents, experiments: storedEntries(store, "experiments") }
  } finally {
    await track.close()
    rmSync(store, { recursive: true, force: true })
  }
}

/** The executor of programs, which says of itself what a run's script wants it to. */
const scriptedReadiness = (scripts: Scripts) =>
  Layer.effect(
    OptimizedExecutor,
    Effect.map(OptimizedExecutor, (executor) =>
      OptimizedExecutor.of({
        ...executor,
        readiness: (task) => {
          switch (scripts.get(task.runId)?.script[task.step.name]?.readiness) {
            case "absent":
              return Effect.succeed({ programId: null, available: false })
            case "unavailable":
              return Effect.map(executor.readiness(task), (ready) => ({ ...ready, available: false }))
            case "dies":
              return Effect.die(new Error("the executor has a bug"))
            default:
              return executor.readiness(task)
          }
        },
      }),
    ),
  )

/** The programs of a step. */
export const programsOf = (workflow: string, { step, gain }: Pick<GivenProgram, "step" | "gain">) => ({
  current: programOf({ workflow, step, gain, instructions: "As it is said now:" }),
  previous: programOf({ workflow, step, instructions: previousInstructions, createdAt: "2025-12-02T03:04:05.000Z" }),
})

/** The oldest first, and one that nothing asks for: it opens the store, which from then on waits for no file. */
const adopted = ({ workflow, programs }: Scenario) => [
  programOf({ workflow: "another", step: "other", instructions: "Whatever." }),
  ...programs.flatMap((program) => {
    const { current, previous } = programsOf(workflow.name, program)
    return program.hasPrevious ? [previous, current] : [current]
  }),
]
