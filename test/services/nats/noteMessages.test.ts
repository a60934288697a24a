import { headers } from "@nats-io/transport-node"
import * as Result from "effect/Result"
import { expect, test } from "vitest"
import { noteJoiner, type NotePlace, piecesOf } from "../../../src/services/nats/noteMessages.ts"
import type { RunNote } from "../../../src/services/journal/RunNote.ts"

const left: RunNote = { _tag: "Left", why: "x".repeat(3000), final: false }
const claimed: RunNote = { _tag: "Left", why: null, final: false }

const messageOf = (data: Uint8Array, { writer, number, after, more }: NotePlace) => {
  const header = headers()
  header.set("Doubletrack-Version", "1")
  for (const [name, value] of Object.entries({ Writer: writer, Number: number, After: after, More: more })) {
    header.set(`Doubletrack-${name}`, String(value))
  }
  return { header, data }
}

test("pieces that a writer left behind when it was killed spoil nothing of what the next one writes", () => {
  const [first, second] = piecesOf(left, 4096)
  const [whole] = piecesOf(claimed, 4096)
  const join = noteJoiner()

  const read = [
    join(messageOf(first!, { writer: "killed", number: 1, after: 1, more: 1 })),
    join(messageOf(whole!, { writer: "next", number: 0, after: 2, more: 0 })),
    join(messageOf(first!, { writer: "next", number: 1, after: 3, more: 1 })),
    join(messageOf(second!, { writer: "next", number: 2, after: 4, more: 0 })),
  ]

  expect(read.map(Result.getOrThrow)).toEqual([null, claimed, null, left])
})
