/** The settings of a strict project that knows nothing of this repository. */
export const consumerTypeScript = {
  compilerOptions: {
    target: "es2024",
    lib: ["es2024"],
    module: "nodenext",
    types: [],
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    verbatimModuleSyntax: true,
    skipLibCheck: true,
    noEmit: true,
  },
  include: ["consumer.ts"],
}

/** Type-checked and run in that project. `notAny` fails to compile where the package's types were not found. */
export const consumerProgram = `
import { Doubletrack, type RunEvent } from "doubletrack"

declare const console: { log(text: string): void }

type IsAny<T> = 0 extends 1 & T ? true : false
export const notAny: [IsAny<typeof Doubletrack>, IsAny<RunEvent>, IsAny<RunEvent["seq"]>] = [false, false, false]

const track = await Doubletrack.start({ model: "offline/in-context" })
const run = track.run({
  name: "consumer",
  steps: [{ name: "answer", type: "claude", prompt: [{ type: "static", content: "Say yes or no." }] }],
})
const tags: Array<RunEvent["_tag"]> = []
run.events$.subscribe(({ _tag }) => tags.push(_tag))
const report = await run.result
await track.close()

if (tags.at(0) !== "RunStarted" || tags.at(-1) !== "RunCompleted") throw new Error(tags.join())
console.log(report.status)
`
