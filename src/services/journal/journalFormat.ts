import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { JsonObject } from "../../Json.ts"
import { RunEvent } from "../../RunEvent.ts"
import { damagedRun, JournalError } from "./JournalError.ts"
import { RunBeginning, RunRecord } from "./RunRecord.ts"

/** Rewrites what one version wrote as the next one writes it; a part that is left out stays as it is. */
export interface JournalUpgrade {
  readonly record?: (record: JsonObject) => JsonObject
  readonly beginning?: (beginning: JsonObject) => JsonObject
  readonly event?: (event: JsonObject) => JsonObject
}

/** The first leads from version 1 to 2, and so on. */
const upgrades: ReadonlyArray<JournalUpgrade> = []

/** How runs are written, and how what older versions wrote is read. A record says in which version its run is. */
export const journalFormat = (steps: ReadonlyArray<JournalUpgrade> = upgrades) => {
  const version = steps.length + 1

  const read =
    <S extends Schema.ConstraintDecoder<unknown>>(schema: S, part: keyof JournalUpgrade) =>
    (text: string, writtenIn: number): Result.Result<S["Type"], unknown> =>
      Result.flatMap(decodeObject(text), (written) => {
        const upgraded = steps.slice(writtenIn - 1).reduce((value, step) => step[part]?.(value) ?? value, written)
        return Schema.decodeUnknownResult(schema)(upgraded)
      })
  const readRecord = read(RunRecord, "record")

  return {
    version,
    record: (text: string, runId: string): Result.Result<RunRecord, JournalError> => {
      const written = decodeVersion(text)
      if (Result.isFailure(written)) return Result.fail(damagedRun(runId))
      const { v } = written.success
      return v > version
        ? Result.fail(newerRun(runId, v, version))
        : Result.mapError(readRecord(text, v), () => damagedRun(runId))
    },
    beginning: read(RunBeginning, "beginning"),
    event: read(RunEvent, "event"),
  }
}

export type JournalFormat = ReturnType<typeof journalFormat>

const decodeObject = Schema.decodeUnknownResult(Schema.fromJsonString(JsonObject))

const decodeVersion = Schema.decodeUnknownResult(
  Schema.fromJsonString(Schema.Struct({ v: Schema.Int.check(Schema.isGreaterThanOrEqualTo(1)) })),
)

const newerRun = (runId: string, version: number, known: number) =>
  new JournalError({
    reason: "newer",
    message:
      `Run ${runId} was journaled by a later release: in version ${version}, and this release knows versions up to ` +
      `${known}. Update doubletrack, and resume it then.`,
  })
