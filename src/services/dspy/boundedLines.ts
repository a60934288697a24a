import type { PlatformError } from "effect/PlatformError"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { OptimizationError } from "../optimization/Optimizer.ts"

/** The lines of an output; fails where one grows beyond all bounds. */
export const boundedLines = (
  output: Stream.Stream<Uint8Array, PlatformError>,
): Stream.Stream<string, PlatformError | OptimizationError> =>
  Stream.suspend(() => {
    let length = 0
    return output.pipe(
      Stream.tap((bytes) => {
        const end = bytes.lastIndexOf(lineFeed)
        length = end === -1 ? length + bytes.length : bytes.length - end - 1
        return length > maxBytes ? Effect.fail(endless) : Effect.void
      }),
      Stream.decodeText(),
      Stream.splitLines,
    )
  })

const lineFeed = 10
const maxBytes = 64 * 1_048_576

const endless = new OptimizationError({
  reason: "worker_failed",
  message: "The DSPy worker wrote a line of more than 64 MiB and was stopped.",
})
