import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as PubSub from "effect/PubSub"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import type { ExperimentControl } from "../../Route.ts"
import { exchangeRegisters } from "../cache/exchangeRegisters.ts"
import { Fleet } from "../cache/Fleet.ts"
import { keptRegisters } from "../cache/keptRegisters.ts"
import { Store } from "../store/Store.ts"
import type { StoreError } from "../store/StoreError.ts"
import { controlKey, type ControlRegister, controlRegisters, decidedAfter, decidedNow } from "./ControlRegister.ts"
import type { StepPlace } from "./ExperimentStore.ts"

/**
 * What people decided about the experiments of steps: kept in the store for all its processes, and known to the whole
 * fleet. The last decision holds, in the order in which the fleet took them. One that it could not be told at once holds
 * here, and is told again until it is taken; by then it gives way to what was decided later by the nodes' clocks.
 */
export class ExperimentControls extends Context.Service<
  ExperimentControls,
  {
    /** What holds for a step. Waits, for a moment at most, until what the fleet knows was heard once. */
    readonly at: (place: StepPlace) => Effect.Effect<ExperimentControl>
    readonly decide: (place: StepPlace, control: ExperimentControl) => Effect.Effect<void, StoreError>
    /** The steps for which something else holds than before, as far as this process decides it or hears of it. */
    readonly changes: Effect.Effect<PubSub.Subscription<StepPlace>, never, Scope.Scope>
  }
>()("doubletrack/services/experiments/ExperimentControls") {
  static readonly layer: Layer.Layer<ExperimentControls, never, Store | Fleet> = Layer.effect(
    ExperimentControls,
    Effect.gen(function* () {
      const registers = (yield* Fleet).registers("CONTROLS")
      const kept = keptRegisters(yield* Store, controlRegisters, "fleet_controls")
      const changes = yield* PubSub.unbounded<StepPlace>()
      // Not what the store says: another of its processes may have heard of it first.
      const said = new Map<string, ExperimentControl>()

      const say = Effect.fnUntraced(function* ({ workflow, step }: ControlRegister) {
        const key = controlKey({ workflow, step })
        const control = (yield* kept.at(key))?.control ?? "running"
        if (said.get(key) === control) return
        said.set(key, control)
        yield* PubSub.publish(changes, { workflow, step })
      })
      const { tell } = yield* exchangeRegisters({
        registers,
        kind: controlRegisters,
        known: kept,
        heard: (register) => Effect.andThen(kept.learn(register), say(register)),
      })
      const ready = registers === null ? Effect.void : registers.ready
      const inOrder = Semaphore.makeUnsafe(1)

      return ExperimentControls.of({
        at: (place) =>
          Effect.map(Effect.andThen(ready, kept.at(controlKey(place))), (register) => register?.control ?? "running"),
        decide: (place, control) => {
          const decided = Effect.gen(function* () {
            const nowMs = yield* Clock.currentTimeMillis
            const register = yield* kept.change(controlKey(place), (known) =>
              decidedNow(known, { ...place, control }, nowMs),
            )
            yield* say(register)
            return register
          })
          return Effect.asVoid(inOrder.withPermit(tell(decided, decidedAfter)))
        },
        changes: PubSub.subscribe(changes),
      })
    }),
  )
}
