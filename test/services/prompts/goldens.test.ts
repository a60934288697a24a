import { existsSync } from "node:fs"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Path from "effect/Path"
import { filledTask } from "../../../src/services/executors/filledTask.ts"
import { StepTypes, stepTypesLayer } from "../../../src/services/executors/StepTypes.ts"
import { dryRun } from "../../../src/services/prompts/dryRun.ts"
import { Prompts } from "../../../src/services/prompts/Prompts.ts"
import { Workflows } from "../../../src/services/workflows/Workflows.ts"
import { aTask, strictSettings } from "../executors/aTask.ts"
import { asLoaded, corpus, hasPlainKeys, onlyFixtures, pairsOf, readGoldens, resultsOf } from "./goldens.ts"

/** Files that the original repository lacks hold `FIXTURE <path>` and a newline. */
const fixtures = FileSystem.layerNoop({ readFileString: (path) => Effect.succeed(`FIXTURE ${path}\n`) })

const layer = Layer.mergeAll(
  Prompts.layer.pipe(Layer.provide(Layer.mergeAll(fixtures, Path.layer))),
  stepTypesLayer(),
  Workflows.layer.pipe(Layer.provide(NodeServices.layer)),
)

if (!existsSync(corpus)) console.log("skipped for want of ../shared/corpus/pipeline_ex: the prompts of the original")

describe.skipIf(!existsSync(corpus))("prompts of the original", () => {
  it.effect("a strict dry run builds the prompts that the original built", () =>
    Effect.gen(function* () {
      const workflows = yield* Workflows
      const compared = { files: 0, prompts: 0 }
      for (const golden of readGoldens()) {
        const loaded = yield* workflows.load(`${corpus}${golden.corpus}/${golden.file}`, { strictCompat: true })

        const { prompts } = yield* dryRun(loaded, {}, strictSettings)

        const pairs = pairsOf(golden, loaded, prompts).filter(({ step, golden: text }) => onlyFixtures(step, text))
        for (const { golden: text, dry, step } of pairs) {
          if (dry.complete) assert.strictEqual(dry.prompt, asLoaded(text, golden), `${golden.file}, step ${step.name}`)
          compared.prompts += dry.complete ? 1 : 0
        }
        compared.files += pairs.some(({ dry }) => dry.complete) ? 1 : 0
      }
      console.log(`compared ${compared.prompts} prompts of ${compared.files} pipelines with the original's`)
      assert.isAtLeast(compared.files, 30)
      assert.isAtLeast(compared.prompts, 75)
    }).pipe(Effect.provide(layer)),
  )

  it.effect("given the original's answers, the prompts that wait for them are the original's too", () =>
    Effect.gen(function* () {
      const [workflows, prompts, stepTypes] = [yield* Workflows, yield* Prompts, yield* StepTypes]
      let compared = 0
      for (const golden of readGoldens().filter((read) => read.run?.status === "ok" && hasPlainKeys(read))) {
        const loaded = yield* workflows.load(`${corpus}${golden.corpus}/${golden.file}`, { strictCompat: true })
        const dry = yield* dryRun(loaded, {}, strictSettings)
        const results = resultsOf(golden.run)

        for (const { golden: text, dry: waiting, step } of pairsOf(golden, loaded, dry.prompts)) {
          if (waiting.complete || waiting.part !== undefined || !onlyFixtures(step, text)) continue
          const task = yield* filledTask(aTask({ ...step }, { scope: { results }, settings: strictSettings }))
          const type = yield* stepTypes.of(task)
          const [sent] = yield* type.prompts(task)
          const { prompt } = yield* prompts.render(sent?.parts ?? [], task)
          assert.strictEqual(prompt, text, `${golden.file}, step ${step.name}`)
          compared += 1
        }
      }
      console.log(`compared ${compared} prompts that wait for answers with the original's`)
      assert.isAtLeast(compared, 10)
    }).pipe(Effect.provide(layer)),
  )
})
