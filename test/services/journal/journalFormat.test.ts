import * as Result from "effect/Result"
import { describe, expect, test } from "vitest"
import { journalFormat } from "../../../src/services/journal/journalFormat.ts"

const record = {
  ...{ v: 1, runId: "run-1", workflow: "w", file: null, startedAt: "2026-01-01T00:00:00.000Z" },
  ...{ status: "running", endedAt: null, latencyMs: null, costUsd: null },
} as const

const event = {
  ...{ v: 1, id: "e", scope: "run", runId: "run-1", seq: 0, at: "2026-01-01T00:00:00.000Z", node: "n", workflow: "w" },
  ...{ _tag: "StepSkipped", step: "s", path: "s", because: "so" },
} as const

/** A release that called things otherwise in versions 1 and 2. */
const later = journalFormat([
  { record: ({ name, ...rest }) => ({ ...rest, flow: name ?? null }) },
  {
    record: ({ flow, ...rest }) => ({ ...rest, workflow: flow ?? null }),
    event: ({ why, ...rest }) => ({ ...rest, because: why ?? null }),
  },
])

describe("a journal", () => {
  test("of an older release is read through every upgrade since", () => {
    const { workflow, ...rest } = record
    const { because, ...restOfEvent } = event

    const first = later.record(JSON.stringify({ ...rest, name: workflow }), "run-1")
    const second = later.record(JSON.stringify({ ...rest, v: 2, flow: workflow }), "run-1")
    const third = later.record(JSON.stringify({ ...record, v: 3 }), "run-1")
    const old = later.event(JSON.stringify({ ...restOfEvent, why: because }), 1)

    expect([first, second, third].map(Result.getOrThrow).map((read) => read.workflow)).toEqual(["w", "w", "w"])
    expect(Result.getOrThrow(old)).toEqual(event)
    expect(Result.getOrThrow(later.event(JSON.stringify(event), 3))).toEqual(event)
  })

  test("of a later release is refused with the reason", () => {
    const refusal = journalFormat().record(JSON.stringify({ ...record, v: 2, whatever: true }), "run-1")

    expect(Result.getFailure(refusal)).toMatchObject({
      value: {
        reason: "newer",
        message: expect.stringContaining("version 2, and this release knows versions up to 1"),
      },
    })
  })

  test.each(["", "{", "{}", JSON.stringify({ ...record, status: "sleeping" })])("that says %j is damaged", (text) => {
    expect(Result.getFailure(journalFormat().record(text, "run-1"))).toMatchObject({ value: { reason: "damaged" } })
  })
})
