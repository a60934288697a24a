import fc from "fast-check"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { beforeAll, describe, expect, test } from "vitest"
import { Message } from "../../src/Message.ts"
import { FrozenPrompt } from "../../src/Program.ts"
import { signatureHash } from "../../src/signatureHash.ts"
import { checkParity, formatFrozen } from "../../src/services/adapters/frozenPrompt.ts"
import { pythonEnvironment } from "./pythonEnvironment.ts"
import { runPython } from "./runPython.ts"
import { renderCase } from "./signatureArbitrary.ts"

const environment = await pythonEnvironment()

const Rendered = Schema.Struct({
  frozen: Schema.Array(FrozenPrompt),
  rendered: Schema.Record(Schema.String, Schema.Array(Schema.Array(Message))),
  signatureHash: Schema.String,
})
const decode = Schema.decodeUnknownSync(Schema.fromJsonString(Rendered))

describe.skipIf("missing" in environment)("a prompt frozen by the real DSPy", () => {
  const cases = fc.sample(renderCase, { numRuns: 240, seed: 20260823 })
  let rendered: ReadonlyArray<typeof Rendered.Type> = []

  beforeAll(async () => {
    const stdin = cases.map((each) => `${JSON.stringify(each)}\n`).join("")
    const script = new URL("render.py", import.meta.url).pathname
    const { status, stdout, stderr } = await runPython(environment, [script], { stdin })
    expect(status, stderr).toBe(0)
    rendered = stdout
      .split("\n")
      .filter(Boolean)
      .map((line) => decode(line))
  }, 120_000)

  test("is sent as the bytes of DSPy's adapters, for generated signatures, demos and inputs", () => {
    expect(rendered.map(({ frozen }) => frozen.map(({ adapter }) => adapter))).toEqual(
      cases.map(() => ["chat", "json"]),
    )
    for (const [index, { signature, inputs }] of cases.entries()) {
      for (const frozen of rendered[index]?.frozen ?? []) {
        const sent = inputs.map((each) => formatFrozen(frozen, signature, each))

        expect(sent).toEqual(rendered[index]?.rendered[frozen.adapter])
      }
    }
  })

  test("passes the check of its recorded hashes", () => {
    const failures = cases.flatMap(({ signature }, index) =>
      (rendered[index]?.frozen ?? []).map((frozen) => checkParity(frozen, signature)).filter(Result.isFailure),
    )

    expect(failures).toEqual([])
  })

  test("belongs to the signature under the same hash in Python and here", () => {
    expect(rendered.map((each) => each.signatureHash)).toEqual(cases.map(({ signature }) => signatureHash(signature)))
  })
})
