import { catchError, EMPTY, from, ReplaySubject, switchMap } from "rxjs"
import { wrongInput } from "./InputError.ts"
import type { Run } from "./Run.ts"
import { isTerminal, type RunEvent } from "./RunEvent.ts"
import type { RunReport } from "./RunReport.ts"
import type { FollowedNote } from "./services/nats/followNotes.ts"
import { addEvent, noProgress, type RunProgress } from "./streams/progress.ts"
import { reportOf } from "./streams/report.ts"

/** What following a run takes that somebody else carries out. */
export interface FollowHost {
  readonly runId: string
  /** Resolves once there is something to follow: to the sequence behind which an end of the work is news. */
  readonly ready: Promise<number>
  /** Its notes from the first one on; ends early where following is given up. */
  readonly notes: () => AsyncIterable<FollowedNote>
  /** An event as others see it. */
  readonly published: (event: RunEvent) => RunEvent
  readonly askToCancel: () => Promise<void>
  /** Nothing has come for a while of a run that nobody is at; `sequence` is its last note's. */
  readonly onQuiet: (sequence: number) => Promise<void>
}

/** A run that a worker of the fleet carries out, like one of this process. */
export const followRun = ({ runId, ready, notes, published, askToCancel, onQuiet }: FollowHost): Run => {
  const events = new ReplaySubject<RunEvent>()
  const follow = async (): Promise<RunReport> => {
    let progress: RunProgress = noProgress
    let isHeld = false
    const begin = await ready
    for await (const { note, sequence } of notes()) {
      if (note === null) {
        if (!isHeld) await onQuiet(sequence)
        continue
      }
      if (note._tag === "Claimed") isHeld = true
      if (note._tag === "Left" || note._tag === "Released") isHeld = false
      if (note._tag === "Left" && note.final && sequence > begin) throw wrongInput(note.why ?? `run ${runId} was left`)
      if (note._tag !== "Recorded") continue
      for (const event of note.events) {
        progress = addEvent(progress, event)
        events.next(published(event))
        if (!isTerminal(event)) continue
        const report = reportOf(progress)
        if (report !== null) return report
      }
    }
    throw wrongInput(`run ${runId} is not followed here any more; the fleet goes on with it, and attach finds it again`)
  }
  let isOver = false
  const result = follow().finally(() => {
    isOver = true
    events.complete()
  })
  result.catch(() => {})
  return {
    id: runId,
    events$: events.asObservable(),
    result,
    cancel: async () => {
      await ready
      if (!isOver) await askToCancel()
      return result
    },
  }
}

/** A run of which it is not known yet where it is. */
export const laterRun = (id: string, found: Promise<Run>): Run => {
  const result = found.then((run) => run.result)
  result.catch(() => {})
  return {
    id,
    events$: from(found).pipe(
      switchMap(({ events$ }) => events$),
      catchError(() => EMPTY),
    ),
    result,
    cancel: async () => (await found).cancel(),
  }
}
