import fc from "fast-check"
import { expect, test } from "vitest"
import { isoTime } from "../src/isoTime.ts"

test("a time is read in the zone that it names, and a date in UTC", () => {
  expect(isoTime("2026-01-31T12:00:00Z")).toBe("2026-01-31T12:00:00.000Z")
  expect(isoTime("2026-01-31 12:00+02:00")).toBe("2026-01-31T10:00:00.000Z")
  expect(isoTime("2026-01-31")).toBe("2026-01-31T00:00:00.000Z")
})

test("every time that a date writes is read as it is", () => {
  fc.assert(
    fc.property(fc.date({ noInvalidDate: true, min: new Date(0), max: new Date("9999-12-31") }), (date) => {
      expect(isoTime(date.toISOString())).toBe(date.toISOString())
    }),
  )
})

test.for([
  "",
  "garbage",
  "garbage 1",
  "31.1.2026",
  "2026-02-30",
  "2026-02-30T12:00:00Z",
  "2026-13-01",
  "2026-01-31T25:00:00Z",
  "2026-01-31T12:00:00Z and more",
])("%j is no time", (text) => {
  expect(isoTime(text)).toBeNull()
})
