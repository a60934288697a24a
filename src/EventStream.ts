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
        while (!subscriber.closed) {
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
      // The event during which one unsubscribes is dealt with before the others are left.
      return () => queueMicrotask(() => void events.return?.())
    })
    this.#open = open
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<AnyEvent, undefined, undefined> {
    return iterated(this.#open()[Symbol.asyncIterator]())
  }
}

/** An event is dealt with when the next one is asked for. It can be left at any time, also while an event is waited for. */
const iterated = (events: AsyncIterator<DeliveredEvent>): AsyncIterableIterator<AnyEvent, undefined, undefined> => {
  let given: DeliveredEvent | null = null
  let waiting = 0
  let turn: Promise<unknown> = Promise.resolve()
  const ended = () => {
    waiting -= 1
  }
  const step = async (): Promise<IteratorResult<AnyEvent, undefined>> => {
    given?.handled()
    given = null
    const { done, value } = await events.next()
    if (done === true) return { done: true, value: undefined }
    given = value
    return { done: false, value: value.event }
  }
  return {
    next: () => {
      const result = waiting === 0 ? step() : turn.then(step)
      waiting += 1
      turn = result.then(ended, ended)
      return result
    },
    return: async () => {
      given = null
      await events.return?.()
      return { done: true, value: undefined }
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}
