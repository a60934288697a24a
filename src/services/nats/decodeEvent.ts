import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { AnyEvent } from "../events/EventSource.ts"

/** What a message of the stream holds; only these of it are looked at. */
export interface EventText {
  readonly subject: string
  readonly string: () => string
}

const decode = Schema.decodeUnknownResult(Schema.fromJsonString(AnyEvent))

/** Reads events; what is none is skipped, and said once for each kind: a later release may have written it. */
export const eventDecoder = () => {
  const said = new Set<string>()
  return (message: EventText): Effect.Effect<AnyEvent | null> =>
    Effect.suspend(() => {
      const decoded = decode(message.string())
      if (Result.isSuccess(decoded)) return Effect.succeed(decoded.success)
      const kind = tagOf(message.subject)
      if (said.has(kind)) return Effect.succeed(null)
      said.add(kind)
      return Effect.as(
        Effect.logWarning(
          `Events of the kind ${kind} cannot be read here and are skipped; a later release may have written them. First: ${message.subject}.`,
        ),
        null,
      )
    })
}

/** The last token of a subject. */
export const tagOf = (subject: string): string => subject.slice(subject.lastIndexOf(".") + 1)
