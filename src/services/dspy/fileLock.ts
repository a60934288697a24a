import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import type { PlatformError } from "effect/PlatformError"

/** Without a touch for this long a lock belongs to nobody any more. */
const staleMs = 30_000

/**
 * Does the work while holding the lock file, or gives none where somebody else holds it. The holder touches the file as long as
 * it lives. Two who find the same dead lock at the same moment may both get it, so the work has to bear that.
 */
export const withFileLock = <A, E, R>(
  file: string,
  work: Effect.Effect<A, E, R>,
): Effect.Effect<Option.Option<A>, E | PlatformError, R | FileSystem.FileSystem> =>
  Effect.acquireUseRelease(
    take(file),
    (taken) => (taken ? Effect.asSome(Effect.raceFirst(work, touching(file))) : Effect.succeed(Option.none())),
    (taken) => (taken ? release(file) : Effect.void),
  )

const take = Effect.fnUntraced(function* (file: string) {
  const files = yield* FileSystem.FileSystem
  const now = yield* Clock.currentTimeMillis
  const touched = yield* Effect.option(files.stat(file))
  const touchedMs = Option.flatMap(touched, ({ mtime }) => mtime).pipe(Option.map((time) => time.getTime()))
  if (Option.isSome(touchedMs) && now - touchedMs.value > staleMs) yield* files.remove(file, { force: true })
  return yield* files.writeFileString(file, "", { flag: "wx" }).pipe(
    Effect.as(true),
    Effect.catch((error) => (error.reason._tag === "AlreadyExists" ? Effect.succeed(false) : Effect.fail(error))),
  )
})

const touching = (file: string) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    yield* Effect.sleep(staleMs / 6)
    const now = (yield* Clock.currentTimeMillis) / 1000
    yield* Effect.ignore(files.utimes(file, now, now))
  }).pipe(Effect.forever)

const release = (file: string) =>
  FileSystem.FileSystem.use((files) => Effect.ignore(files.remove(file, { force: true })))
