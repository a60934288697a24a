import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { wrongInput } from "../InputError.ts"
import { nearestName } from "../nearestName.ts"
import { type Refusal, refused } from "../refused.ts"
import { ProgramStore, type StoredProgram } from "../services/programs/ProgramStore.ts"
import { ExperimentStore } from "../services/experiments/ExperimentStore.ts"
import { settingsOf } from "./openTrack.ts"
import type { RootFlags } from "./root.ts"

/** Does something with the programs in this command line's state directory; what it decides is told to the fleet. */
export const withPrograms = <A, E, R>(
  flags: RootFlags,
  effect: Effect.Effect<A, E, R | ProgramStore | ExperimentStore>,
) =>
  Effect.gen(function* () {
    const { settings } = yield* settingsOf(flags)
    const { Store } = yield* Effect.promise(() => import("../services/store/Store.ts"))
    const { tellingPrograms } = yield* Effect.promise(() => import("../programLayers.ts"))
    const stores = Layer.mergeAll(tellingPrograms(settings), ExperimentStore.layer)
    return yield* effect.pipe(Effect.provide(stores), Effect.provide(Store.layer(settings.state)))
  })

/** The program with this id, or with the only one that begins so; `prog-` may be left out. */
export const findProgram = Effect.fnUntraced(function* (
  written: string,
): Effect.fn.Return<StoredProgram, Refusal, ProgramStore> {
  const programs = yield* refused(ProgramStore.use(({ list }) => list))
  const start = written.startsWith("prog-") ? written : `prog-${written}`
  const [found, ...more] = programs.filter(({ program }) => program.id.startsWith(start))
  if (found !== undefined && more.length === 0) return found
  const ids = programs.map(({ program }) => program.id)
  if (found !== undefined)
    return yield* wrongInput(
      `"${written}" is the beginning of several ids: ${ids.filter((id) => id.startsWith(start)).join(", ")}`,
    )
  // A damaged program is in no list; asking for it says what is wrong with it.
  if (/^prog-[\da-f]{16}$/.test(start)) return yield* refused(ProgramStore.use(({ get }) => get(start)))
  const near = nearestName(start, ids)
  const hint = near === undefined ? "`doubletrack program list` shows what there is." : `Did you mean ${near}?`
  return yield* wrongInput(`There is no program ${written}. ${hint}`)
})
