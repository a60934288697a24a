import { expect, test } from "vitest"
import { privateText } from "./privateText.ts"
import { rules } from "./rules.ts"
import { parseSourceFile } from "./SourceFile.ts"
import { sourceTree } from "./SourceTree.ts"
import { undocumentedDependencies } from "./undocumentedDependencies.ts"

const longFile = (lines: number) => "export const one = 1\n".repeat(lines).replaceAll("one", () => `name${lines--}`)

/** By rule title: files that break the rule, and how often they do. */
const violating: Readonly<Record<string, readonly [Readonly<Record<string, string>>, number]>> = {
  "machines, streams and services never import one another": [
    {
      "machines/step.ts": `import type { Cache } from "../services/cache/Cache.ts"\nexport const a: Cache = 1`,
      "streams/metrics.ts": `export const load = () => import("../machines/step.ts")`,
      "services/cache/Cache.ts": `export type M = typeof import("../../machines/step.ts")`,
      "services/cache/memory.ts": `import { Cache } from "./Cache.ts"\nexport const a = Cache`,
    },
    3,
  ],
  "machines import xstate, nouns, the language and values of effect": [
    {
      "machines/a.ts": `import { setup } from "xstate"\nimport * as Effect from "effect/Effect"\nexport { x } from "../cli/x.ts"`,
      "machines/b.ts": `import { getShortestPaths } from "xstate/graph"\nimport { Step } from "../Step.ts"\nimport "../runtime.ts"`,
      "machines/c.ts": `import { parse } from "../language/parse.ts"\nimport * as Result from "effect/Result"`,
    },
    3,
  ],
  "streams import rxjs, nouns, statistics and values of effect": [
    {
      "streams/a.ts": `import { map } from "rxjs"\nimport { readFile } from "node:fs"\nimport "../language/parse.ts"`,
      "streams/b.ts": `import "../statistics/evidence.ts"\nimport "../Experiment.ts"\nimport "effect/FileSystem"`,
    },
    3,
  ],
  "the language imports nouns and values of effect": [
    { "language/a.ts": `import "../Json.ts"\nimport "effect/Result"\nimport "effect/FileSystem"\nimport "yaml"` },
    2,
  ],
  "statistics import nouns": [
    {
      "statistics/a.ts": `import "./b.ts"\nimport "../Json.ts"\nimport "effect/Result"`,
      "statistics/b.ts": `import "../streams/report.ts"\nimport "../runtime.ts"`,
    },
    3,
  ],
  "services import no command, page or wiring": [
    { "services/a/b.ts": `import "../../cli/main.ts"\nimport "../../runtime.ts"\nimport "../../Step.ts"` },
    2,
  ],
  "nouns import nouns, effect and hashes": [
    {
      "Step.ts": `import "effect/Schema"\nimport "./Json.ts"\nimport "./services/a.ts"\nimport "xstate"\nimport "./runtime.ts"`,
    },
    3,
  ],
  "xstate is imported by machines, testing and wiring": [
    {
      "cli/run.ts": `import type { Actor } from "xstate"`,
      "runtime.ts": `import "xstate"`,
      "machines/a.ts": `import "xstate"`,
      "testing/a.ts": `import "xstate"`,
    },
    1,
  ],
  "rxjs is imported by streams, testing and wiring": [
    {
      "cli/run.ts": `import "rxjs/operators"`,
      "index.ts": `import "rxjs"`,
      "streams/a.ts": `import "rxjs"`,
      "testing/a.ts": `import "rxjs"`,
    },
    1,
  ],
  "fast-check is imported by testing": [
    {
      "testing/arbitraries/a.ts": `import fc from "fast-check"`,
      "machines/a.ts": `import fc from "fast-check"`,
      "runtime.ts": `export const load = () => import("fast-check")`,
    },
    2,
  ],
  "testing imports no command and no page, and nothing imports testing": [
    {
      "testing/a.ts": `import "./b.ts"\nimport "../runtime.ts"\nimport "../machines/step.ts"\nimport "../cli/main.ts"`,
      "testing/b.ts": `import type { Page } from "../web/page.ts"`,
      "index.ts": `export { anyRouteFacts } from "./testing/index.ts"`,
      "services/a/b.ts": `import "../../testing/a.ts"`,
    },
    4,
  ],
  "NATS is named in one folder of services": [
    {
      "services/nats/connect.ts": `import "@nats-io/transport-node"`,
      "services/nats/cache/kv.ts": `import "@nats-io/kv"`,
      "services/cache/kv.ts": `import "@nats-io/kv"`,
      "runtime.ts": `import "nats"`,
    },
    2,
  ],
  "nothing in src imports from outside of src": [
    { "cli/main.ts": `import manifest from "../../package.json" with { type: "json" }\nimport "../index.ts"` },
    1,
  ],
  "effect and its platform are imported module by module": [
    {
      "a.ts": `import { Effect } from "effect"\nimport { NodeRuntime } from "@effect/platform-node"\nimport "effect/Effect"`,
    },
    2,
  ],
  "starting the command or importing the package loads no model library": [
    {
      "cli/main.ts": `import "./run.ts"\nimport type { Tool } from "ai"`,
      "cli/run.ts": `import { a } from "../services/models/lazy.ts"\nimport { b } from "../services/models/eager.ts"`,
      "services/models/lazy.ts": `export const a = () => import("ai")`,
      "services/models/eager.ts": `export { createAnthropic as b } from "@ai-sdk/anthropic"`,
    },
    1,
  ],
  "only the package's entries pass on what other files export": [
    {
      "index.ts": `export { a } from "./a.ts"`,
      "testing/index.ts": `export { c } from "./c.ts"`,
      "a.ts": `import { b } from "./b.ts"\nexport { b }`,
      "machines/index.ts": `export * from "./step.ts"`,
      "b.ts": `export { a } from "./a.ts"\nexport const b = 1`,
    },
    2,
  ],
  "no default exports": [
    {
      "a.ts": "export default 1",
      "b.ts": "const b = 1\nexport { b as default }",
      "c.ts": `export { default as c } from "c"`,
    },
    2,
  ],
  "no any": [{ "a.ts": "// any\nexport const any = (x: Array<any>): string => `any ${x}`" }, 1],
  "no type assertions": [
    {
      "a.ts": `import { a as b } from "./a.ts"\nexport const c = [b] as const\nexport const d = c as unknown\nexport const e = <string>b`,
    },
    2,
  ],
  "no non-null assertions": [{ "a.ts": "export const a = (b: string | null) => !b || b!.length !== 1" }, 1],
  "no enums": [{ "a.ts": "export enum A { b }\nexport const enum C { d }" }, 2],
  "no check is switched off without a reason": [
    {
      "a.ts":
        "// @ts-ignore\n/* oxlint-disable */\n// biome-ignore format: no\n// oxlint-disable-next-line a -- it is terminal text\nexport const a = '// @ts-ignore'",
    },
    3,
  ],
  "no work is left for later in comments": [{ "a.ts": "// TODO: later\nexport const todo = 'TODO'" }, 1],
  "time, randomness and ids come from Effect services": [
    { "a.ts": "export const a = () => [Date.now(), Math.random(), new Date(), new Date(0), Math.max(1)]" },
    3,
  ],
  "file names say what is inside": [
    { "services/a/utils.ts": "export {}", "Helper.ts": "export {}", "StepTypes.ts": "export {}" },
    2,
  ],
  "no file is longer than 300 lines": [{ "a.ts": longFile(301), "b.ts": longFile(300) }, 1],
}

