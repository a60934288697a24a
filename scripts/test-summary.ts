import { readFileSync } from "node:fs"

/** What vitest's JSON reporter writes, as far as it is read here. */
interface Results {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly testResults: ReadonlyArray<{
    readonly name: string
    readonly status: string
    readonly assertionResults: ReadonlyArray<{ readonly status: string; readonly fullName: string }>
  }>
}

const [file = "", failedChecks = "0", failedTests = "0"] = process.argv.slice(2)

const readResults = (): Results | null => {
  try {
    return JSON.parse(readFileSync(file, "utf8"))
  } catch {
    return null
  }
}

const results = readResults()
const files = results?.testResults ?? []
const skipped = files.flatMap(({ assertionResults }) =>
  assertionResults.filter(({ status }) => !["passed", "failed"].includes(status)),
)
const unloaded = files.filter(
  ({ status, assertionResults }) => status === "failed" && assertionResults.every(({ status }) => status !== "failed"),
)

if (results === null) console.log("the tests left no results")
for (const { fullName } of skipped) console.log(`skipped: ${fullName}`)
for (const { name } of unloaded) console.log(`failed outside of its tests: ${name}`)
if (failedChecks !== "0") console.log("failed: npm run check")

const counted = (results?.numFailedTests ?? 0) + unloaded.length
const failed = Math.max(counted, failedTests === "0" && results !== null ? 0 : 1) + Number(failedChecks)

console.log(`${results?.numPassedTests ?? 0} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
