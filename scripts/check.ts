import { spawn } from "node:child_process"
import { delimiter, join } from "node:path"

/** Every check behind `npm run check`, cheapest first. Each is a command in `node_modules/.bin`. */
const checks: ReadonlyArray<readonly [name: string, command: string, ...args: ReadonlyArray<string>]> = [
  ["format", "biome", "format", "."],
  ["lint", "oxlint", "--deny-warnings"],
  ["types", "tsc", "-p", "tsconfig.json"],
  ["unused code", "knip"],
  ["architecture", "vitest", "run", "test/architecture"],
  ["README", "vitest", "run", "test/readme"],
]

const root = join(import.meta.dirname, "..")
const bin = join(root, "node_modules", ".bin")

const run = (command: string, args: ReadonlyArray<string>) =>
  new Promise<{ readonly passed: boolean; readonly output: string }>((resolve) => {
    const chunks: Array<Buffer> = []
    const child = spawn(join(bin, command), args, {
      cwd: root,
      env: { ...process.env, PATH: [bin, process.env.PATH ?? ""].join(delimiter) },
    })
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk))
    child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk))
    child.on("error", (error) => resolve({ passed: false, output: error.message }))
    child.on("close", (code) => resolve({ passed: code === 0, output: Buffer.concat(chunks).toString() }))
  })

const failures: Array<string> = []

for (const [name, command, ...args] of checks) {
  const startedAt = performance.now()
  const { passed, output } = await run(command, args)
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  console.log(`${passed ? "ok    " : "FAILED"}  ${name.padEnd(12)} ${[command, ...args].join(" ")}  (${seconds} s)`)
  if (!passed) failures.push(`--- ${name} ---\n${output.trimEnd()}`)
}

if (failures.length > 0) console.error(`\n${failures.join("\n\n")}\n`)
console.log(failures.length === 0 ? "all checks passed" : `${failures.length} of ${checks.length} checks failed`)
process.exitCode = failures.length === 0 ? 0 : 1
