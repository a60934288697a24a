import * as Effect from "effect/Effect"
import type { Program } from "../../Program.ts"
import type { SystemFact } from "../../SystemEvent.ts"
import type { CacheError } from "../cache/CacheTier.ts"
import { type AdoptionRegister, registerKey, type RegisterPlace } from "./AdoptionRegister.ts"
import type { ProgramShare } from "./programShare.ts"
import { ProgramError, type ProgramStore } from "./ProgramStore.ts"

export interface FollowOptions {
  readonly local: ProgramStore["Service"]
  readonly share: ProgramShare
  readonly record: (fact: SystemFact) => Effect.Effect<void>
}

/** Does on this node what was decided on another: takes out of use what is not to be served, and adopts what is. */
export const followDecision = Effect.fnUntraced(function* (
  register: AdoptionRegister,
  served: string | null,
  { local, share, record }: FollowOptions,
): Effect.fn.Return<void, ProgramError | CacheError> {
  const { workflow, step, reason } = register
  const place = workflow === null || step === null ? null : { workflow, step }
  const before = yield* programAt(local, register)
  if ((before?.id ?? null) === served) return
  const next = served === null ? null : yield* fetched(served, local, share)

  for (let current = before; current !== null && current.id !== served; current = yield* programAt(local, register)) {
    if (next !== null && register.withdrawn[current.id] === undefined) break
    const why = `taken out of use on another node: ${reason}`
    yield* local.withdraw(current.id, why)
    if (place === null) continue
    yield* record({ _tag: "ProgramRolledBack", ...place, programId: current.id, reason: why, replacedBy: served })
  }
  if (next === null || (yield* programAt(local, register))?.id === next.id) return
  const why = `adopted on another node: ${reason}`
  yield* local.save(next, { adopted: true, reason: why })
  if (place !== null) yield* record({ _tag: "ProgramAdopted", ...place, programId: next.id, reason: why })
})

/** The program in use at exactly this place, and not for every step of the signature. */
export const programAt = (
  local: ProgramStore["Service"],
  place: RegisterPlace,
): Effect.Effect<Program | null, ProgramError> =>
  Effect.map(local.list, (all) => {
    const found = all.find(({ program, status }) => status.adopted && registerKey(program) === registerKey(place))
    return found?.program ?? null
  })

/** From here or from the fleet, with the rows that it needs. */
const fetched = Effect.fnUntraced(function* (
  id: string,
  local: ProgramStore["Service"],
  share: ProgramShare,
): Effect.fn.Return<Program, ProgramError | CacheError> {
  const here = yield* local.get(id).pipe(
    Effect.map(({ program }) => program),
    Effect.orElseSucceed(() => null),
  )
  const program = here ?? (yield* share.program(id))
  if (program === null) return yield* missing(`The program ${id}`)
  const { retrieval } = program.candidate
  if (retrieval === undefined) return program
  const has = yield* Effect.match(local.rows(retrieval.rows), { onFailure: () => false, onSuccess: () => true })
  if (has) return program
  const rows = yield* share.rows(retrieval.rows)
  if (rows === null) return yield* missing(`The rows of program ${id}`)
  yield* local.saveRows(rows)
  return program
})

const missing = (what: string) =>
  new ProgramError({ reason: "not_found", message: `${what} cannot be had from the node that adopted it.` })
