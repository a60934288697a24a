import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import { CacheError } from "../../../src/services/cache/CacheTier.ts"
import type { Fleet } from "../../../src/services/cache/Fleet.ts"

const away = new CacheError({ reason: "away", tier: "distributed", message: "NATS is away." })

/**
 * What the processes of a test share: leases that run out and registers, each request of which takes a random while in
 * both directions, by the clock and the random numbers of whoever asks. An answer may be lost when it goes away.
 */
export const aFleetInMemory = ({ longestMs = 0 }: { readonly longestMs?: number } = {}) => {
  const leases = new Map<string, { readonly token: number; untilMs: number }>()
  const registers = new Map<string, string>()
  let [token, isAway, isLeaderless, requests] = [0, false, false, 0]

  const onTheWay = Effect.flatMap(Random.nextIntBetween(0, longestMs), (ms) =>
    ms === 0 ? Effect.void : Effect.sleep(ms),
  )
  const request = <A>(work: (nowMs: number) => A) =>
    Effect.gen(function* () {
      requests += 1
      yield* onTheWay
      if (isAway || isLeaderless) return yield* away
      const result = work(yield* Clock.currentTimeMillis)
      yield* onTheWay
      if (isAway || isLeaderless) return yield* away
      return result
    })

  const fleet: Fleet["Service"] = {
    tier: () => null,
    ready: Effect.suspend(() => (isAway ? Effect.fail(away) : Effect.void)),
    leases: ({ holdMs }) => ({
      holdMs,
      acquire: (name) =>
        request((nowMs) => {
          const held = leases.get(name)
          if (held !== undefined && held.untilMs > nowMs) return null
          const lease = { token: ++token, untilMs: nowMs + holdMs }
          leases.set(name, lease)
          return {
            token: lease.token,
            renew: request((laterMs) => {
              if (leases.get(name) !== lease || lease.untilMs <= laterMs) return false
              lease.untilMs = laterMs + holdMs
              return true
            }),
            release: request(() => void (leases.get(name) === lease && leases.delete(name))),
          }
        }),
    }),
    registers: () => ({
      read: (key) => request(() => registers.get(key) ?? null),
      update: (key, join) =>
        Effect.gen(function* () {
          while (true) {
            const held = yield* request(() => registers.get(key) ?? null)
            const joined = join(held)
            if (joined === null || joined === held) return held
            const isPut = yield* request(() => {
              if ((registers.get(key) ?? null) !== held) return false
              registers.set(key, joined)
              return true
            })
            if (isPut) return joined
          }
        }),
      follow: () => Effect.void,
      confirmedAtMs: Effect.succeed(0),
      ready: Effect.void,
    }),
  }
  return {
    fleet,
    /** The names of the leases that somebody holds. */
    held: Effect.map(Clock.currentTimeMillis, (nowMs) =>
      [...leases].filter(([, { untilMs }]) => untilMs > nowMs).map(([name]) => name),
    ),
    requests: () => requests,
    setAway: (on: boolean) => {
      isAway = on
    },
    /** It is there, and does not answer. */
    setLeaderless: (on: boolean) => {
      isLeaderless = on
    },
  }
}
