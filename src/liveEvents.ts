import type { Observable } from "rxjs"
import { wrongInput } from "./InputError.ts"
import type { AnyEvent, DeliveredEvent } from "./services/events/EventSource.ts"

/** As many events wait for a subscriber; what happens is not held up for one. */
const mostWaiting = 10_000

/**
 * What an Observable says from now on, one by one as it is asked for. A subscriber that falls behind for too long is
 * told so: its events end with an InputError.
 */
export const liveEvents = (events$: Observable<AnyEvent>): AsyncIterable<DeliveredEvent> => ({
  [Symbol.asyncIterator]: () => {
    const waiting: Array<DeliveredEvent> = []
    let news = Promise.withResolvers<void>()
    let ended = false
    let failure: unknown = null
    const subscription = events$.subscribe({
      next: (event) => {
        if (waiting.length < mostWaiting) waiting.push({ event, handled: () => {} })
        else failure ??= tooLate
        news.resolve()
      },
      error: (error: unknown) => {
        failure = error
        news.resolve()
      },
      complete: () => {
        ended = true
        news.resolve()
      },
    })
    const next = async (): Promise<IteratorResult<DeliveredEvent>> => {
      for (;;) {
        const value = waiting.shift()
        if (value !== undefined) return { done: false, value }
        if (failure !== null) throw failure
        if (ended) return { done: true, value: undefined }
        news = Promise.withResolvers()
        await news.promise
      }
    }
    return {
      next,
      return: async () => {
        ended = true
        waiting.length = 0
        subscription.unsubscribe()
        news.resolve()
        return { done: true, value: undefined }
      },
    }
  },
})

const tooLate = wrongInput(
  `a subscriber fell behind by more than ${mostWaiting} events; it has to be faster, or to read the stream of a fleet, which waits`,
)
