// Runs
export { Doubletrack } from "./Doubletrack.ts"
export type { DoubletrackOptions } from "./DoubletrackOptions.ts"
export type { DoubletrackService } from "./DoubletrackService.ts"
export type { ResumeOptions, Run, RunOptions } from "./Run.ts"
export { RunSummary } from "./RunSummary.ts"
export type { StepAnswered, StepWithSignature, TypedStep } from "./typedStep.ts"

// Workflows
export { DspyConfig, FallbackStrategy, StepDspyConfig } from "./DspyConfig.ts"
export { ExecutionMode, Track } from "./ExecutionMode.ts"
export { HybridConfig } from "./HybridConfig.ts"
export type { Condition } from "./Condition.ts"
export { PromptPart } from "./PromptPart.ts"
export { Field, FieldType, Signature } from "./Signature.ts"
export type { SignatureInputs, SignatureOutputs } from "./SignatureValues.ts"
export { signatureHash } from "./signatureHash.ts"
export { Step } from "./Step.ts"
export { type LoadedWorkflow, Workflow, type WorkflowInput } from "./Workflow.ts"

// Programs
export type { Example } from "./Example.ts"
export { AdapterName, Candidate, Demo, FrozenPrompt, HeldOutScore, OptimizerName, Program } from "./Program.ts"
export type { EvaluateOptions } from "./services/evaluation/evaluateWorkflow.ts"
export type { EvaluationReport } from "./services/evaluation/EvaluationReport.ts"
export { type Judged, type Metric, MetricError, type Score } from "./services/metrics/Metric.ts"
export type { OptimizeOptions } from "./services/optimization/OptimizeOptions.ts"
export { OptimizationError } from "./services/optimization/Optimizer.ts"
export type { OptimizeReport } from "./services/optimization/concludeJob.ts"
export { ProgramStore } from "./services/programs/ProgramStore.ts"

// What runs report
export { CacheReport } from "./CacheReport.ts"
export { Answered, Outcome, Unanswered } from "./Outcome.ts"
export { Route, RouteFacts, RouteReason, RouteTarget } from "./Route.ts"
export { isTerminal, RunEvent } from "./RunEvent.ts"
export { RunReport, StepReport } from "./RunReport.ts"
export { SystemEvent } from "./SystemEvent.ts"
export { Tokens, Usage } from "./Usage.ts"

// Errors
export { InputError } from "./InputError.ts"
export { formatProblem, Problem } from "./Problem.ts"
export { FailureReason, StepFailure } from "./StepFailure.ts"

// Extending
export { routeStep } from "./machines/router.ts"
export type { OwnStepContext, OwnStepType } from "./services/executors/OwnStepType.ts"
export { OptimizedExecutor, type StepAnswer, TraditionalExecutor } from "./services/executors/TrackExecutor.ts"
export { Models } from "./services/models/Models.ts"
export { Settings } from "./Settings.ts"
export type { StepTask } from "./StepTask.ts"
export { addEvent, noProgress, type RunProgress } from "./streams/progress.ts"
