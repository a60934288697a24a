import * as Result from "effect/Result"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { dspyPrefix } from "../../../src/services/programs/dspyPrefix.ts"
import { exportDspyState } from "../../../src/services/programs/exportDspyState.ts"
import { importDspyState } from "../../../src/services/programs/importDspyState.ts"
import type { Field, Signature } from "../../../src/Signature.ts"
import { aProgram, questionAnswer } from "./aProgram.ts"

const read = (state: string | object, signature: Signature = questionAnswer) =>
  importDspyState({
    text: typeof state === "string" ? state : JSON.stringify(state),
    file: "state.json",
    signature,
    workflow: null,
    step: null,
    createdAt: "2026-01-02T03:04:05.000Z",
  })

const accepted = (state: string | object, signature?: Signature) => Result.getOrThrow(read(state, signature))

const refusal = (state: string | object, signature?: Signature) =>
  Result.getOrThrow(Result.flip(read(state, signature))).message

const predictor = (given: object) => ({ traces: [], train: [], demos: [], lm: null, ...given })

const fields = (...given: ReadonlyArray<readonly [prefix: string, description: string]>) =>
  predictor({
    signature: {
      instructions: "Answer.",
      fields: given.map(([prefix, description]) => ({ prefix, description })),
    },
  })

const name = fc
  .stringMatching(/^[a-z][a-z0-9]{0,6}(_[a-z0-9]{1,4})?$/)
  .filter((each) => !["reasoning", "rationale", "augmented"].includes(each))

const field = fc
  .record({ name, description: fc.option(fc.string(), { nil: undefined }) })
  .map(
    ({ name, description }): Field => ({ name, type: "string", ...(description === undefined ? {} : { description }) }),
  )

/** A program without or with demos, whose state says what DSPy's would. */
const anyProgram = fc
  .uniqueArray(field, { minLength: 2, maxLength: 5, selector: (each) => each.name.replaceAll("_", "") })
  .chain((all) =>
    fc.record({
      all: fc.constant(all),
      reasoning: fc.boolean(),
      demos: fc.array(fc.string(), { maxLength: 2 }),
    }),
  )
  .map(({ all, reasoning, demos }) => {
    const [output = all[0], ...inputs] = all
    const [input = output, ...more] = inputs
    if (input === undefined || output === undefined) throw new Error("two fields at least")
    return aProgram({
      signature: { instructions: "Do it.", inputs: [input, ...more], outputs: [output] },
      candidate: {
        instructions: "Do it well.",
        adapter: "chat",
        reasoning,
        demos: demos.map((text) => ({
          inputs: Object.fromEntries([input, ...more].map((each) => [each.name, text])),
          outputs: { ...(reasoning ? { reasoning: text } : {}), [output.name]: text },
          augmented: true,
        })),
      },
    })
  })

describe("a state and a signature", () => {
  test("that belong together give the program that was saved", () => {
    fc.assert(
      fc.property(anyProgram, (program) => {
        const { program: read } = accepted(exportDspyState(program), program.signature)

        expect(read.candidate).toEqual(program.candidate)
      }),
    )
  })

  test("that differ in one name are refused", () => {
    fc.assert(
      fc.property(anyProgram, fc.nat(), (program, at) => {
        const [input, ...more] = program.signature.inputs.map((each, index, all) =>
          index === at % all.length ? { ...each, name: `other_${each.name}`, description: "something else" } : each,
        )
        if (input === undefined) throw new Error("an input at least")

        expect(refusal(exportDspyState(program), { ...program.signature, inputs: [input, ...more] })).toMatch(
          /where the signature has "other_/,
        )
      }),
    )
  })
})

describe("what older versions wrote", () => {
  test("fields that are named, as 2.5 did when asked to", () => {
    const state = {
      _predict: predictor({
        signature_instructions: "Short.",
        signature_prefix: "Answer:",
        extended_signature_instructions: "Long.",
        extended_signature_prefix: "Answer:",
        fields: [
          { name: "question", field_type: "input", prefix: "Q:", description: "" },
          { name: "rationale", field_type: "output", prefix: "R:", description: "" },
          { name: "answer", field_type: "output", prefix: "A:", description: "" },
        ],
      }),
    }

    const { program, notes } = accepted(state)

    expect(program.candidate).toMatchObject({ instructions: "Long.", reasoning: true })
    expect(notes).toEqual([])
  })

  test("a rationale by its prefix alone", () => {
    const state = fields(
      ["Question:", "${question}"],
      ["Reasoning: Let's think step by step in order to", "${produce the answer}. We ..."],
      ["Answer:", "${answer}"],
    )

    expect(accepted(state).program.candidate.reasoning).toBe(true)
  })
})

