import fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  answered,
  type Breaker,
  began,
  breakerState,
  failed,
  healthy,
  saidNothing,
} from "../../src/machines/breaker.ts"

const failedTimes = (times: number, nowMs = 0, breaker: Breaker = healthy): Breaker =>
  Array.from({ length: times }).reduce<Breaker>((before) => failed(before, nowMs), breaker)

const second = 1000

describe("the breaker of an optimized track", () => {
  it("opens after five failures in a row", () => {
    expect(breakerState(failedTimes(4), 0)).toBe("closed")
    expect(breakerState(failedTimes(5), 0)).toBe("open")
  })

  it("starts to count again after an answer", () => {
    const recovered = failedTimes(4, 0, answered())

    expect(breakerState(recovered, 0)).toBe("closed")
  })

  it("lets one step try after half a minute, and no second one beside it", () => {
    const open = failedTimes(5)

    expect(breakerState(open, 30 * second - 1)).toBe("open")
    expect(breakerState(open, 30 * second)).toBe("half_open")
    expect(breakerState(began(open), 30 * second)).toBe("open")
  })

  it("closes when that step is answered", () => {
    expect(breakerState(answered(), 30 * second)).toBe("closed")
  })

  it("waits twice as long each time that step fails too, and five minutes at most", () => {
    let breaker = failedTimes(5)
    const waits: Array<number> = []
    for (let nowMs = 30 * second; waits.length < 6; nowMs = breaker.triesAgainAtMs ?? nowMs) {
      breaker = failed(began(breaker), nowMs)
      waits.push(((breaker.triesAgainAtMs ?? 0) - nowMs) / second)
    }

    expect(waits).toEqual([60, 120, 240, 300, 300, 300])
  })

  it("lets another step try when the first said nothing about the track", () => {
    const interrupted = saidNothing(began(failedTimes(5)))

    expect(breakerState(interrupted, 30 * second)).toBe("half_open")
  })

  it("waits no longer for steps that began before it opened and failed after that", () => {
    const opened = failedTimes(5)

    expect(breakerState(failedTimes(20, second, opened), 30 * second)).toBe("half_open")
  })

  it("takes no notice of steps that begin while it is closed", () => {
    expect(breakerState(began(failedTimes(4)), 0)).toBe("closed")
  })

  it("is never open without five failures since the last answer, and never for more than five minutes", () => {
    const anyEvent = fc.record({
      what: fc.constantFrom("began", "failed", "failed", "answered", "saidNothing"),
      afterMs: fc.nat(60 * second),
    })

    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
        let breaker = healthy
        let nowMs = 0
        let failures = 0
        for (const { what, afterMs } of events) {
          nowMs += afterMs
          failures = what === "answered" ? 0 : what === "failed" ? failures + 1 : failures
          breaker =
            what === "failed"
              ? failed(breaker, nowMs)
              : what === "answered"
                ? answered()
                : what === "began"
                  ? began(breaker)
                  : saidNothing(breaker)

          if (failures < 5) expect(breakerState(breaker, nowMs)).toBe("closed")
          else expect(breaker.triesAgainAtMs).not.toBeNull()
          expect(breakerState(saidNothing(breaker), nowMs + 300 * second)).not.toBe("open")
        }
      }),
    )
  })
})
