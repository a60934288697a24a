import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { checkResumeFlags, resumeRun } from "./resumeRun.ts"
import { startRuns } from "./startRuns.ts"
import { runModes } from "./stepModes.ts"

/** `doubletrack run FILE`, `doubletrack run --resume RUN`. */
export const run = Command.make(
  "run",
  {
    file: Argument.String("FILE").pipe(Argument.withDescription("The pipeline, a YAML file"), Argument.optional),
    input: Flag.String("input").pipe(
      Flag.withMetavar("NAME=VALUE"),
      Flag.withDescription("One input; may be given several times, and wins over --inputs"),
      Flag.atLeast(0),
    ),
    inputs: Flag.String("inputs").pipe(
      Flag.withMetavar("FILE"),
      Flag.withDescription("Inputs as a JSON object; one run for each object of a JSON array or a .jsonl file"),
      Flag.optional,
    ),
    mode: Flag.Literals("mode", runModes).pipe(
      Flag.withDescription("Mode of the run, over what the pipeline says"),
      Flag.optional,
    ),
    stepMode: Flag.String("step-mode").pipe(
      Flag.withMetavar("STEP=MODE"),
      Flag.withDescription("Mode of one step, over everything but the kill switch; may be given several times"),
      Flag.atLeast(0),
    ),
    noFallback: Flag.Boolean("no-fallback").pipe(
      Flag.withoutNegation,
      Flag.withDescription("Fail where the optimized track fails, instead of falling back"),
      Flag.withDefault(false),
    ),
    dryRun: Flag.Boolean("dry-run").pipe(
      Flag.withoutNegation,
      Flag.withDescription("Print the prompts, call no model"),
      Flag.withDefault(false),
    ),
    resume: Flag.String("resume").pipe(
      Flag.withMetavar("RUN"),
      Flag.withDescription("Go on with a run that was interrupted, instead of a FILE; `runs` shows which were"),
      Flag.optional,
    ),
    retry: Flag.String("retry").pipe(
      Flag.withMetavar("STEP"),
      Flag.withDescription("With --resume: run this step again, although it may have changed something already"),
      Flag.optional,
    ),
    skip: Flag.String("skip").pipe(
      Flag.withMetavar("STEP"),
      Flag.withDescription("With --resume: pass this step by"),
      Flag.optional,
    ),
    events: Flag.String("events").pipe(
      Flag.withMetavar("FILE"),
      Flag.withDescription("Append every event to this file as it happens, one JSON object a line"),
      Flag.optional,
    ),
    strictCompat: Flag.Boolean("strict-compat").pipe(
      Flag.withoutNegation,
      Flag.withDescription("Behave exactly as the original of the format, its oddities included"),
      Flag.withDefault(false),
    ),
  },
  Effect.fn(function* (flags) {
    const { file: given, resume, mode, noFallback, dryRun, strictCompat } = flags
    yield* checkResumeFlags(resume, flags, {
      FILE: Option.isSome(given),
      "--input": flags.input.length > 0,
      "--inputs": Option.isSome(flags.inputs),
      "--mode": Option.isSome(mode),
      "--step-mode": flags.stepMode.length > 0,
      "--no-fallback": noFallback,
      "--dry-run": dryRun,
      "--strict-compat": strictCompat,
    })
    if (Option.isSome(resume)) yield* resumeRun(resume.value, flags)
    else if (Option.isSome(given)) yield* startRuns(given.value, flags)
  }, Effect.scoped),
).pipe(
  Command.withDescription("Run a pipeline"),
  Command.withExamples([
    { command: "doubletrack run triage.yaml --input message='Where is my parcel?'", description: "One run" },
    { command: "doubletrack run triage.yaml --inputs messages.jsonl --json", description: "A run for each line" },
    { command: "doubletrack run --resume run-0mk3…", description: "Go on with a run that was interrupted" },
  ]),
)
