import { describe, expect, test } from "vitest"
import { compareModes, modeScore } from "../../../src/services/evaluation/compareModes.ts"
import type {
  EvaluatedAnswer,
  EvaluatedRow,
  EvaluationReport,
} from "../../../src/services/evaluation/EvaluationReport.ts"
import { evaluationPage } from "../../../src/services/evaluation/page/evaluationPage.ts"

const answer = (intent: string | null, score: number): EvaluatedAnswer => ({
  score,
  outputs: intent === null ? null : { intent },
  text: intent ?? "",
  ...(intent === null ? { failure: { reason: "timeout" as const, message: "no <answer> in time" } } : {}),
  latencyMs: 100,
  costUsd: null,
  tokens: { input: 1, output: 1 },
})

const row = (
  line: number,
  message: string,
  traditional: EvaluatedAnswer,
  optimized: EvaluatedAnswer,
): EvaluatedRow => ({
  line,
  inputs: { message },
  expected: { intent: "refund" },
  answers: { traditional, dspy_optimized: optimized },
})

const rows = [
  row(1, "fine", answer("refund", 1), answer("refund", 1)),
  row(2, `<script>alert("x")</script> & 'more' \u0007`, answer("delivery", 0), answer("refund", 1)),
  row(7, "worst of all", answer(null, 0), answer("a made-up label", 0)),
]

const answersOf = (mode: "traditional" | "dspy_optimized") => rows.flatMap(({ answers }) => answers[mode] ?? [])

const report: EvaluationReport = {
  workflow: "triage <1>",
  step: "classify",
  metric: "exact_match",
  n: 3,
  dataset: { file: "test.jsonl", fingerprint: "00", rows: 9 },
  programId: "prog-1",
  metricCostUsd: 0,
  modes: { traditional: modeScore(answersOf("traditional")), dspy_optimized: modeScore(answersOf("dspy_optimized")) },
  ...compareModes(
    rows.flatMap(({ answers: { traditional, dspy_optimized: optimized } }) =>
      traditional === undefined || optimized === undefined ? [] : [{ traditional, optimized }],
    ),
  ),
  warnings: ["test.jsonl:3:1: warning: this row repeats line 1"],
  labels: ["refund", "delivery"],
  rows,
}

/** The text of a page, without its markup. */
const textOf = (page: string): string => page.replace(/<style>.*<\/style>/s, "").replace(/<[^>]*>/g, " ")

describe("the page of an evaluation", () => {
  const page = evaluationPage([report])

  test("says the scores, the costs, the verdict and what the data lacked", () => {
    const text = textOf(page)

    for (const said of [
      "33.3 %",
      "66.7 %",
      "unknown",
      "100 ms",
      "3 of 9 rows of test.jsonl",
      "prog-1",
      "recommend_evaluation",
      "not enough data",
      "this row repeats line 1",
    ]) {
      expect(text).toContain(said)
    }
  })

  test("shows the worst rows first, with what each mode answered", () => {
    const worst = textOf(page.slice(page.indexOf("Worst cases")))

    expect(worst.indexOf("worst of all")).toBeLessThan(worst.indexOf("&lt;script&gt;"))
    expect(worst).toContain("a made-up label")
    expect(worst).toMatch(/timeout\s*: no &lt;answer&gt; in time/)
    expect(worst).not.toContain("fine")
  })

  test("counts answers by expected label, with a column for what is none", () => {
    const matrix = page.slice(page.indexOf("Labels, traditional"), page.indexOf("Labels, dspy_optimized"))
    const [heading, refund, delivery] = matrix.match(/<tr>.*?<\/tr>/gs)?.map((line) => textOf(line).split(/\s+/)) ?? []

    expect(heading?.join(" ").trim()).toBe("expected ↓ answered → refund delivery (none)")
    expect(refund?.join(" ").trim()).toBe("refund 1 1 1")
    expect(delivery?.join(" ").trim()).toBe("delivery")
  })

  test("escapes whatever came from outside, and holds no script and no address", () => {
    expect(page).not.toContain("<script")
    expect(page).toContain("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;more&#39; \uFFFD")
    expect(page).toContain("<title>Evaluation of triage &lt;1&gt;</title>")
    expect(page).not.toMatch(/https?:|src=|href=/)
  })

  test("draws every number as one", () => {
    expect(page).toContain("<svg")
    expect(page).not.toMatch(/NaN|Infinity|undefined|\[object/)
  })

  test("shows one mode by itself without a comparison", () => {
    const { comparison: _comparison, recommendation: _recommendation, labels: _labels, ...rest } = report
    const alone = evaluationPage([{ ...rest, modes: { traditional: modeScore(answersOf("traditional")) } }])

    expect(textOf(alone)).not.toContain("difference")
    expect(alone).not.toMatch(/NaN|undefined/)
  })
})
