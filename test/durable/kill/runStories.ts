import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Doubletrack, type RunEvent, type RunReport } from "../../../src/index.ts"
import { Journal } from "../../../src/services/journal/Journal.ts"
import { journalLayer } from "../../../src/services/journal/journalLayer.ts"
import { JournalError } from "../../../src/services/journal/JournalError.ts"
import { Store } from "../../../src/services/store/Store.ts"
import { decodeSettings } from "../../../src/decodeSettings.ts"
import { addEvent, noProgress } from "../../../src/streams/progress.ts"
import { reportOf } from "../../../src/streams/report.ts"

/** A run as its journal tells it. */
export interface RunStory {
  readonly runId: string
  readonly events: ReadonlyArray<RunEvent>
  /** Null while it has not ended. */
  readonly report: RunReport | null
}

/** Every run of a store, in the order in which they were begun. */
export const runStories = (store: string): Promise<ReadonlyArray<RunStory>> =>
  Effect.runPromise(
    Effect.gen(function* () {
      const journal = yield* Journal
      const stories: Array<RunStory> = []
      for (const record of yield* journal.list) {
        if (record instanceof JournalError) throw record
        const { events } = yield* journal.read(record.runId)
        stories.push({ runId: record.runId, events, report: reportOf(events.reduce(addEvent, noProgress)) })
      }
      return stories
    }).pipe(
      Effect.provide(
        journalLayer(decodeSettings({}).journal).pipe(
          Layer.provide(Store.layer(store)),
          Layer.provide(NodeServices.layer),
        ),
      ),
    ),
  )

/** What the experiments counted of each track, times aside. */
export const trackFigures = async (store: string): Promise<unknown> => {
  const track = await Doubletrack.start({ environment: {}, store, resumeInterrupted: false })
  const experiments = await track.experiments()
  await track.close()
  return experiments.map(({ step, tracks }) => ({ step, tracks: JSON.parse(JSON.stringify(tracks, withoutTimes)) }))
}

const withoutTimes = (key: string, value: unknown) => (/latency/i.test(key) ? undefined : value)
