import fc from "fast-check"
import type { ExperimentSubject } from "../../ExperimentSubject.ts"

const hex = (length: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: length, maxLength: length })

const anyPrior = fc.record({
  benefit: fc.integer({ min: -100, max: 100 }).map((hundredths) => hundredths / 100),
  n: fc.integer({ min: 1, max: 200 }),
})

/** By what answers are judged, and by whom when. */
const anyAssessor: fc.Arbitrary<Pick<ExperimentSubject, "assessor" | "delayed">> = fc.constantFrom(
  { assessor: null, delayed: false },
  { assessor: "schema", delayed: false },
  { assessor: "llm_judge", delayed: false },
  { assessor: "feedback", delayed: true },
)

/** The two tracks of a step that experiments are about. */
export const anyExperimentSubject: fc.Arbitrary<ExperimentSubject> = fc
  .record({
    workflow: fc.constantFrom("triage", "review"),
    step: fc.constantFrom("classify", "draft", "extract"),
    signatureHash: hex(64),
    programId: hex(16).map((digits) => `prog-${digits}`),
    traditionalHash: hex(64),
    model: fc.constantFrom("anthropic/claude-sonnet-5", "openai/gpt-5-mini", "local/llama"),
    assessor: anyAssessor,
    prior: fc.option(anyPrior, { freq: 2 }),
    compilationCostUsd: fc.option(
      fc.nat(500).map((cents) => cents / 100),
      { freq: 2 },
    ),
  })
  .map(({ assessor, ...subject }) => ({ ...subject, ...assessor }))
