import { Observable } from "rxjs"
import type { AnyEvent, DeliveredEvent } from "./services/events/EventSource.ts"

/**
 * Events as they come. Each subscriber reads for itself, at its own pace: the next event is fetched when `next` has returned.
 * Where dealing with an event takes a promise, iterate with `for await`: then it is fetched when the loop asks for it.
 */
export class EventStream extends Observable<AnyEvent> implements AsyncIterable<AnyEvent> {
  readonly #open: () => AsyncIterable<DeliveredEvent>

  constructor(open: () => AsyncIterable<DeliveredEvent>) {
    super((subscriber) => {
      const events = open()[Symbol.asyncIterator]()
      const read = async () => {
        for (;;) {
          const { done, value } = await events.next()
          if (done === true || subscriber.closed) return
          subscriber.next(value.event)
          value.handled()
        }
      }
      read().then(
        () => subscriber.complete(),
        (error: unknown) => subscriber.error(error),
      )
      return () => void events.return?.()
    })
    this.#open = open
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<AnyEvent> {
    for await (const { event, handled } of this.#open()) {
      yield event
      handled()
    }
  }
}
