import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { onTestFinished } from "vitest"
import { loadDataset } from "../../../src/services/datasets/loadDataset.ts"
import type { Signature } from "../../../src/Signature.ts"

/** A temporary file with this text, removed after the test. */
export const aFile = (name: string, text: string): string => {
  const folder = mkdtempSync(join(tmpdir(), "doubletrack-data-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, name)
  writeFileSync(file, text)
  return file
}

export const intents: Signature = {
  instructions: "Sort the message.",
  inputs: [{ name: "message", type: "string" }],
  outputs: [{ name: "intent", type: "enum", values: ["refund", "delivery", "other"] }],
}

export const load = (file: string, signature: Signature = intents) =>
  Effect.runPromise(Effect.result(loadDataset(file, signature)).pipe(Effect.provide(NodeServices.layer)))

/** The data set in a file of this name and text; the load has to succeed. */
export const loaded = async (name: string, text: string, signature: Signature = intents) =>
  Result.getOrThrow(await load(aFile(name, text), signature))

/** The lines of the error that a file of this name and text gives, without the folder. */
export const refusalOf = async (name: string, text: string, signature: Signature = intents) => {
  const file = aFile(name, text)
  const error = Result.getOrThrow(Result.flip(await load(file, signature)))
  return { lines: error.message.replaceAll(file, name).split("\n"), problems: error.problems }
}
