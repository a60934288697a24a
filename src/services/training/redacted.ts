import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { TrainingRow } from "./TrainingRow.ts"

/** Takes out of a row, which is a copy, what must not be kept; null drops the row. */
export type Redact = (row: TrainingRow) => TrainingRow | null | Promise<TrainingRow | null>

/** A row that `redact` has seen. */
export const RedactedRow = TrainingRow.pipe(Schema.brand("RedactedRow"))
export type RedactedRow = typeof RedactedRow.Type

/** The row as it may be kept; null where it may not, or where the hook failed, which is said without what it said of the row. */
export const redacted = (row: TrainingRow, redact: Redact): Effect.Effect<RedactedRow | null> =>
  Effect.tryPromise(async (): Promise<unknown> => redact(structuredClone(row))).pipe(
    Effect.flatMap((kept) =>
      kept === null ? Effect.succeed(null) : Effect.fromOption(Schema.decodeUnknownOption(RedactedRow)(kept)),
    ),
    Effect.catch((error) => {
      const why = "cause" in error ? `threw ${nameOf(error.cause)}` : "gave neither a row nor null"
      const place = `step "${row.provenance.step}" of "${row.provenance.workflow}"`
      return Effect.as(Effect.logWarning(`A row of ${place} is not collected: redact ${why}.`), null)
    }),
  )

/** An error's message may quote what was to be taken out. */
const nameOf = (cause: unknown): string => (cause instanceof Error ? cause.name : typeof cause)