describe("a prefix that an optimizer made up", () => {
  test("is taken for the field at its place, and said, where nothing names it", () => {
    const state = fields(["Question:", "${question}"], ["After some thought, it is", "what it comes to"])

    expect(accepted(state).notes).toEqual([
      'field 2 ("After some thought, it is") was taken to be "answer": nothing in the file names it',
      "the file describes answer in other words; those of the signature are used",
    ])
  })

  test("is nothing to say where the demos name the fields", () => {
    const state = {
      ...fields(["Question:", "${question}"], ["After some thought, it is", ""]),
      demos: [{ augmented: true, question: "1 + 1?", answer: "2" }],
    }

    expect(accepted(state).notes).toEqual([])
  })
})

describe("demos", () => {
  test("a number that cannot be held exactly is not rounded in silence", () => {
    const state = JSON.stringify({
      ...fields(["Question:", "${question}"], ["Answer:", "${answer}"]),
      demos: [
        { question: "a", answer: "1" },
        { question: "b", answer: "HUGE" },
      ],
    }).replace('"HUGE"', "12345678901234567890")

    const { program, notes } = accepted(state)

    expect(program.candidate.demos.map(({ outputs }) => outputs)).toEqual([{ answer: "1" }])
    expect(notes).toEqual(["demo 2 was left out: the number 12345678901234567890 cannot be held exactly"])
  })

  test("a value that is not of its field's type is kept and said", () => {
    const signature: Signature = {
      ...questionAnswer,
      outputs: [{ name: "answer", type: "enum", values: ["yes", "no"] }],
    }
    const state = {
      ...fields(["Question:", "${question}"], ["Answer:", "${answer}"]),
      demos: [{ question: ["Is", "it?"], answer: "maybe" }],
    }

    const { program, notes } = accepted(state, signature)

    expect(program.candidate.demos).toHaveLength(1)
    expect(notes).toEqual([
      'demo 1: question is ["Is","it?"], not string',
      'demo 1: answer is "maybe", not one of yes, no',
    ])
  })

  test("None is a value that is missing", () => {
    const signature: Signature = {
      ...questionAnswer,
      outputs: [...questionAnswer.outputs, { name: "why", type: "string" }],
    }
    const state = {
      ...fields(["Question:", "${question}"], ["Answer:", "${answer}"], ["Why:", "${why}"]),
      demos: [{ question: "a", answer: "b", why: null }],
    }

    expect(accepted(state, signature).program.candidate.demos).toEqual([
      { inputs: { question: "a" }, outputs: { answer: "b" }, augmented: false },
    ])
  })

  test("rows of other data are refused", () => {
    const state = {
      ...fields(["Question:", "${question}"], ["Answer:", "${answer}"]),
      demos: [{ text: "a", label: "b" }],
    }

    expect(refusal(state)).toMatch(
      /none of its demos has an input and an output of the signature .*they have text, label/,
    )
  })
})

test("an address or a key of the model that it was made with stays behind", () => {
  const state = {
    ...fields(["Question:", "${question}"], ["Answer:", "${answer}"]),
    lm: {
      model: "openai/some",
      api_base: "http://10.0.0.1/v1",
      api_key: "sk-secret",
      temperature: 0.0,
      extra: { a: 1 },
    },
  }

  const { program } = accepted(state)

  expect(program.model).toBe("openai/some")
  expect(program.optimizer.settings).toEqual({ lm: "model=openai/some, temperature=0" })
})

test.each([
  ["snake_case_text", "Snake Case Text:"],
  ["HTMLParser", "HTML Parser:"],
  ["text2number", "Text 2 Number:"],
  ["URLOf2Pages", "URL Of 2 Pages:"],
  ["q", "Q:"],
])("the prefix of %s is %s, as in DSPy", (given, prefix) => {
  expect(dspyPrefix(given)).toBe(prefix)
})
