import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import type { Program } from "../../Program.ts"
import type { Epochs } from "../cache/Epochs.ts"
import { exchangeRegisters } from "../cache/exchangeRegisters.ts"
import type { Registers } from "../cache/Fleet.ts"
import { warnOnce } from "../cache/warnOnce.ts"
import type { Store } from "../store/Store.ts"
import {
  adoptionRegisters,
  type AdoptionRegister,
  nextAtMs,
  registerKey,
  type RegisterPlace,
  servedBy,
  undecided,
} from "./AdoptionRegister.ts"
import { followDecision, type FollowOptions, programAt } from "./followDecision.ts"
import { heldRegisters } from "./heldRegisters.ts"

export interface AdoptionBoardOptions extends FollowOptions {
  readonly registers: Registers
  readonly store: Store["Service"]
  readonly epochs: Epochs["Service"]
}

export interface Decision {
  /** What holds now. */
  readonly programId: string | null
  readonly reason: string
  /** What was taken out of use. */
  readonly withdrawn?: string
}

/** What this node and the others decided about programs, and that it is done here, too. */
export interface AdoptionBoard {
  /** Decides something here while nothing is done that others decided; what they decided before is known by then. */
  readonly undisturbed: <A, E>(deciding: Effect.Effect<A, E>) => Effect.Effect<A, E>
  /** Tells the fleet of a decision that was carried out here; to be called undisturbed. */
  readonly decide: (place: RegisterPlace, decision: Decision) => Effect.Effect<void>
  /** Does what others decided about a place, which this node is asked about from now on. */
  readonly settle: (place: RegisterPlace) => Effect.Effect<void>
  /** Whether the fleet took a program out of use and did not adopt it since. */
  readonly isBarred: (program: Program) => boolean
}

/** How long nothing is tried again that could not be done. */
const restMs = 2000

export const adoptionBoard = Effect.fnUntraced(function* (
  options: AdoptionBoardOptions,
): Effect.fn.Return<AdoptionBoard, never, Scope.Scope> {
  const { registers, store, epochs, local, share } = options
  const held = yield* heldRegisters(store)
  const asked = new Map<string, RegisterPlace>()
  /** How often what is held had changed, and under which epoch, when it was last done. */
  const done = new Map<string, { readonly changes: number; readonly epoch: number }>()
  const notBeforeMs = new Map<string, number>()
  const oneByOne = Semaphore.makeUnsafe(1)
  const warn = warnOnce()

  const ask = ({ workflow, step, signatureHash }: RegisterPlace) =>
    void asked.set(registerKey({ workflow, step, signatureHash }), { workflow, step, signatureHash })
  held.kept.forEach(ask)
  const known = (place: RegisterPlace | undefined): AdoptionRegister | null =>
    place === undefined || held.at(place).atMs === 0 ? null : held.at(place)

  const isDone = (place: RegisterPlace, epoch: number): boolean => {
    const last = done.get(registerKey(place))
    return last?.changes === held.changes(place) && last.epoch === epoch
  }
  const follow = Effect.fnUntraced(
    function* (place: RegisterPlace) {
      const key = registerKey(place)
      const epoch = yield* epochs.current(place.signatureHash)
      const nowMs = yield* Clock.currentTimeMillis
      if (isDone(place, epoch) || (notBeforeMs.get(key) ?? 0) > nowMs) return
      notBeforeMs.set(key, nowMs + restMs)
      const [register, changes] = [held.at(place), held.changes(place)]
      if (register.atMs > 0) {
        if (register.atMs < epoch) yield* local.invalidate(place.signatureHash)
        else yield* followDecision(register, servedBy(register, epoch), options)
        yield* held.keep(register)
      }
      done.set(key, { changes, epoch })
      notBeforeMs.delete(key)
    },
    warn("What another node decided about a program cannot be done here now.", undefined),
  )

  const { tell } = yield* exchangeRegisters({
    registers,
    kind: adoptionRegisters,
    known: {
      at: (key) => Effect.sync(() => known(asked.get(key))),
      all: Effect.sync(() => [...asked.values()].map(known).filter((register) => register !== null)),
    },
    prepare: Effect.fnUntraced(function* (register) {
      const served = servedBy(register, yield* epochs.current(register.signatureHash))
      const own = served === null ? Option.none() : yield* Effect.option(local.get(served))
      if (Option.isSome(own)) yield* share.put(own.value.program)
    }),
    heard: (register) =>
      Effect.suspend(() => {
        held.join(register)
        const place = asked.get(registerKey(register))
        return place === undefined ? Effect.void : oneByOne.withPermit(follow(place))
      }),
    agreed: held.keep,
  })

  /** A program that was adopted here before there was a fleet is a decision, too, of the time when it was compiled. */
  const tellOwn = Effect.fnUntraced(
    function* (place: RegisterPlace) {
      const own = held.at(place).atMs > 0 ? null : yield* programAt(local, place)
      if (own === null) return
      const decided = { ...undecided(place), programId: own.id, atMs: Date.parse(own.createdAt) }
      const before = { ...decided, reason: "adopted before" }
      yield* tell(Effect.as(held.keep(before), before))
    },
    warn("The fleet is not told which program was adopted here before.", undefined),
  )

  return {
    undisturbed: (deciding) => Effect.andThen(registers.ready, oneByOne.withPermit(deciding)),
    decide: Effect.fnUntraced(function* (place, decision) {
      ask(place)
      const decided = Effect.gen(function* () {
        const before = held.at(place)
        const epoch = yield* epochs.current(place.signatureHash)
        const atMs = nextAtMs(before, { nowMs: yield* Clock.currentTimeMillis, epoch })
        const after = decidedOn(before, decision, atMs)
        return yield* Effect.as(held.keep(after), after)
      })
      yield* Effect.andThen(tell(decided), follow(place))
    }),
    settle: Effect.fnUntraced(function* (place) {
      yield* registers.ready
      ask(place)
      // A step does not wait for what is done about other steps.
      if (isDone(place, yield* epochs.current(place.signatureHash))) return
      yield* oneByOne.withPermit(Effect.andThen(tellOwn(place), follow(place)))
    }),
    isBarred: (program) => {
      const { programId, atMs, withdrawn } = held.at(program)
      const barredAtMs = withdrawn[program.id]
      return barredAtMs !== undefined && !(programId === program.id && atMs > barredAtMs)
    },
  }
})

/** A program is barred from just before the decision that took it out of use. */
const decidedOn = (
  before: AdoptionRegister,
  { programId, reason, withdrawn }: Decision,
  atMs: number,
): AdoptionRegister => ({
  ...before,
  programId,
  atMs,
  reason,
  withdrawn: withdrawn === undefined ? before.withdrawn : { ...before.withdrawn, [withdrawn]: atMs - 1 },
})
