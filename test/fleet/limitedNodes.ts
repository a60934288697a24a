import { onTestFinished } from "vitest"
import { asking, limitedTrack, type LimitedTrackOptions } from "./limitedTrack.ts"

type Track = Awaited<ReturnType<typeof limitedTrack>>

/** A node with limits, closed after the test. */
export const startLimited = async (options: LimitedTrackOptions): Promise<Track> => {
  const track = await limitedTrack(options)
  onTestFinished(() => track.close())
  return track
}

/** As many runs at once on each node; gives how they ended. */
export const ask = async (tracks: ReadonlyArray<Track>, count: number) => {
  const runs = tracks.flatMap((track) =>
    Array.from({ length: count }, (_, number) => track.run(asking, { inputs: { question: `${number}` } })),
  )
  const reports = await Promise.all(runs.map(({ result }) => result))
  return reports.map(({ status }) => status)
}
