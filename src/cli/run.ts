import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import { checkResumeFlags, resumeFlags, resumeRun } from "./resumeRun.ts"
import { givenForRuns, runFlags } from "./runFlags.ts"
import { startRuns } from "./startRuns.ts"

/** `doubletrack run FILE`, `doubletrack run --resume RUN`. */
export const run = Command.make(
  "run",
  {
    file: Argument.String("FILE").pipe(Argument.withDescription("The pipeline, a YAML file"), Argument.optional),
    ...runFlags,
    ...resumeFlags,
  },
  Effect.fn(function* ({ file, ...flags }) {
    const given = givenForRuns(flags).filter((name) => name !== "--events")
    yield* checkResumeFlags(flags, {
      file: Option.isSome(file),
      others: [
        ...given,
        ...("mode" in flags.mode ? ["--mode"] : []),
        ...("dataset" in flags.dataset ? ["--dataset"] : []),
        ...(flags.dryRun ? ["--dry-run"] : []),
      ],
    })
    if (Option.isSome(flags.resume)) yield* resumeRun(flags.resume.value, flags)
    else if (Option.isSome(file)) yield* startRuns(file.value, flags)
  }, Effect.scoped),
).pipe(
  Command.withDescription("Run a pipeline"),
  Command.withExamples([
    { command: "doubletrack run triage.yaml --input message='Where is my parcel?'", description: "One run" },
    { command: "doubletrack run triage.yaml --inputs messages.jsonl --json", description: "A run for each line" },
    { command: "doubletrack run triage.yaml --remote", description: "Let a worker of the fleet carry it out" },
    { command: "doubletrack run --resume run-0mk3…", description: "Go on with a run that was interrupted" },
  ]),
)
