import { mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import process from "node:process"
import { isDeepStrictEqual } from "node:util"
import type { Series, Skipped } from "../../nightly/Series.ts"
import type { Finding, Size } from "../../simulation/Proof.ts"
import { mountDisk, noDisk } from "../mountDisk.ts"
import { type KilledRuns, type KillOptions, killRuns } from "./killRuns.ts"
import { tear } from "./tear.ts"

type Disturbance = Pick<KillOptions, "store" | "beforeKill" | "afterKill" | "forgetful">

const claim = "runs whose processes are killed come to what they come to unbroken, and cost the same"

/** Durable runs whose processes are killed with SIGKILL at random moments, again and again. */
export const killSeries: ReadonlyArray<Series> = [
  { name: "durable, killed", claim, prove: (size) => survive(size, 21, {}) },
  { name: "durable, torn journal", claim, prove: (size) => survive(size, 22, { afterKill: tear, forgetful: true }) },
  { name: "durable, full disk", claim, prove: onFullDisk },
]

async function onFullDisk(size: Size): Promise<Finding | Skipped> {
  const disk = mountDisk(mkdtempSync(join(tmpdir(), "doubletrack-full-")), 30_000)
  if (disk === null) return { skipped: noDisk }
  process.once("exit", disk.unmount)
  return survive(size, 23, { store: disk.store, beforeKill: disk.fill, afterKill: disk.free })
}

const survive = async (size: Size, seed: number, disturbance: Disturbance): Promise<Finding> => {
  const folder = mkdtempSync(join(tmpdir(), "doubletrack-killed-"))
  const kills = size === "full" ? 300 : 10
  const series = { runs: Math.ceil(kills * 0.7), seed }
  const unbroken = await killRuns({ ...series, folder: join(folder, "unbroken"), kills: 0 })
  const killed = await killRuns({ ...series, ...disturbance, folder: join(folder, "killed"), kills })
  const wrong = [...killed.wrong, ...differences(killed, unbroken)]
  return {
    holds: wrong.length === 0 && killed.kills === kills,
    figures: [
      `${killed.kills} kills in ${series.runs} runs`,
      `${killed.repeatedCalls} of ${killed.outcome.calls} calls were made again`,
      `runs cost $${costOf(killed)}, unbroken $${costOf(unbroken)}`,
      ...wrong.slice(0, 20),
    ].join("; "),
  }
}

/** What came out otherwise, a line each. */
const differences = (killed: KilledRuns, unbroken: KilledRuns): ReadonlyArray<string> => [
  ...unbroken.outcome.reports.flatMap((report, index) =>
    differs(`run ${index}`, killed.outcome.reports[index], report),
  ),
  ...differs("what was written", killed.outcome.files, unbroken.outcome.files),
  ...differs("what the experiments counted", killed.outcome.figures, unbroken.outcome.figures),
  ...differs("the number of calls", killed.outcome.calls, unbroken.outcome.calls),
]

const differs = (what: string, found: unknown, expected: unknown): ReadonlyArray<string> =>
  isDeepStrictEqual(found, expected)
    ? []
    : [`${what} is ${JSON.stringify(found)} in place of ${JSON.stringify(expected)}`]

const costOf = ({ stories }: KilledRuns): string =>
  stories.reduce((sum, { report }) => sum + (report?.totals.costUsd ?? Number.NaN), 0).toFixed(3)
