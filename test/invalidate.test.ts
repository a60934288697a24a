import { firstValueFrom } from "rxjs"
import { expect, onTestFinished, test } from "vitest"
import { Doubletrack, InputError, signatureHash } from "../src/index.ts"

const signature = {
  instructions: "Answer.",
  inputs: [{ name: "question", type: "string" }],
  outputs: [{ name: "answer", type: "string" }],
} as const

const start = async () => {
  const track = await Doubletrack.start({ store: ":memory:", environment: {} })
  onTestFinished(() => track.close())
  return track
}

test("invalidating a signature is an event, whether it is given or its hash", async () => {
  const track = await start()
  const told = firstValueFrom(track.systemEvents$)

  const reports = [await track.invalidate(signature), await track.invalidate(signatureHash(signature))]

  expect(reports).toEqual([0, 1].map(() => ({ signatureHash: signatureHash(signature), programs: 0 })))
  expect(await told).toMatchObject({
    _tag: "ProgramInvalidated",
    scope: "system",
    signatureHash: signatureHash(signature),
    programs: [],
    by: "here",
  })
})

test("half a hash is refused, and said what is wanted", async () => {
  const track = await start()

  const refused = track.invalidate("abc123")

  await expect(refused).rejects.toThrow(InputError)
  await expect(refused).rejects.toThrow(/all of its 64 hex digits/)
})
