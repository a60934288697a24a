import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import type { FeedbackReport } from "../giveFeedback.ts"
import { JsonObject } from "../Json.ts"
import { openTrack, refusable } from "./openTrack.ts"
import { optionFlag, textFlag } from "./optionFlag.ts"
import { root } from "./root.ts"

/** `doubletrack feedback RUN STEP`. */
export const feedback = Command.make(
  "feedback",
  {
    run: Argument.String("RUN").pipe(Argument.withDescription("Id of the run, from its report or events")),
    step: Argument.String("STEP").pipe(Argument.withDescription("The step whose answer is judged")),
    score: Flag.Finite("score").pipe(
      Flag.withMetavar("X"),
      Flag.withDescription("How good the answer is, from 0 to 1"),
      Flag.filter(
        (score) => score >= 0 && score <= 1,
        () => "a number from 0 to 1",
      ),
    ),
    expected: optionFlag(
      textFlag(
        "expected",
        "JSON",
        "What the outputs should have been; kept to learn from where training data are",
      ).pipe(
        Flag.filterMap(Schema.decodeUnknownOption(Schema.fromJsonString(JsonObject)), () => "a JSON object of outputs"),
      ),
      (expected) => ({ expected }),
    ),
    id: optionFlag(
      textFlag("id", "KEY", "Tells feedback apart: the same one counts once (default: made of all that is said)"),
      (id) => ({ id }),
    ),
  },
  Effect.fn(function* ({ run: runId, step, score, expected, id }) {
    const flags = yield* root
    const { track } = yield* openTrack(flags)
    const report = yield* refusable(() => track.feedback({ runId, step, score, ...expected, ...id }))
    if (flags.json) yield* Console.log(JSON.stringify(report, null, 2))
    else if (!flags.quiet) yield* Console.log(feedbackText(report))
  }, Effect.scoped),
).pipe(
  Command.withDescription("Say how good an answer was, afterwards"),
  Command.withExamples([
    {
      command: `doubletrack feedback run-… classify --score 0 --expected '{"intent": "refund"}'`,
      description: "It was wrong, and this would have been right",
    },
  ]),
)

const feedbackText = ({ step, score, repeated, counted, because }: FeedbackReport): string =>
  `${step}: ${score}, ${counted ? because : `kept, not counted: ${because}`}${repeated ? " (the same came before)" : ""}`
