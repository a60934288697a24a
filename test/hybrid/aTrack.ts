import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Clock from "effect/Clock"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import { lastValueFrom, toArray } from "rxjs"
import { onTestFinished } from "vitest"
import { Doubletrack, type DoubletrackOptions, type DoubletrackService, type RunEvent } from "../../src/index.ts"
import type { Program } from "../../src/Program.ts"
import type { RunOptions } from "../../src/Run.ts"
import type { RunReport } from "../../src/RunReport.ts"
import { servePrograms } from "../../src/services/programs/servePrograms.ts"
import type { SystemEvent } from "../../src/SystemEvent.ts"
import type { WorkflowInput } from "../../src/Workflow.ts"
import { givenPrograms } from "./givenPrograms.ts"
import type { ManualClock } from "./ManualClock.ts"

export interface TrackOptions extends DoubletrackOptions {
  /** What is adopted before the first run, the oldest first. */
  readonly programs?: ReadonlyArray<Program>
  /** Absent: time passes as it does. */
  readonly clock?: ManualClock
}

/** A started track, and what it says beside its runs. */
export interface StartedTrack {
  readonly track: DoubletrackService
  readonly systemEvents: ReadonlyArray<SystemEvent>
  readonly logged: ReadonlyArray<string>
}

/** A track of a test's own, closed with it. In memory unless a store is named; compiles nothing by itself. */
export const aTrack = async ({ programs = [], clock, layers, ...options }: TrackOptions): Promise<StartedTrack> => {
  const logged: Array<string> = []
  const log = Logger.layer([Logger.make(({ message }) => void logged.push(String(message)))])
  const track = await Doubletrack.start({
    environment: {},
    store: ":memory:",
    ...options,
    settings: { background: { optimize: false }, ...options.settings },
    layers: {
      optimized: servePrograms.pipe(Layer.provide(givenPrograms(programs))),
      ambient: clock === undefined ? log : Layer.merge(log, Layer.succeed(Clock.Clock, clock)),
      ...layers,
    },
  })
  onTestFinished(() => track.close())
  const systemEvents: Array<SystemEvent> = []
  track.systemEvents$.subscribe((event) => systemEvents.push(event))
  return { track, systemEvents, logged }
}

/** A run that has ended. */
export interface EndedRun {
  readonly report: RunReport
  readonly events: ReadonlyArray<RunEvent>
}

/** Runs a workflow to its end; with a clock, time passes whenever everything waits for it. */
export const runOnce = async (
  { track }: Pick<StartedTrack, "track">,
  workflow: WorkflowInput,
  options: RunOptions,
  clock?: ManualClock,
): Promise<EndedRun> => {
  const run = track.run(workflow, options)
  const report = clock === undefined ? await run.result : await clock.until(run.result)
  return { report, events: await lastValueFrom(run.events$.pipe(toArray())) }
}

/** The events of one kind. */
export const only = <Event extends { readonly _tag: string }, Tag extends Event["_tag"]>(
  events: ReadonlyArray<Event>,
  tag: Tag,
): ReadonlyArray<Extract<Event, { readonly _tag: Tag }>> =>
  events.filter((event): event is Extract<Event, { readonly _tag: Tag }> => event._tag === tag)

/** A directory that is gone with the test. */
export const aDirectory = (): string => {
  const directory = mkdtempSync(join(tmpdir(), "doubletrack-hybrid-"))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}
