import { take } from "rxjs"
import { expect, test } from "vitest"
import { EventStream } from "../src/EventStream.ts"
import { histories } from "./services/nats/events.ts"

const events = histories(["run-1"]).flat().slice(0, 3)

/** A stream that waits for ever behind its events, and what was done with it, in that order. */
const recorded = () => {
  const done: Array<string> = []
  const stream = new EventStream(() => ({
    [Symbol.asyncIterator]: () => {
      let given = 0
      const over = Promise.withResolvers<IteratorResult<never>>()
      return {
        next: async () => {
          const index = given
          const event = events[index]
          given += 1
          done.push(event === undefined ? "wait" : `give ${index}`)
          if (event === undefined) return over.promise
          return { done: false, value: { event, handled: () => void done.push(`handled ${index}`) } }
        },
        return: async () => {
          done.push("leave")
          over.resolve({ done: true, value: undefined })
          return { done: true, value: undefined }
        },
      }
    },
  }))
  return { stream, done }
}

test("an event of a loop is dealt with when the loop asks for more, and not where it is left", async () => {
  const { stream, done } = recorded()
  let count = 0

  for await (const _ of stream) if ((count += 1) === 2) break

  expect(done).toEqual(["give 0", "handled 0", "give 1", "leave"])
})

test("a loop that throws leaves its event too", async () => {
  const { stream, done } = recorded()
  const failing = async () => {
    for await (const _ of stream) throw new Error("full")
  }

  await expect(failing()).rejects.toThrow("full")

  expect(done).toEqual(["give 0", "leave"])
})

test("an iterator can be left while it waits for an event", async () => {
  const { stream, done } = recorded()
  const iterator = stream[Symbol.asyncIterator]()
  for (const _ of events) await iterator.next()
  const waiting = iterator.next()

  await iterator.return?.()

  expect(await waiting).toEqual({ done: true, value: undefined })
  expect(done.slice(-3)).toEqual(["handled 2", "wait", "leave"])
})

test("an iterator that is asked twice at a time gives one event after the other", async () => {
  const { stream, done } = recorded()
  const iterator = stream[Symbol.asyncIterator]()

  const both = await Promise.all([iterator.next(), iterator.next()])

  expect(both.map(({ value }) => value)).toEqual(events.slice(0, 2))
  expect(done).toEqual(["give 0", "handled 0", "give 1"])
})

test("an event during which a subscriber unsubscribes is dealt with when `next` has returned", async () => {
  const { stream, done } = recorded()

  await new Promise<void>((complete) => stream.pipe(take(2)).subscribe({ complete }))
  await new Promise(setImmediate)

  expect(done.filter((what) => what !== "wait")).toEqual(["give 0", "handled 0", "give 1", "handled 1", "leave"])
})
