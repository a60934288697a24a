import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import { moduleIdentity } from "../../../src/services/modules/moduleIdentity.ts"

const files = {
  "metric.ts": 'import { same } from "./same.ts"\nexport const metric = same\n',
  "same.ts": 'import words from "./data/words.json" with { type: "json" }\nexport const same = () => words.length\n',
  "data/words.json": '["./metric.ts"]',
  "old.cjs": 'const { deep } = require("./deep")\nexports.metric = deep',
  "deep.js": 'import "./deep.js"; import "./gone.js"; export const deep = 1',
}

/** The identity of a module in a fresh folder with these files. */
const identityOf = Effect.fnUntraced(function* (name: string, changed: Readonly<Record<string, string>> = {}) {
  const fileSystem = yield* FileSystem.FileSystem
  const directory = yield* fileSystem.makeTempDirectoryScoped()
  yield* fileSystem.makeDirectory(`${directory}/data`)
  for (const [file, text] of Object.entries({ ...files, ...changed }))
    yield* fileSystem.writeFileString(`${directory}/${file}`, text)
  return yield* moduleIdentity(name, directory)
})

describe("the identity of a module of a user's own", () => {
  it.effect("is the same wherever its files are", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* identityOf("metric.ts"), yield* identityOf("metric.ts"))
      assert.notStrictEqual(yield* identityOf("metric.ts"), yield* identityOf("old.cjs"))
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer)),
  )

  for (const [name, file] of [
    ["metric.ts", "metric.ts"],
    ["metric.ts", "same.ts"],
    ["metric.ts", "data/words.json"],
    ["old.cjs", "deep.js"],
  ] as const) {
    it.effect(`changes with ${file}, which ${name} leads to`, () =>
      Effect.gen(function* () {
        const changed = { [file]: `${files[file]} ` }

        assert.notStrictEqual(yield* identityOf(name, changed), yield* identityOf(name))
      }).pipe(Effect.scoped, Effect.provide(NodeServices.layer)),
    )
  }

  it.effect("does not change with a file that it does not name", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* identityOf("metric.ts", { "deep.js": "" }), yield* identityOf("metric.ts"))
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer)),
  )
})
