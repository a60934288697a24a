import { existsSync, readFileSync } from "node:fs"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import { onDisk } from "./workflowsOf.ts"

const corpus = "../shared/corpus/pipeline_ex"
const isHere = existsSync(`${corpus}/goldens.json`)
if (!isHere) console.warn(`${corpus} is not here: the verdicts of the original are not compared.`)

const Golden = Schema.Struct({ corpus: Schema.String, file: Schema.String, validator: Schema.String })
const goldens = isHere
  ? Schema.decodeUnknownSync(Schema.Array(Golden))(JSON.parse(readFileSync(`${corpus}/goldens.json`, "utf8")))
  : []

describe.skipIf(!isHere)("pipelines that the original was run on", () => {
  it.each(goldens)("get the same verdict under strict compatibility: $file", async (golden) => {
    const file = `${corpus}/${golden.corpus}/${golden.file}`

    const { valid, problems } = await onDisk((workflows) => workflows.check(file, { strictCompat: true }))

    const error = problems.find(({ severity }) => severity === "error")
    expect(valid ? "ok" : error?.message).toBe(golden.validator)
  })

  it.each(goldens.filter(({ validator }) => validator === "ok"))("stay valid: $file", async (golden) => {
    const file = `${corpus}/${golden.corpus}/${golden.file}`

    const { problems, valid } = await onDisk((workflows) => workflows.check(file, { strict: true }))

    expect(problems.filter(({ severity }) => severity === "error")).toEqual([])
    expect(valid).toBe(true)
  })
})
