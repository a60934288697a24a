import { describe, expect, it } from "@effect/vitest"
import * as fc from "fast-check"
import { retryAfterMs } from "../../../src/services/models/retryAfter.ts"

const nowMs = Date.UTC(2030, 0, 1, 12, 0, 0)

describe("retryAfterMs", () => {
  it("reads seconds, whatever the case of the header", () => {
    expect(retryAfterMs({ "Retry-After": "90" }, nowMs)).toBe(90_000)
    expect(retryAfterMs({ "retry-after": "1.5" }, nowMs)).toBe(1500)
  })

  it("reads an HTTP date, and waits for none that is past", () => {
    expect(retryAfterMs({ "retry-after": "Tue, 01 Jan 2030 12:01:30 GMT" }, nowMs)).toBe(90_000)
    expect(retryAfterMs({ "retry-after": "Tue, 01 Jan 2030 11:00:00 GMT" }, nowMs)).toBe(0)
  })

  it("prefers milliseconds", () => {
    expect(retryAfterMs({ "retry-after-ms": "250", "retry-after": "1" }, nowMs)).toBe(250)
  })

  it("has nothing to say about headers it does not understand", () => {
    expect(retryAfterMs({}, nowMs)).toBeUndefined()
    expect(retryAfterMs({ "retry-after": "soon" }, nowMs)).toBeUndefined()
    expect(retryAfterMs({ "retry-after": "" }, nowMs)).toBeUndefined()
  })

  it("is never negative and never NaN, whatever a server sends", () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const wait = retryAfterMs({ "retry-after": value, "retry-after-ms": value }, nowMs)
        return wait === undefined || wait >= 0
      }),
    )
  })
})
