import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { openWorkflow } from "./openWorkflow.ts"
import { root } from "./root.ts"

/** `doubletrack graph [FILE]`. */
export const graph = Command.make(
  "graph",
  {
    file: Argument.String("FILE").pipe(
      Argument.withDescription(
        "A pipeline: its steps in order, and what each goes through; none: the step machine alone",
      ),
      Argument.optional,
    ),
    format: Flag.Literals("format", ["mermaid", "svg", "json"]).pipe(
      Flag.withDescription("mermaid (default), svg or json"),
      Flag.optional,
    ),
  },
  Effect.fn(function* ({ file, format }) {
    const { json } = yield* root
    const { stepGraph } = yield* Effect.promise(() => import("../machines/diagram.ts"))
    const step = stepGraph()
    const pipeline = Option.isSome(file) ? yield* readPipeline(file.value) : null
    const wanted = Option.getOrElse(format, () => (json ? "json" : "mermaid"))
    if (wanted === "json") {
      return yield* Console.log(JSON.stringify(pipeline === null ? step : { ...pipeline, step }, null, 2))
    }
    const { mermaid } = yield* Effect.promise(() => import("./mermaid.ts"))
    const text = mermaid({ step, pipeline }, wanted)
    if (wanted === "mermaid") return yield* Console.log(text)
    const { svgOf } = yield* Effect.promise(() => import("./svg.ts"))
    return yield* Console.log(svgOf(text))
  }),
).pipe(Command.withDescription("Draw the states of a step, or the steps of a pipeline"))

/** The steps of a pipeline in order; a condition is written as in the file. */
const readPipeline = Effect.fnUntraced(function* (file: string) {
  const { workflow } = yield* openWorkflow(file)
  return {
    workflow: workflow.name,
    steps: workflow.steps.map(({ name, type, condition }) => ({
      name,
      type,
      ...(condition === undefined ? {} : { condition }),
    })),
  }
})