test("every rule has a sample that breaks it", () => {
  expect(Object.keys(violating)).toEqual(rules.map(({ title }) => title))
})

test.each(rules)("reports each violation: $title", ({ title, violations }) => {
  const [texts, expected] = violating[title] ?? [{}, -1]

  const reported = violations(sourceTree(texts))

  expect(reported, reported.join("\n")).toHaveLength(expected)
})

test("names the line and the import that break a rule", () => {
  const tree = sourceTree({ "cli/run.ts": `export const a = 1\n\nimport { setup } from "xstate"` })

  const reported = rules.flatMap(({ violations }) => violations(tree))

  expect(reported).toEqual(["cli/run.ts:3 imports xstate"])
})

test("reads imports wherever the language allows them, and not where it only looks like one", () => {
  const text = [
    `#!/usr/bin/env node`,
    `import "a"; import b, { type c } from 'b'`,
    `// import "comment"`,
    `const text = 'import "string"' + \`import("template") \${await import("in-template")}\``,
    `const pattern = /import "regex"/`,
    `export * as d from "d/deep"`,
    `export type { e } from "@scope/e/deep"`,
    `const f = await import(\`f\`)`,
    `let g: import("g").G`,
    `await import(text)`,
    `import type h from "node:fs"`,
  ].join("\n")

  const { imports } = parseSourceFile("cli/a.ts", text)

  expect(imports.map(({ target, kind, line }) => `${line} ${kind} ${target}`).toSorted()).toEqual(
    [
      "2 value a",
      "2 value b",
      "4 lazy in-template",
      "6 value d",
      "7 type @scope/e",
      "8 lazy f",
      "9 type g",
      "11 type node:fs",
    ].toSorted(),
  )
})

test("reports a path of one machine and a key", () => {
  const home = ["", "home", "ada", "pipelines"].join("/")
  const key = `sk-${"ant-".padEnd(40, "x1")}`

  expect(privateText("a.md", `run ${home}\nfine: https://example.org/home/ada\nkey ${key}`)).toEqual([
    "a.md:1 has a path of one machine",
    "a.md:3 has a key",
  ])
})

test("reports a dependency without a line of its own", () => {
  const manifest = JSON.stringify({ dependencies: { yaml: "2", effect: "4" }, devDependencies: { vitest: "5" } })

  expect(undocumentedDependencies(manifest, "| `yaml` | reads |\nwe use effect\n")).toEqual(["effect", "vitest"])
})
