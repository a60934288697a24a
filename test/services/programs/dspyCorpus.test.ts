import * as Result from "effect/Result"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { describe, expect, test } from "vitest"
import { importDspyState } from "../../../src/services/programs/importDspyState.ts"
import type { Field, Signature } from "../../../src/Signature.ts"

const corpus = fileURLToPath(new URL("../../../../shared/corpus/dspy_programs/", import.meta.url))

const text = (name: string): Field => ({ name, type: "string" })

const signature = (
  inputs: readonly [string, ...Array<string>],
  outputs: readonly [string, ...Array<string>],
): Signature => ({
  instructions: "Do as the examples do.",
  inputs: [text(inputs[0]), ...inputs.slice(1).map(text)],
  outputs: [text(outputs[0]), ...outputs.slice(1).map(text)],
})

const read = (file: string, given: Signature, predictor?: string) =>
  importDspyState({
    text: readFileSync(`${corpus}${file}`, "utf8"),
    file,
    signature: given,
    ...(predictor === undefined ? {} : { predictor }),
    workflow: null,
    step: null,
    createdAt: "2026-01-02T03:04:05.000Z",
  })

const answer = signature(["question"], ["answer"])
const judged = signature(["context", "question"], ["answer"])
const classifier = signature(["question"], ["category"])
const skills = signature(["text"], ["output"])
const ranking: Signature = {
  ...signature(["text"], ["output"]),
  inputs: [text("text"), { name: "options", type: "array" }],
}
const game = signature(["state", "action"], ["updated_game_state"])
const card = signature(["card_image"], ["document"])
const page = signature(["page_image"], ["document"])
const agent: Signature = {
  ...signature(["question", "trajectory"], ["next_thought"]),
  outputs: [text("next_thought"), text("next_tool_name"), { name: "next_tool_args", type: "object" }],
}
const extract = signature(["question", "trajectory"], ["answer"])

interface Verdict {
  readonly demos: number
  /** Of the demos, those that a model answered. */
  readonly augmented: number
  readonly reasoning: boolean
  readonly instructions: RegExp
  readonly notes: ReadonlyArray<RegExp>
}

const fallsBack = /^Do as the examples do\.$/

const accepted: ReadonlyArray<readonly [file: string, given: Signature, predictor: string | undefined, Verdict]> = [
  [
    "stanfordnlp__dspy__scone-cot_fewshot-turbo-gpt4-demos.json",
    judged,
    undefined,
    {
      demos: 8,
      augmented: 7,
      reasoning: true,
      instructions: fallsBack,
      notes: [/no instructions/, /^demo 8: left out category$/],
    },
  ],
  [
    "KarelDO__xmc.dspy__program_state.json",
    skills,
    "infer_retrieve.infer.cot",
    { demos: 2, augmented: 2, reasoning: true, instructions: fallsBack, notes: [/no instructions/] },
  ],
  [
    "KarelDO__xmc.dspy__program_state.json",
    ranking,
    "rank.cot",
    { demos: 2, augmented: 2, reasoning: true, instructions: fallsBack, notes: [/no instructions/] },
  ],
  [
    "robjsliwa__adventures_in_dspy__compiled_program.json",
    game,
    undefined,
    {
      demos: 0,
      augmented: 0,
      reasoning: true,
      instructions: /creative storyteller/,
      notes: [/nothing in the file names the fields/],
    },
  ],
  [
    "petrovs12__ML-notebooks__mipro_optimized.json",
    answer,
    undefined,
    {
      demos: 4,
      augmented: 3,
      reasoning: true,
      instructions: /^You are a math tutor/,
      notes: [/^demo 4: left out gold_reasoning$/],
    },
  ],
  [
    "joelgrus__dspygraph__compiled_classifier.json",
    classifier,
    undefined,
    {
      demos: 11,
      augmented: 0,
      reasoning: false,
      instructions: /^Classifies a user's question/,
      notes: [/describes question, category in other words/],
    },
  ],
  [
    "stanfordnlp__dspy__saved_program.json",
    agent,
    "react",
    {
      demos: 1,
      augmented: 1,
      reasoning: false,
      instructions: /You are an Agent\./,
      notes: [/^demo 2 was left out: it has no output/],
    },
  ],
  [
    "stanfordnlp__dspy__saved_program.json",
    extract,
    "extract.predict",
    { demos: 2, augmented: 1, reasoning: true, instructions: /very verbose fields/, notes: [] },
  ],
  [
    "kintopp__dspy-rise-humbench__gepa-cot_gemini-2.0-flash_optimized.json",
    card,
    undefined,
    {
      demos: 0,
      augmented: 0,
      reasoning: true,
      instructions: /^Extract structured bibliographic data/,
      notes: [/describes card_image, document/],
    },
  ],
  [
    "kintopp__dspy-rise-humbench__phic_data_optimized_gepa-cot_gemini-2.0-flash_optimized.json",
    page,
    undefined,
    {
      demos: 0,
      augmented: 0,
      reasoning: true,
      instructions: /^Extract structured bibliographic data/,
      notes: [/describes page_image, document/],
    },
  ],
]

