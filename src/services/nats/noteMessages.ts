import type { MsgHdrs } from "@nats-io/transport-node"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { RunNote } from "../journal/RunNote.ts"
import type { OpenNats } from "./Nats.ts"

/** Where a message, a note or a piece of one that is too large, is in the journal of its run. */
export interface NotePlace {
  /** Who wrote it. */
  readonly writer: string
  /** The how manieth of its writer. */
  readonly number: number
  /** Sequence of the one before it in the stream; 0 for the first one of a run. */
  readonly after: number
  /** How many pieces of its note come after it. */
  readonly more: number
}

/** What is read of a message. */
export interface ReadNote {
  readonly header: MsgHdrs | undefined
  readonly data: Uint8Array
}

const version = 1
const headerNames = {
  version: "Doubletrack-Version",
  writer: "Doubletrack-Writer",
  number: "Doubletrack-Number",
  after: "Doubletrack-After",
  more: "Doubletrack-More",
}

/** What headers and the subject may take. */
const overhead = 2048

/** The bytes of a note, in as many pieces as it takes. */
export const piecesOf = (note: RunNote, maxPayload: number): ReadonlyArray<Uint8Array> => {
  const bytes = Buffer.from(encode(note))
  const most = maxPayload - overhead
  return Array.from({ length: Math.ceil(bytes.length / most) }, (_, index) =>
    bytes.subarray(index * most, (index + 1) * most),
  )
}

export const headersOf = ({ library }: OpenNats, { writer, number, after, more }: NotePlace): MsgHdrs => {
  const headers = library.headers()
  headers.set(headerNames.version, String(version))
  headers.set(headerNames.writer, writer)
  headers.set(headerNames.number, String(number))
  headers.set(headerNames.after, String(after))
  headers.set(headerNames.more, String(more))
  return headers
}

/** `newer`: a later release wrote it. */
export const placeOf = ({ header }: ReadNote): Result.Result<NotePlace, "damaged" | "newer"> => {
  const text = (name: keyof typeof headerNames) => header?.get(headerNames[name]) ?? ""
  const read = decodeHeaders({
    version: text("version"),
    writer: text("writer"),
    number: text("number"),
    after: text("after"),
    more: text("more"),
  })
  if (Result.isFailure(read)) return Result.fail("damaged")
  const { version: written, ...place } = read.success
  return written > version ? Result.fail("newer") : Result.succeed(place)
}

/** Puts the pieces of notes together, as they come. */
export const noteJoiner = () => {
  let pieces: ReadonlyArray<Uint8Array> = []
  let before: NotePlace | null = null
  /** Null where more is to come, or where nobody wrote the rest. */
  return (message: ReadNote): Result.Result<RunNote | null, "damaged" | "newer"> =>
    Result.flatMap(placeOf(message), (place) => {
      // A writer that was killed in the middle of a note leaves pieces that nobody completes, whoever writes next.
      const goesOn = before?.writer === place.writer && before.more > 0 && place.more === before.more - 1
      pieces = goesOn ? [...pieces, message.data] : [message.data]
      before = place
      if (place.more > 0) return Result.succeed(null)
      return Result.mapError(decode(Buffer.concat(pieces).toString()), () => "damaged" as const)
    })
}

const Count = Schema.NumberFromString.check(Schema.isInt(), Schema.isGreaterThanOrEqualTo(0))
const decodeHeaders = Schema.decodeUnknownResult(
  Schema.Struct({ version: Count, writer: Schema.NonEmptyString, number: Count, after: Count, more: Count }),
)
const Stored = Schema.fromJsonString(RunNote)
const encode = Schema.encodeSync(Stored)
const decode = Schema.decodeUnknownResult(Stored)
