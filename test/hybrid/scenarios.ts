import fc from "fast-check"
import type { FallbackStrategy } from "../../src/DspyConfig.ts"
import type { ExecutionMode } from "../../src/ExecutionMode.ts"
import type { RunOptions } from "../../src/Run.ts"
import type { WorkflowInput } from "../../src/Workflow.ts"
import { anyShare } from "../../src/testing/arbitraries/routingPolicies.ts"
import { signatureOf } from "./givenPrograms.ts"
import type { CallScript, Does, RunScript, StepScript } from "./scripts.ts"

type HybridStep = WorkflowInput["steps"][0]

/** What is compiled for a step before anything runs. */
export interface GivenProgram {
  readonly step: string
  /** Held-out gain; null: no held-out score. */
  readonly gain: number | null
  /** Whether there was another one before it. */
  readonly hasPrevious: boolean
}

export interface ScriptedRun {
  readonly options: RunOptions
  readonly script: RunScript
}

/** A workflow, what was compiled for it, and runs, which are started so many at a time. */
export interface Scenario {
  readonly workflow: WorkflowInput
  readonly programs: ReadonlyArray<GivenProgram>
  readonly runs: ReadonlyArray<ScriptedRun>
  readonly atOnce: number
}

const mostly = <A>(usual: A, ...others: ReadonlyArray<A>): fc.Arbitrary<A> =>
  fc.oneof({ weight: 6, arbitrary: fc.constant(usual) }, fc.constantFrom(...others))

const anyMode = fc.constantFrom<ExecutionMode>(
  ...(["hybrid", "hybrid", "hybrid", "hybrid"] as const),
  ...(["dspy_optimized", "dspy_optimized", "traditional", "evaluation"] as const),
)

const anyStrategy = fc.constantFrom<FallbackStrategy>(
  "traditional",
  "cached_best_effort",
  "schedule_and_execute",
  "wait_and_retry",
  "error",
)

/** A step of this name; what it says of itself has its own signature, and so its own programs. */
const anyHybridStep = (name: string): fc.Arbitrary<HybridStep> =>
  fc
    .record({
      signature: mostly(true, false),
      writes: mostly(false, true),
      runs: mostly(true, false),
      quality: fc.constantFrom<NonNullable<HybridStep["quality"]>>([], ["schema"], ["llm_judge"], ["feedback"]),
      mode: fc.option(anyMode, { freq: 4 }),
      config: fc.record(
        {
          fallback_strategy: anyStrategy,
          max_wait_time: fc.constantFrom(0, 1500, 9000),
          optimization_enabled: mostly(true, false),
        },
        { requiredKeys: ["fallback_strategy"] },
      ),
    })
    .map(({ signature, writes, runs, quality, mode, config }) => ({
      name,
      type: "claude",
      prompt: [{ type: "static" as const, content: "What does {{inputs.message}} want?" }],
      quality: signature || !quality.includes("schema") ? quality : [],
      dspy_config: config,
      ...(signature ? { signature: signatureOf(name) } : {}),
      ...(writes ? { claude_options: { allowed_tools: ["Write"] } } : {}),
      ...(mode === null ? {} : { execution_mode: mode }),
      ...(runs ? {} : { condition: "inputs.message == 'nothing'" }),
    }))

const troubles = ["babbles", "dies", "hangs", "unreachable", "server_error", "refused", "timeout"] as const

/** Most calls are answered; `answers` says how many beside eight that are in trouble. */
const anyCall = (answers: number): fc.Arbitrary<CallScript> =>
  fc.record({
    does: fc.oneof(
      { weight: answers, arbitrary: fc.constant<Does>("answers") },
      { weight: 8, arbitrary: fc.constantFrom<Does>(...troubles) },
      { weight: 2, arbitrary: fc.constantFrom<Does>("authentication", "bad_request", "budget_exceeded") },
      { weight: 1, arbitrary: fc.constant<Does>("cancels") },
    ),
    price: fc.option(fc.nat(20_000), { freq: 10 }),
  })

const anyStepScript: fc.Arbitrary<StepScript> = fc.record({
  calls: fc.record({ prompt: anyCall(40), program: anyCall(8), previous: anyCall(8), judge: anyCall(20) }),
  readiness: mostly<StepScript["readiness"]>("truth", "absent", "unavailable", "dies"),
})

const anyRun = (names: ReadonlyArray<string>): fc.Arbitrary<ScriptedRun> =>
  fc
    .record({
      scripts: fc.tuple(...names.map(() => anyStepScript)),
      options: fc.record(
        {
          seed: fc.nat(1000),
          mode: mostly<ExecutionMode>("hybrid", "dspy_optimized", "dspy_optimized", "traditional"),
          fallbackEnabled: fc.boolean(),
          unit: fc.constantFrom("Ada", "Grace"),
        },
        { requiredKeys: ["seed"] },
      ),
    })
    .map(({ scripts, options }) => ({
      options: { ...options, inputs: { message: "money back" } },
      script: Object.fromEntries(scripts.map((script, index) => [names[index] ?? "", script])),
    }))

const anyProgram = (step: string): fc.Arbitrary<GivenProgram | null> =>
  fc.option(
    fc.record({
      step: fc.constant(step),
      gain: fc.constantFrom(null, 0.05, 0.15, 0.5),
      hasPrevious: fc.boolean(),
    }),
    { freq: 6 },
  )

/** One to four steps, up to eight runs, and everything that can go wrong with them. */
export const anyScenario: fc.Arbitrary<Scenario> = fc.integer({ min: 1, max: 4 }).chain((count) => {
  const names = ["sort", "check", "answer", "file"].slice(0, count)
  return fc
    .record({
      steps: fc.tuple(anyHybridStep(names[0] ?? ""), fc.tuple(...names.slice(1).map(anyHybridStep))),
      programs: fc.tuple(...names.map(anyProgram)),
      runs: fc.array(anyRun(names), { minLength: 1, maxLength: 8 }),
      atOnce: fc.integer({ min: 1, max: 4 }),
      hybrid: fc.record(
        {
          mode: anyMode,
          intelligent_routing: mostly(true, false),
          ab_testing_enabled: mostly(true, false),
          performance_threshold: anyShare,
          control_share: anyShare,
          exploration_share: anyShare,
          comparison_budget: anyShare,
          fallback_enabled: mostly(true, false),
        },
        { requiredKeys: ["mode"] },
      ),
    })
    .map(({ steps: [first, others], programs, hybrid, ...scenario }) => ({
      ...scenario,
      workflow: { name: "triage", hybrid_config: hybrid, steps: [first, ...others] },
      programs: programs.flatMap((program) => (program === null ? [] : [program])),
    }))
})
