import { join } from "node:path"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { programStoreLayer } from "../../src/services/programs/sqliteProgramStore.ts"
import { ProgramStore } from "../../src/services/programs/ProgramStore.ts"
import { Store } from "../../src/services/store/Store.ts"
import type { Signature } from "../../src/Signature.ts"
import { aProgram } from "../services/programs/aProgram.ts"
import { folder } from "./commandLine.ts"

const signature: Signature = {
  instructions: "Name what the message is about.",
  inputs: [{ name: "message", type: "string" }],
  outputs: [{ name: "topic", type: "enum", values: ["refund", "delivery"] }],
}

/** A pipeline with one hybrid step `sort`, judged as `quality` says. */
export const hybridPipeline = (workflow: string, quality = "schema"): string => `workflow:
  name: ${workflow}
  steps:
    - name: sort
      type: claude
      signature:
        instructions: ${signature.instructions}
        input_fields: [{ name: message, type: string }]
        output_fields: [{ name: topic, type: enum, values: [refund, delivery] }]
      prompt: "Name the topic, refund or delivery: {{inputs.message}}"
      quality: [${quality}]
  hybrid_config:
    mode: hybrid
`

/** What a program answers like; with it adopted, step `sort` has two tracks. */
const programFor = (workflow: string) =>
  aProgram({
    workflow,
    step: "sort",
    signature,
    heldOut: null,
    candidate: {
      instructions: signature.instructions,
      adapter: "chat",
      reasoning: false,
      demos: [{ inputs: { message: "my money back" }, outputs: { topic: "refund" }, augmented: false }],
    },
  })

/** A folder with `<workflow>.yaml` for each of these, and in its state directory an adopted program for the step of each. */
export const hybridFolder = async (
  workflows: ReadonlyArray<string>,
  files: Readonly<Record<string, string>> = {},
): Promise<string> => {
  const pipelines = Object.fromEntries(workflows.map((name) => [`${name}.yaml`, hybridPipeline(name)]))
  const path = folder({ ...pipelines, ...files })
  const adopt = ProgramStore.use((store) =>
    Effect.forEach(workflows, (name) => store.save(programFor(name), { adopted: true, reason: "given" })),
  )
  const store = Layer.provide(Store.layer(join(path, ".doubletrack")), NodeServices.layer)
  await Effect.runPromise(Effect.provide(adopt, Layer.provide(programStoreLayer, store)))
  return path
}