const refused: ReadonlyArray<
  readonly [why: string, file: string, given: Signature, predictor: string | undefined, message: RegExp]
> = [
  [
    "another name in the demos of a model",
    "stanfordnlp__dspy__scone-cot_fewshot-turbo-gpt4-demos.json",
    answer,
    undefined,
    /its demo 1 has context, which the signature does not/,
  ],
  [
    "several predictors",
    "KarelDO__xmc.dspy__program_state.json",
    skills,
    undefined,
    /it has 2 predictors: infer_retrieve\.infer\.cot, rank\.cot\. Say which with --predictor PATH/,
  ],
  [
    "the other predictor's signature",
    "KarelDO__xmc.dspy__program_state.json",
    skills,
    "rank.cot",
    /predictor rank\.cot: its demo 1 has options/,
  ],
  [
    "a predictor that it does not have",
    "stanfordnlp__dspy__saved_program.json",
    extract,
    "extract.predictt",
    /no predictor "extract\.predictt"; it has react, extract\.predict\. Did you mean "extract\.predict"\?/,
  ],
  [
    "another number of fields",
    "joelgrus__dspygraph__compiled_classifier.json",
    signature(["question", "context", "hint"], ["category"]),
    undefined,
    /it has 2 fields \("Question:", "Category:"\), and the signature 4 \(question, context, hint, category\)/,
  ],
  [
    "an input in the place of its reasoning",
    "petrovs12__ML-notebooks__mipro_optimized.json",
    judged,
    undefined,
    /its field 1 is "question", where the signature has "context"/,
  ],
  [
    "another name by its placeholder",
    "petrovs12__ML-notebooks__mipro_optimized.json",
    signature(["question"], ["result"]),
    undefined,
    /its field 3 is "answer", where the signature has "result"/,
  ],
  [
    "another name by its prefix",
    "kintopp__dspy-rise-humbench__gepa-cot_gemini-2.0-flash_optimized.json",
    page,
    undefined,
    /its field 1 is "Card Image:", where the signature has "page_image"/,
  ],
  [
    "inputs and outputs exchanged",
    "joelgrus__dspygraph__compiled_classifier.json",
    signature(["category"], ["question"]),
    undefined,
    /its field 1 is "Question:", where the signature has "category"/,
  ],
]

describe.skipIf(!existsSync(corpus))("programs that people saved (skipped where ../shared is absent)", () => {
  test.each(accepted)("%s is read as what it is", (file, given, predictor, verdict) => {
    const { program, notes } = Result.getOrThrow(read(file, given, predictor))
    const { demos, reasoning, instructions } = program.candidate

    expect({ demos: demos.length, augmented: demos.filter(({ augmented }) => augmented).length, reasoning }).toEqual({
      demos: verdict.demos,
      augmented: verdict.augmented,
      reasoning: verdict.reasoning,
    })
    expect(instructions).toMatch(verdict.instructions)
    expect(notes.map((note, index) => verdict.notes[index]?.test(note) ?? note)).toEqual(verdict.notes.map(() => true))
  })

  test.each(refused)("%s is refused", (_why, file, given, predictor, message) => {
    const result = read(file, given, predictor)

    expect(Result.isFailure(result) && result.failure.message).toMatch(message)
  })

  test("every file of the corpus has a verdict here", () => {
    const files = readdirSync(corpus).filter((file) => file !== "index.json")

    expect(new Set(accepted.map(([file]) => file))).toEqual(new Set(files))
  })

  test("where a model ran is not taken over", () => {
    const { program } = Result.getOrThrow(
      read("KarelDO__xmc.dspy__program_state.json", skills, "infer_retrieve.infer.cot"),
    )

    expect(program.model).toBe("meta-llama/Llama-2-13b-chat-hf")
    expect(JSON.stringify(program)).not.toContain("http")
  })
})
