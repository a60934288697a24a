import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { registerFrom } from "../../../src/services/cache/RegisterKind.ts"
import {
  adoptionRegisters,
  type AdoptionRegister,
  joinRegisters,
  nextAtMs,
  registerKey,
  servedBy,
  undecided,
} from "../../../src/services/programs/AdoptionRegister.ts"

const place = { workflow: "quiz", step: "answer", signatureHash: "aa" }
const ids = ["prog-a", "prog-b", "prog-c"]
const time = fc.integer({ min: 0, max: 6 })

const registers: fc.Arbitrary<AdoptionRegister> = fc.record({
  workflow: fc.constant(place.workflow),
  step: fc.constant(place.step),
  signatureHash: fc.constant(place.signatureHash),
  programId: fc.option(fc.constantFrom(...ids)),
  atMs: time,
  reason: fc.constantFrom("measured", "by hand"),
  withdrawn: fc.dictionary(fc.constantFrom(...ids), time, { noNullPrototype: true }),
})

const joined = (known: ReadonlyArray<AdoptionRegister>) =>
  adoptionRegisters.encode(known.reduce(joinRegisters, undecided(place)))

describe("what nodes know together", () => {
  test("is the same in whatever order, and however often, they tell each other", () => {
    fc.assert(
      fc.property(fc.array(registers, { maxLength: 6 }), fc.infiniteStream(fc.nat()), (known, choices) => {
        const shuffled = known
          .flatMap((register) => [register, register])
          .map((register) => ({ register, at: choices.next().value ?? 0 }))
          .toSorted((a, b) => a.at - b.at)
          .map(({ register }) => register)

        expect(joined(shuffled)).toBe(joined(known))
      }),
    )
  })

  test("is the same in whatever groups they do", () => {
    fc.assert(
      fc.property(registers, registers, registers, (a, b, c) => {
        const left = joinRegisters(joinRegisters(a, b), c)
        const right = joinRegisters(a, joinRegisters(b, c))

        expect(adoptionRegisters.encode(left)).toBe(adoptionRegisters.encode(right))
      }),
    )
  })

  test("never serves what was taken out of use and not adopted since, nor what was adopted before an invalidation", () => {
    fc.assert(
      fc.property(fc.array(registers, { minLength: 1, maxLength: 6 }), time, (known, invalidatedAtMs) => {
        const all = known.reduce(joinRegisters, undecided(place))
        const served = servedBy(all, invalidatedAtMs)
        if (served === null) return

        const adoptedAtMs = Math.max(...known.filter(({ programId }) => programId === served).map(({ atMs }) => atMs))
        const withdrawnAtMs = Math.max(-1, ...known.flatMap(({ withdrawn }) => withdrawn[served] ?? []))
        expect(adoptedAtMs).toBeGreaterThan(withdrawnAtMs)
        expect(adoptedAtMs).toBeGreaterThanOrEqual(invalidatedAtMs)
      }),
    )
  })

  test("is outdone by the next decision, whatever the clock says", () => {
    fc.assert(
      fc.property(registers, time, time, (before, nowMs, epoch) => {
        const atMs = nextAtMs(before, { nowMs, epoch })
        const after = joinRegisters(before, { ...before, programId: "prog-new", atMs })

        expect(servedBy(after, epoch)).toBe("prog-new")
      }),
    )
  })

  test("is read as it was written; anything else, or what is about another step, is nothing", () => {
    const key = registerKey(place)

    fc.assert(
      fc.property(registers, (register) => {
        expect(registerFrom(adoptionRegisters, key, adoptionRegisters.encode(register))).toEqual(register)
      }),
    )

    expect(registerFrom(adoptionRegisters, key, "{}")).toBeNull()
    expect(
      registerFrom(adoptionRegisters, key, adoptionRegisters.encode(undecided({ ...place, step: "other" }))),
    ).toBeNull()
  })
})
