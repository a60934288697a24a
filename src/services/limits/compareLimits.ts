import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { limitText, type ModelLimit } from "../../ModelLimits.ts"
import type { Fleet, Registers } from "../cache/Fleet.ts"
import { modelKey } from "./modelKey.ts"
import { othersThan, type StatedLimit, statedLimits, statedPrefix, withStated } from "./StatedLimit.ts"

/** To be called when a model is asked, with what this process goes by. */
export type CompareLimits = (model: string, own: ModelLimit) => Effect.Effect<void>

/** How often a process that asks a model says what it goes by. */
const everyMs = 30_000

/** What a process knows of the limits that others go by for one model. */
interface Known {
  dueMs: number
  /** What was stated at the last look, which may be left over from before; null: nobody has looked. */
  before: ReadonlyMap<string, number> | null
  readonly said: Set<string>
}

/**
 * States in the fleet what this process goes by, in the background, and says on the log, once for each other limit, what
 * another process has stated since the last look.
 */
export const compareLimits = (
  { ready }: Pick<Fleet["Service"], "ready">,
  registers: Registers,
  background: Scope.Scope,
): CompareLimits => {
  const known = new Map<string, Known>()
  const knownOf = (model: string): Known => {
    const found = known.get(model) ?? { dueMs: Number.NEGATIVE_INFINITY, before: null, said: new Set() }
    known.set(model, found)
    return found
  }

  const compare = Effect.fnUntraced(function* (model: string, own: ModelLimit, of: Known) {
    const atMs = yield* Clock.currentTimeMillis
    let others: ReadonlyArray<StatedLimit> = []
    yield* registers.update(`${statedPrefix}${modelKey(model)}`, (held) => {
      const stated = statedLimits(held, atMs)
      others = othersThan(stated, own)
      return withStated(stated, { limit: own, atMs })
    })
    const { before, said } = of
    of.before = new Map(others.map((other) => [limitText(other.limit), other.atMs]))
    if (before === null) return
    for (const other of others) {
      const text = limitText(other.limit)
      if (before.get(text) === other.atMs || said.has(text)) continue
      said.add(text)
      yield* Effect.logWarning(
        `${model}: another node of the fleet goes by other limits, ${text}; this one goes by ${limitText(own)}. ` +
          "Each holds to its own. Give all nodes the same `limits`; `doctor` compares them.",
      )
    }
  })

  return (model, own) =>
    Effect.flatMap(Clock.monotonicTimeNanos, (nanos) => {
      const nowMs = Number(nanos) / 1e6
      const of = knownOf(model)
      if (nowMs < of.dueMs) return Effect.void
      of.dueMs = nowMs + everyMs
      return Effect.asVoid(Effect.forkIn(Effect.ignore(Effect.andThen(ready, compare(model, own, of))), background))
    })
}
