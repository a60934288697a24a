import * as Option from "effect/Option"
import type { Command } from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import type { ExecutionMode } from "../ExecutionMode.ts"
import type { RunOptions } from "../Run.ts"
import { maxCallsFlag, maxCostFlag } from "./limitFlags.ts"
import { datasetFlag } from "./measuringFlags.ts"
import { optionFlag, textFlag } from "./optionFlag.ts"
import { runModes } from "./stepModes.ts"

const toggle = (name: string, description: string): Flag.Flag<boolean> =>
  Flag.Boolean(name).pipe(Flag.withoutNegation, Flag.withDescription(description), Flag.withDefault(false))

/** The flags of `run`. */
export const runFlags = {
  input: textFlag("input", "NAME=VALUE", "One input; may be given several times, and wins over --inputs").pipe(
    Flag.atLeast(0),
  ),
  inputs: textFlag(
    "inputs",
    "FILE",
    "Inputs as a JSON object; one run for each object of a JSON array or a .jsonl file",
  ).pipe(Flag.optional),
  mode: optionFlag(
    Flag.Literals("mode", [...runModes, "evaluation"]).pipe(
      Flag.withDescription("Mode of the run, over what the pipeline says; evaluation measures it on a data set"),
    ),
    (mode: ExecutionMode) => ({ mode }),
  ),
  stepMode: textFlag(
    "step-mode",
    "STEP=MODE",
    "Mode of one step, over everything but the kill switch; may be given several times",
  ).pipe(Flag.atLeast(0)),
  unit: optionFlag(
    textFlag("unit", "ID", "Whom the run is for, such as a user: each keeps its track").pipe(
      Flag.filter(
        (unit) => unit !== "",
        () => "an id",
      ),
    ),
    (unit) => ({ unit }),
  ),
  maxCost: optionFlag(maxCostFlag("Cost of a run at most, in place of what the pipeline allows"), (usd) => ({
    usd,
  })),
  maxCalls: optionFlag(maxCallsFlag("Model calls of a run at most, in place of what the pipeline allows"), (calls) => ({
    calls,
  })),
  noFallback: toggle("no-fallback", "Fail where the optimized track fails, instead of falling back"),
  remote: toggle("remote", "Let a worker of the fleet carry it out, and follow it here; needs NATS"),
  dryRun: toggle("dry-run", "Print the prompts, call no model"),
  dataset: datasetFlag,
  events: textFlag("events", "FILE", "Append every event to this file as it happens, one JSON object a line").pipe(
    Flag.optional,
  ),
  strictCompat: toggle("strict-compat", "Behave exactly as the original of the format, its oddities included"),
}

export type RunFlags = Command.Config.Infer<typeof runFlags>

/** What the flags say about every run, but for its inputs and the modes of steps. */
export const runOptionsOf = ({ mode, unit, maxCost, maxCalls, noFallback, strictCompat }: RunFlags): RunOptions => {
  const budget = { ...maxCost, ...maxCalls }
  return {
    ...mode,
    ...unit,
    ...(Object.keys(budget).length === 0 ? {} : { budget }),
    ...(noFallback ? { fallbackEnabled: false } : {}),
    strictCompat,
  }
}

/** The flags given that say how a pipeline is run, which measuring its steps has no use for. */
export const givenForRuns = (flags: RunFlags): ReadonlyArray<string> => {
  const given = {
    "--input": flags.input.length > 0,
    "--inputs": Option.isSome(flags.inputs),
    "--step-mode": flags.stepMode.length > 0,
    "--unit": "unit" in flags.unit,
    "--max-cost": "usd" in flags.maxCost,
    "--max-calls": "calls" in flags.maxCalls,
    "--no-fallback": flags.noFallback,
    "--events": Option.isSome(flags.events),
    "--strict-compat": flags.strictCompat,
    "--remote": flags.remote,
  }
  return Object.entries(given).flatMap(([name, isGiven]) => (isGiven ? [name] : []))
}
