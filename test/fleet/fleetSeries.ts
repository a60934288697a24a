import { spawn } from "node:child_process"
import { once } from "node:events"
import { readFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import process from "node:process"
import { fileURLToPath } from "node:url"
import type { Series, Skipped } from "../nightly/Series.ts"
import { currentServer } from "../services/nats/currentServer.ts"
import type { Finding, Size } from "../simulation/Proof.ts"

/** The tests of a fleet, with more of what they are given to bear. */
export const fleetSeries: ReadonlyArray<Series> = [
  {
    name: "fleet, killed node",
    claim: "a node that is killed again and again tells every event once, and counts every outcome once",
    prove: (size) => tests(["test/fleet/killedNode"], { DOUBLETRACK_TEST_KILLS: size === "full" ? "60" : "6" }),
  },
  {
    name: "fleet, killed workers",
    claim: "runs of workers that are killed again and again end once each, and no step that has ended is run again",
    prove: (size) => tests(["test/work/killedWorkers"], { DOUBLETRACK_TEST_KILLS: size === "full" ? "60" : "6" }),
  },
  {
    name: "fleet, outages",
    claim: "a fleet loses nothing while servers are killed and a node is cut off, and agrees afterwards",
    prove: (size: Size) =>
      tests(["test/fleet", "--exclude=test/fleet/killedNode*", "--exclude=test/fleet/limitsUnderOutages*"], {
        DOUBLETRACK_TEST_CUT_S: size === "full" ? "60" : "4",
      }),
  },
  {
    name: "fleet, limits",
    claim: "a model gets no more than its limits while leaders of a cluster are killed under load, and calls go on",
    prove: (size) =>
      tests(["test/fleet/limitsUnderOutages"], { DOUBLETRACK_TEST_LEADER_KILLS: size === "full" ? "30" : "2" }),
  },
  {
    name: "fleet, current server",
    claim: "everything that is done over NATS works on the latest release of the server, too",
    prove: async (size) => {
      const server = currentServer()
      if ("missing" in server) return { skipped: server.missing }
      const files = [
        "test/services/nats",
        "test/work",
        ...(size === "full" ? ["test/fleet", "test/services/cache"] : []),
      ]
      return tests(files, { NATS_SERVER: server.path, DOUBLETRACK_TEST_LEADER_KILLS: "3" })
    },
  },
]

const root = fileURLToPath(new URL("../..", import.meta.url))

/** Runs tests in which so much is asked for. */
const tests = async (
  args: ReadonlyArray<string>,
  environment: Readonly<Record<string, string>>,
): Promise<Finding | Skipped> => {
  const results = join(tmpdir(), "results.json")
  const vitest = join(root, "node_modules", "vitest", "vitest.mjs")
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${results}`]
  const child = spawn(process.execPath, [vitest, "run", ...args, ...reporters], {
    cwd: root,
    env: { ...process.env, DOUBLETRACK_TEST_NIGHT: "1", ...environment },
    stdio: "inherit",
  })
  const [status] = await once(child, "close")
  const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(results, "utf8"))
  if (status !== 0) return { holds: false, figures: `${numFailedTests} tests failed` }
  if (numPendingTests > 0) return { skipped: `${numPendingTests} tests were skipped, for want of a nats-server` }
  const asked = Object.entries(environment).map(([name, value]) => `${name}=${value}`)
  return { holds: true, figures: `${numPassedTests} tests passed with ${asked.join(", ")}` }
}
