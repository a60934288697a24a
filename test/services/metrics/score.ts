import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { onTestFinished } from "vitest"
import type { JsonObject } from "../../../src/Json.ts"
import { metricOf } from "../../../src/services/metrics/metricOf.ts"
import { type ModelRequest, Models } from "../../../src/services/models/Models.ts"
import type { Signature } from "../../../src/Signature.ts"

export const answers: Signature = {
  instructions: "Answer the question.",
  inputs: [{ name: "question", type: "string" }],
  outputs: [{ name: "answer", type: "string" }],
}

export interface Scoring {
  readonly expected: JsonObject
  readonly actual: JsonObject
  readonly signature?: Signature
  readonly directory?: string
  /** What the judge says; by default there is none to ask. */
  readonly judge?: { readonly model: string; readonly answer: (request: ModelRequest) => string }
}

/** The score of one answer by the metric of this name; rejects with InputError or MetricError. */
export const score = (name: string, { expected, actual, signature = answers, directory = "/", judge }: Scoring) =>
  Effect.runPromise(
    metricOf(name, { directory }).pipe(
      Effect.flatMap((metric) => metric.score({ inputs: { question: "why?" }, expected, actual, signature })),
      Effect.provide(Layer.merge(NodeServices.layer, models(judge))),
    ),
  )

/** The score of one text against another. */
export const scoreText = async (name: string, expected: string | number, actual: string | number) =>
  (await score(name, { expected: { answer: expected }, actual: { answer: actual } })).score

const models = (judge: Scoring["judge"]) =>
  Layer.succeed(Models, {
    resolve: () => Effect.succeed(judge?.model ?? "offline/in-context"),
    generate: (request) =>
      Effect.sync(() => ({
        text: judge?.answer(request) ?? "",
        model: request.model,
        usage: { tokens: { input: 1, output: 1 }, costUsd: 0 },
        finishReason: "stop",
      })),
  })

/** A folder with a module of this text, removed after the test. */
export const folderWith = (name: string, text: string): string => {
  const folder = mkdtempSync(join(tmpdir(), "doubletrack-metric-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(join(folder, name), text)
  return folder
}
