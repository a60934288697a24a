import { existsSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { describe, expect, test } from "vitest"
import { Doubletrack } from "../../../src/Doubletrack.ts"
import type { WorkflowInput } from "../../../src/Workflow.ts"
import { settings } from "../executors/aTask.ts"

// Public data sets beside a checkout of the repository; a user's machine may lack them.
const data = fileURLToPath(new URL("../../../../shared/data/snips/", import.meta.url))
const hasData = existsSync(data)
if (!hasData) console.log("skipped: the data sets under ../shared/data are absent")

describe.skipIf(!hasData)("spoken commands (snips), offline model, no examples", () => {
  const labels: ReadonlyArray<string> = hasData ? JSON.parse(readFileSync(`${data}labels.json`, "utf8")) : []
  const [first = "", ...others] = labels
  const workflow: WorkflowInput = {
    name: "commands",
    steps: [
      {
        name: "classify",
        type: "claude",
        signature: {
          instructions: "Say what a spoken command asks for.",
          inputs: [{ name: "command", type: "string" }],
          outputs: [{ name: "intent", type: "enum", values: [first, ...others] }],
        },
        prompt: [
          {
            type: "static",
            content: `Say what the command asks for, with one of these labels and nothing else:\n${labels.map((label) => `- ${label}`).join("\n")}\n\nCommand:\n{{inputs.command}}`,
          },
        ],
      },
    ],
  }

  test("the traditional mode is better than chance and at most 65 % right, as a recount says, too", async () => {
    const track = await Doubletrack.start({ environment: {}, settings: { stepTimeoutMs: settings.stepTimeoutMs } })
    try {
      const [report] = await track.evaluate(workflow, {
        dataset: `${data}test.jsonl`,
        modes: ["traditional"],
        limit: 200,
        seed: 1,
      })

      const answers = report?.rows.map(({ expected, answers: { traditional } }) => ({ expected, traditional })) ?? []
      const right = answers.filter(
        ({ expected, traditional }) => traditional?.outputs?.["intent"] === expected["intent"],
      )
      expect(report?.n).toBe(200)
      expect(report?.modes.traditional?.quality).toBeGreaterThan(1 / 7)
      expect(report?.modes.traditional?.quality).toBeLessThanOrEqual(0.65)
      expect(report?.modes.traditional?.quality).toBeCloseTo(right.length / 200, 12)
      expect(report?.modes.traditional?.totalCostUsd).toBe(0)
    } finally {
      await track.close()
    }
  })
})
