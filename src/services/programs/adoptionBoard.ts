import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Semaphore from "effect/Semaphore"
import type * as Scope from "effect/Scope"
import type { Program } from "../../Program.ts"
import type { Epochs } from "../cache/Epochs.ts"
import type { Registers } from "../cache/Fleet.ts"
import { warnOnce } from "../cache/warnOnce.ts"
import type { Store } from "../store/Store.ts"
import {
  type AdoptionRegister,
  decodeRegister,
  encodeRegister,
  joinRegisters,
  nextAtMs,
  registerKey,
  type RegisterPlace,
  servedBy,
  undecided,
} from "./AdoptionRegister.ts"
import { followDecision, type FollowOptions, programAt } from "./followDecision.ts"

export interface AdoptionBoardOptions extends FollowOptions {
  readonly registers: Registers
  readonly store: Store["Service"]
  readonly epochs: Epochs["Service"]
}

/** What this node and the others decided about programs, and that it is done here, too. */
export interface AdoptionBoard {
  /** Tells the fleet of a decision that was carried out here. */
  readonly decide: (place: RegisterPlace, decision: Decision) => Effect.Effect<void>
  /** Does what others decided about a place, which this node is asked about from now on. */
  readonly settle: (place: RegisterPlace) => Effect.Effect<void>
  /** Whether the fleet took a program out of use and did not adopt it since. */
  readonly isBarred: (program: Program) => boolean
}

export interface Decision {
  /** What holds now. */
  readonly programId: string | null
  readonly reason: string
  /** What was taken out of use. */
  readonly withdrawn?: string
}

const collection = "fleet_adoptions"

/** How long nothing is tried again that could not be done. */
const rest = 2000

export const adoptionBoard = Effect.fnUntraced(function* (
  options: AdoptionBoardOptions,
): Effect.fn.Return<AdoptionBoard, never, Scope.Scope> {
  const { registers, store, epochs, local, share } = options
  const held = new Map<string, AdoptionRegister>()
  const asked = new Map<string, RegisterPlace>()
  /** How often what is held changed; and how often it had, and under which epoch, when it was last done. */
  const changes = new Map<string, number>()
  const done = new Map<string, { readonly changes: number; readonly epoch: number }>()
  const notBeforeMs = new Map<string, number>()
  /** What the fleet could not be told. */
  const untold = new Map<string, RegisterPlace>()
  const oneByOne = Semaphore.makeUnsafe(1)
  const warn = warnOnce()
  const kept = store.collection(collection)

  const heldAt = (place: RegisterPlace) => held.get(registerKey(place)) ?? undecided(place)
  const ask = ({ workflow, step, signatureHash }: RegisterPlace) => {
    const place = { workflow, step, signatureHash }
    asked.set(registerKey(place), place)
  }
  const hold = (register: AdoptionRegister) => {
    const key = registerKey(register)
    held.set(key, register)
    changes.set(key, (changes.get(key) ?? 0) + 1)
  }
  const keep = (register: AdoptionRegister) =>
    Effect.suspend(() => {
      hold(register)
      return kept.put(registerKey(register), encodeRegister(register))
    }).pipe(warn("What was decided about programs cannot be kept.", undefined))

  const publish = Effect.fnUntraced(
    function* (register: AdoptionRegister) {
      const served = servedBy(register, yield* epochs.current(register.signatureHash))
      untold.set(registerKey(register), register)
      const own = served === null ? Option.none() : yield* Effect.option(local.get(served))
      if (Option.isSome(own)) yield* share.put(own.value.program)
      const theirs = yield* registers.update(registerKey(register), (text) => encodeRegister(join(text, register)))
      yield* keep(join(theirs, register))
      untold.delete(registerKey(register))
    },
    warn("The fleet is not told what was decided about a program now; it is when it can be reached.", undefined),
  )

  const follow = Effect.fnUntraced(
    function* (place: RegisterPlace) {
      const key = registerKey(place)
      const epoch = yield* epochs.current(place.signatureHash)
      const last = done.get(key)
      if (last?.changes === (changes.get(key) ?? 0) && last.epoch === epoch) return
      const nowMs = yield* Clock.currentTimeMillis
      if ((notBeforeMs.get(key) ?? 0) > nowMs) return
      notBeforeMs.set(key, nowMs + rest)
      const register = yield* withOwn(place)
      if (register.atMs < epoch) yield* local.invalidate(place.signatureHash)
      else if (register.atMs > 0) yield* followDecision(register, servedBy(register, epoch), options)
      if (register.atMs > 0) yield* keep(register)
      done.set(key, { changes: changes.get(key) ?? 0, epoch })
      notBeforeMs.delete(key)
    },
    warn("What another node decided about a program cannot be done here now.", undefined),
  )

  /** A program that was adopted here before there was a fleet is a decision, too, of the time when it was compiled. */
  const withOwn = Effect.fnUntraced(function* (place: RegisterPlace) {
    const register = heldAt(place)
    if (register.atMs > 0) return register
    const own = yield* programAt(local, place)
    if (own === null) return register
    const before = { ...undecided(place), programId: own.id, atMs: Date.parse(own.createdAt), reason: "adopted before" }
    yield* keep(before)
    yield* publish(before)
    return heldAt(place)
  })

  const hear = (text: string) =>
    Effect.suspend(() => {
      const told = decodeRegister(text)
      if (told === null) return Effect.void
      const joined = joinRegisters(heldAt(told), told)
      if (encodeRegister(joined) !== encodeRegister(heldAt(told))) hold(joined)
      const place = asked.get(registerKey(told))
      return place === undefined ? Effect.void : follow(place)
    })

  for (const { value } of yield* kept.list().pipe(warn("What was decided about programs cannot be read.", []))) {
    const register = Result.isSuccess(value) ? decodeRegister(value.success) : null
    if (register === null) continue
    hold(register)
    ask(register)
  }
  yield* registers.follow({
    told: (_key, text) => oneByOne.withPermit(hear(text)),
    caughtUp: (all) =>
      oneByOne.withPermit(
        Effect.forEach(
          [...asked.values()]
            .map(heldAt)
            .filter((own) => own.atMs > 0 && all.get(registerKey(own)) !== encodeRegister(own)),
          publish,
          { discard: true },
        ),
      ),
  })

  yield* Effect.suspend(() =>
    oneByOne.withPermit(Effect.forEach([...untold.values()].map(heldAt), publish, { discard: true })),
  ).pipe(Effect.delay(rest), Effect.forever, Effect.forkScoped)

  return {
    decide: Effect.fnUntraced(function* (place, decision) {
      yield* registers.ready
      ask(place)
      yield* oneByOne.withPermit(
        Effect.gen(function* () {
          const before = heldAt(place)
          const epoch = yield* epochs.current(place.signatureHash)
          const decided = decidedOn(
            before,
            decision,
            nextAtMs(before, { nowMs: yield* Clock.currentTimeMillis, epoch }),
          )
          yield* keep(decided)
          yield* publish(decided)
          yield* follow(place)
        }),
      )
    }),
    settle: (place) =>
      Effect.gen(function* () {
        yield* registers.ready
        ask(place)
        yield* oneByOne.withPermit(follow(place))
      }),
    isBarred: (program) => {
      const { programId, atMs, withdrawn } = heldAt(program)
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

const join = (text: string | null, register: AdoptionRegister): AdoptionRegister => {
  const other = decodeRegister(text)
  return other === null ? register : joinRegisters(other, register)
}
