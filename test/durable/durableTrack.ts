import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import { lastValueFrom, toArray } from "rxjs"
import { onTestFinished } from "vitest"
import { Doubletrack, type DoubletrackOptions, type Run, type RunEvent } from "../../src/index.ts"
import type { ModelRequest } from "../../src/services/models/Models.ts"
import { promptOf, scriptedModels } from "../scriptedModels.ts"

/** A folder for a store, removed after the test. */
export const stateFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "doubletrack-durable-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A Doubletrack over a store that outlives it; runs are resumed only where a test says so. */
export const startOver = async (store: string, options: DoubletrackOptions = {}) => {
  const track = await Doubletrack.start({ environment: {}, store, resumeInterrupted: false, ...options })
  onTestFinished(() => track.close())
  return track
}

/** Models that answer with the prompt in capitals until the one whose prompt holds `stuckAt` is asked, which says nothing. */
export const shoutingModels = (stuckAt?: string) => {
  const requests: Array<ModelRequest> = []
  const stuck = Promise.withResolvers<void>()
  const layer = scriptedModels((request) => {
    requests.push(request)
    if (stuckAt === undefined || !promptOf(request).includes(stuckAt))
      return Effect.succeed(promptOf(request).toUpperCase())
    stuck.resolve()
    return Effect.never
  })
  return { layer, requests, stuck: stuck.promise, asked: () => requests.map(promptOf) }
}

export const eventsOf = (run: Run): Promise<ReadonlyArray<RunEvent>> => lastValueFrom(run.events$.pipe(toArray()))

export const tagsOf = (events: ReadonlyArray<RunEvent>) => events.map(({ _tag }) => _tag)
