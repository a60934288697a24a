import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Result from "effect/Result"
import { describe, expect, onTestFinished, test } from "vitest"
import type { Program } from "../../src/Program.ts"
import { exportDspyState } from "../../src/services/programs/exportDspyState.ts"
import { importDspyState } from "../../src/services/programs/importDspyState.ts"
import type { Signature } from "../../src/Signature.ts"
import { aProgram } from "../services/programs/aProgram.ts"
import { pythonEnvironment } from "./pythonEnvironment.ts"
import { runPython } from "./runPython.ts"

const environment = await pythonEnvironment()

const signature: Signature = {
  instructions: "Rate the dish.",
  inputs: [
    { name: "dish_name", type: "string", description: "as on the menu" },
    { name: "priceEur", type: "number" },
  ],
  outputs: [
    { name: "stars", type: "integer" },
    { name: "score2", type: "number" },
    { name: "tags", type: "array" },
  ],
}

/** Loads the state, says what it holds, and saves it again: once into Predict, once into ChainOfThought. */
const script = `
import json, sys, dspy
source, target, kind = sys.argv[1:]
class Rate(dspy.Signature):
    """Something else."""
    dish_name: str = dspy.InputField(desc="as on the menu")
    priceEur: float = dspy.InputField()
    stars: int = dspy.OutputField()
    score2: float = dspy.OutputField()
    tags: list[str] = dspy.OutputField()
program = dspy.ChainOfThought(Rate) if kind == "cot" else dspy.Predict(Rate)
fresh = {name: p.dump_state()["signature"]["fields"] for name, p in program.named_predictors()}
program.load(source)
[(name, predictor)] = program.named_predictors()
program.save(target)
print(json.dumps({
    "instructions": predictor.signature.instructions,
    "types": [[type(value).__name__ for value in demo.values()] for demo in predictor.demos],
    "sameFields": fresh[name] == predictor.dump_state()["signature"]["fields"],
}))
`

const program = (reasoning: boolean): Program =>
  aProgram({
    signature,
    workflow: null,
    step: null,
    candidate: {
      instructions: "Rate the dish.\n\nBe «strict» 🙂.",
      adapter: "chat",
      reasoning,
      demos: [
        {
          inputs: { dish_name: 'soup "du jour"', priceEur: 7 },
          outputs: { ...(reasoning ? { reasoning: "Cheap." } : {}), stars: 4, score2: 0.5, tags: ["hot"] },
          augmented: true,
        },
        { inputs: { dish_name: "tea", priceEur: 1e-7 }, outputs: { stars: 2 }, augmented: false },
      ],
    },
  })

describe.skipIf("missing" in environment)("a program exported to DSPy", () => {
  test.each([
    ["Predict", false],
    ["ChainOfThought", true],
  ])(
    "is loaded by %s, and what that saves is the same program",
    async (_module, reasoning) => {
      const folder = mkdtempSync(join(tmpdir(), "doubletrack-export-"))
      onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
      const exported = program(reasoning)
      writeFileSync(join(folder, "exported.json"), exportDspyState(exported))
      writeFileSync(join(folder, "load.py"), script)

      const run = await runPython(environment, [
        join(folder, "load.py"),
        join(folder, "exported.json"),
        join(folder, "saved.json"),
        reasoning ? "cot" : "predict",
      ])
      expect(run.status, run.stderr).toBe(0)
      const imported = importDspyState({
        text: readFileSync(join(folder, "saved.json"), "utf8"),
        file: "saved.json",
        signature,
        workflow: null,
        step: null,
        createdAt: exported.createdAt,
      })

      const thought = reasoning ? ["str"] : []
      expect(JSON.parse(run.stdout)).toEqual({
        instructions: exported.candidate.instructions,
        types: [
          ["bool", "str", "float", ...thought, "int", "float", "list"],
          ["str", "float", "int"],
        ],
        sameFields: true,
      })
      expect(Result.getOrThrow(imported)).toMatchObject({
        program: { candidate: exported.candidate, optimizer: { settings: { dspyVersion: expect.any(String) } } },
        notes: [],
      })
    },
    60_000,
  )
})
