import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { mostCharacters, readProposal } from "../../../src/services/optimization/readProposal.ts"

describe("readProposal", () => {
  it.each([
    ["a block", "Sure:\n```\nSort by colour.\n```\nGood luck!", "Sort by colour."],
    ["a block with a language", "```markdown\nSort by colour.\n```", "Sort by colour."],
    ["a block without an end", "```\nSort by colour.", "Sort by colour."],
    ["blocks within a block", "```\nSort:\n```json\n{}\n```\nso.\n```", "Sort:\n```json\n{}\n```\nso."],
    ["plain text", "  Sort by colour.\r\nAlways.  ", "Sort by colour.\nAlways."],
    ["a heading", "**New instructions:** Sort by colour.", "Sort by colour."],
    ["quotes", '"Sort by colour."', "Sort by colour."],
    ["two quotations", '"Red" is warm, so is "pink"', '"Red" is warm, so is "pink"'],
    ["control characters", "Sort\u0000 by\u0007 colour.", "Sort by colour."],
  ])("reads %s", (_, answer, instructions) => {
    expect(readProposal(answer)).toEqual({ instructions })
  })

  it.each(["", "   ", "```\n```", '""', "…", "---", "42", "Instructions:"])("finds no instructions in %j", (answer) => {
    expect(readProposal(answer)).toBeNull()
  })

  it("cuts what is too long at the end of a sentence, and says so", () => {
    const proposal = readProposal("Sort the message by the colour in it. ".repeat(1000))

    expect(proposal?.instructions).toMatch(/colour in it\.$/)
    expect(proposal?.note).toBe(`cut from 37999 to at most ${mostCharacters} characters`)
  })

  it("keeps the bounds whatever the model says, and reads its own output again", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.integer({ min: 1, max: 2000 }), (text, times) => {
        const proposal = readProposal(text.repeat(times))

        if (proposal === null) return
        expect(proposal.instructions.length).toBeLessThanOrEqual(mostCharacters)
        expect(proposal.instructions).toBe(proposal.instructions.trim())
        expect(proposal.instructions.isWellFormed()).toBe(true)
        expect(readProposal(`\`\`\`\n${proposal.instructions}\n\`\`\``)).not.toBeNull()
      }),
      { numRuns: 100 },
    )
  })
})
