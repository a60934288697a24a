import * as Layer from "effect/Layer"
import { lastValueFrom, toArray } from "rxjs"
import { Doubletrack, type RunEvent } from "../../src/index.ts"
import { servePrograms } from "../../src/services/programs/servePrograms.ts"
import { givenPrograms } from "./givenPrograms.ts"
import { worth } from "./judgedTracks.ts"
import { inputs, oneStep, sortProgram } from "./oneStep.ts"
import { scriptedCalls } from "./scriptedCalls.ts"

/** What one process saw. */
export interface ManyRuns {
  readonly events: ReadonlyArray<RunEvent>
  /** Tags of what was told beside the runs. */
  readonly told: ReadonlyArray<string>
}

/** Runs a workflow so often, so many times at once, on a state directory that others may use. */
export const manyRuns = async (store: string, firstSeed: number, count: number, atOnce: number): Promise<ManyRuns> => {
  const track = await Doubletrack.start({
    environment: {},
    store,
    assessors: [worth({ prompt: 0.25, program: 1 })],
    layers: {
      optimized: servePrograms.pipe(Layer.provide(givenPrograms([sortProgram]))),
      models: scriptedCalls(() => ({
        calls: { prompt: { does: "answers", price: 4 }, program: { does: "answers", price: 1 } },
      })),
    },
  })
  const told: Array<string> = []
  track.systemEvents$.subscribe(({ _tag }) => told.push(_tag))
  const events: Array<RunEvent> = []
  const workflow = oneStep({ quality: [{ assess: "worth" }] }, { performance_threshold: 0.4, control_share: 0.5 })
  for (let begun = 0; begun < count; begun += atOnce) {
    const runs = Array.from({ length: Math.min(atOnce, count - begun) }, (_, index) =>
      track.run(workflow, { inputs, seed: firstSeed + begun + index }),
    )
    for (const run of runs) events.push(...(await lastValueFrom(run.events$.pipe(toArray()))))
    await Promise.all(runs.map(({ result }) => result))
  }
  await track.close()
  return { events, told }
}

if (process.argv[2] === "many-runs") {
  const [store = "", firstSeed, count, atOnce] = process.argv.slice(3)
  const ran = await manyRuns(store, Number(firstSeed), Number(count), Number(atOnce))
  process.stdout.write(JSON.stringify(ran))
}
