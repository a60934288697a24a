import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import fc from "fast-check"
import {
  codeBlocks,
  formatMarkdown,
  keyPoints,
  links,
  recommendations,
  summaryOf,
} from "../../../src/services/executors/steps/extraction.ts"
import { aTask } from "./aTask.ts"
import { execute } from "./execute.ts"
import { scriptedModels } from "./scriptedModels.ts"

const article = `# Caching
Caches save work. You should measure first! See https://example.org/a, and [more](https://example.org/b).

* keep it small
* avoid global state
1. measure

\`\`\`ts
const cache = new Map()
\`\`\`
See https://example.org/a.`

const extracted = (extraction_config: object, answer = article) =>
  Effect.map(
    execute(
      aTask({ type: "claude_extract", prompt: [{ type: "static", content: "Write." }], extraction_config }),
      scriptedModels(() => answer),
    ),
    ({ result }) => result,
  )

describe("what is found in a text", () => {
  it("code blocks with their language", () => {
    assert.deepStrictEqual(codeBlocks(article), [{ language: "ts", code: "const cache = new Map()" }])
    assert.deepStrictEqual(codeBlocks("```\na\n\nb\n```"), [{ language: null, code: "a\n\nb" }])
  })

  it("every link once, without the punctuation after it", () => {
    assert.deepStrictEqual(links(article), ["https://example.org/a", "https://example.org/b"])
  })

  it("list items as key points", () => {
    assert.deepStrictEqual(keyPoints(article), ["keep it small", "avoid global state", "measure"])
  })

  it("advice in lists and sentences", () => {
    assert.deepStrictEqual(recommendations(article), ["avoid global state", "You should measure first!"])
  })

  it("Markdown is spaced evenly, code is left alone", () => {
    assert.strictEqual(
      formatMarkdown("# A\ntext  \n\n\n\n* one\n## B\n```\n# no heading\n* no bullet\n```"),
      "# A\n\ntext\n\n- one\n\n## B\n\n```\n# no heading\n* no bullet\n```",
    )
  })

  it("formatting twice is formatting once", () => {
    const line = fc.constantFrom("# A", "text", "", "* one", "```", "  ", "## B  ")
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const once = formatMarkdown(lines.join("\n"))

        assert.strictEqual(formatMarkdown(once), once)
      }),
    )
  })

  it("a summary is never longer than asked for, and whole sentences where they fit", () => {
    assert.strictEqual(summaryOf("First one. Second one. Third one.", 24), "First one. Second one.")
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 80 }), (text, maxLength) => {
        assert.isAtMost(summaryOf(text, maxLength).length, maxLength)
      }),
    )
  })
})

describe("claude_extract", () => {
  it.effect("shows what it found in extracted and at the end of the text", () =>
    Effect.gen(function* () {
      const result = yield* extracted({
        post_processing: ["extract_links", "generate_summary", "trim"],
        max_summary_length: 20,
      })

      assert.deepStrictEqual(result["extracted"], {
        links: ["https://example.org/a", "https://example.org/b"],
        summary: "# Caching Caches…",
      })
      assert.strictEqual(
        result["text"],
        `${article}\n\n## Links\n\n- https://example.org/a\n- https://example.org/b\n\n## Summary\n\n# Caching Caches…`,
      )
    }),
  )

  it.effect("really parses JSON, and wraps what is none", () =>
    Effect.gen(function* () {
      const parsed = yield* extracted({ format: "json" }, 'Sure: ["red", "green"]')
      const wrapped = yield* extracted({ format: "json" }, "red and green")

      assert.deepStrictEqual(parsed["json"], ["red", "green"])
      assert.strictEqual(parsed["text"], '["red","green"]')
      assert.deepStrictEqual(wrapped["json"], { content: "red and green", format: "json" })
    }),
  )

  it.effect("brings the answer into a format", () =>
    Effect.gen(function* () {
      const [structured, summary, markdown, text] = yield* Effect.forEach(
        ["structured", "summary", "markdown", "text"],
        (format) =>
          Effect.map(
            extracted({ format, max_summary_length: 12 }, "- a point\nSome prose."),
            (result) => result["text"],
          ),
      )

      assert.match(
        String(structured),
        /^## Extracted content\n\n### Summary\n\n[^]*### Key points\n\n- a point\n\n### Full content/,
      )
      assert.strictEqual(summary, "- a point…")
      assert.strictEqual(markdown, "# Extracted content\n\n- a point\nSome prose.")
      assert.strictEqual(text, "- a point\nSome prose.")
    }),
  )

  it.effect("describes itself where asked to", () =>
    Effect.gen(function* () {
      const result = yield* extracted({ include_metadata: true, post_processing: ["extract_links"] }, "plain")

      assert.isTrue(result["extraction_applied"])
      assert.deepStrictEqual(result["extraction_metadata"], {
        step_name: "draft",
        format: "text",
        use_content_extractor: false,
        original_length: 5,
        processed_length: 5,
        post_processing_applied: ["extract_links"],
        extraction_timestamp: "1970-01-01T00:00:00.000Z",
      })
    }),
  )

  it.effect("refuses a format that there is not", () =>
    Effect.gen(function* () {
      const failed = yield* Effect.flip(extracted({ format: "xml" }))

      assert.strictEqual(failed.reason, "configuration")
      assert.include(failed.message, 'Step "draft": extraction_config.format: ')
    }),
  )
})
