import { expect, test } from "vitest"
import { eventSubject } from "../../../src/services/nats/eventSubject.ts"

const place = { v: 1, id: "e-1", scope: "system", at: "2026-01-01T00:00:00.000Z", node: "here" } as const

test("an event of no workflow has a bare % where its workflow would be", () => {
  const event = { ...place, _tag: "ProgramInvalidated", signatureHash: "abc", programs: [], by: "here" } as const

  expect(eventSubject(event)).toBe("doubletrack.events.system.%.system.ProgramInvalidated")
})
