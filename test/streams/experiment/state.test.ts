import fc from "fast-check"
import * as Schema from "effect/Schema"
import { expect, test } from "vitest"
import { Experiment } from "../../../src/Experiment.ts"
import type { Observation } from "../../../src/Observation.ts"
import { Standing } from "../../../src/Standing.ts"
import { seededRandom } from "../../../src/services/optimization/seededRandom.ts"
import { addObservation } from "../../../src/streams/experiment/addObservation.ts"
import { chargesOf } from "../../../src/streams/experiment/charges.ts"
import type { Circumstances } from "../../../src/streams/experiment/Circumstances.ts"
import { countConduct, countQuality } from "../../../src/streams/experiment/countCharges.ts"
import { standingOf } from "../../../src/streams/experiment/standing.ts"
import { anyObservation } from "./arbitraryObservation.ts"
import { circumstances, started } from "./observations.ts"
import { wildObservation } from "./wildObservation.ts"

const Stored = Schema.fromJsonString(Experiment)
const decode = Schema.decodeUnknownSync(Stored)
const encode = Schema.encodeSync(Stored)

const anyHistory = fc.array(
  fc.tuple(
    anyObservation,
    fc.record({
      at: fc.constant("2026"),
      rounding: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      freshUnit: fc.boolean(),
    }),
  ),
  { maxLength: 30 },
)

const folded = (history: ReadonlyArray<readonly [Observation, Circumstances]>) =>
  history.reduce((experiment, [observation, said]) => addObservation(experiment, observation, said), started)

test("whatever is observed, the state is JSON that comes back the same", () => {
  fc.assert(
    fc.property(anyHistory, (history) => {
      const experiment = folded(history)

      expect(decode(encode(experiment))).toEqual(experiment)
    }),
  )
})

test("an experiment goes on from what was stored as if it had never been away", () => {
  fc.assert(
    fc.property(anyHistory, (history) => {
      const away = history.reduce(
        (experiment, [observation, said]) => decode(encode(addObservation(experiment, observation, said))),
        started,
      )

      expect(away).toEqual(folded(history))
    }),
  )
})

test("the same observations fold into the same state", () => {
  fc.assert(
    fc.property(anyHistory, (history) => {
      expect(folded(structuredClone(history))).toEqual(folded(history))
    }),
  )
})

test("whatever is observed, the router is told something that it understands", () => {
  const isStanding = Schema.is(Standing)

  fc.assert(fc.property(anyHistory, (history) => isStanding(standingOf(folded(history)))))
})

test("no observation changes what it is folded into", () => {
  fc.assert(
    fc.property(anyHistory, anyObservation, (history, observation) => {
      const experiment = folded(history)
      const before = encode(experiment)

      addObservation(experiment, observation, circumstances)

      expect(encode(experiment)).toBe(before)
    }),
  )
})

test("each track's outcomes are those that were charged to it, and no more are judged than there are", () => {
  fc.assert(
    fc.property(anyHistory, (history) => {
      const { tracks, epoch } = folded(history)
      const charged = history.filter(([observation, { freshUnit }]) => freshUnit && chargesOf(observation) !== null)
      const pairs = charged.filter(([{ assigned }]) => assigned === "both").length

      fc.pre(epoch === 1)
      expect(tracks.traditional.n + tracks.optimized.n).toBe(charged.length + pairs)
      for (const { n, answered, judged, quality } of [tracks.traditional, tracks.optimized]) {
        expect(answered).toBeLessThanOrEqual(n)
        expect(judged).toBeLessThanOrEqual(n)
        expect(quality).toBeLessThanOrEqual(judged + 1e-9)
      }
    }),
  )
})

test("20,000 outcomes of every quality, cost and time take little more room than 10,000: longer numbers, no more of them", () => {
  const random = seededRandom(1)
  const count = (experiment: Experiment, observations: number) => {
    let counted = experiment
    for (let index = 0; index < observations; index += 1) {
      const charges = chargesOf(wildObservation(random))!
      const rounding = random.fraction()
      counted = countQuality(countConduct(counted, charges, rounding), charges, rounding)
    }
    return counted
  }
  const sizeOf = (experiment: Experiment) =>
    encode(addObservation(experiment, wildObservation(random), circumstances)).length

  const half = count(started, 10_000)
  const whole = count(half, 10_000)

  expect(sizeOf(whole)).toBeLessThan(50_000)
  expect(sizeOf(whole)).toBeLessThan(1.2 * sizeOf(half))
}, 60_000)
