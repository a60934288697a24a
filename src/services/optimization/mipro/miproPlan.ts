import type { Example } from "../../../Example.ts"
import { type DemoCounts, demoCounts } from "../demos.ts"
import type { OptimizationTask } from "../Optimizer.ts"
import type { SeededRandom } from "../seededRandom.ts"

/** How large a search is. */
export interface MiproPlan {
  readonly trainset: ReadonlyArray<Example>
  /** What combinations are selected on. */
  readonly rows: ReadonlyArray<Example>
  /** Instructions to choose from, the student's own among them. */
  readonly instructions: number
  readonly demoSets: number
  /** In a prompt; both 0 where only instructions are searched. */
  readonly demos: DemoCounts
  readonly trials: number
  /** Rows of a trial. */
  readonly trialRows: number
}

/** DSPy's `auto="light"`: it searches so many demo sets, half as many instructions, and validates on so many rows. */
const light = { candidates: 6, validationRows: 100 }

/** The student's own and one more. */
const fewestCandidates = 2

/** Beyond these, trials see a minibatch only. */
const mostRowsOfTrial = { fewest: 50, minibatch: 35 }

/** DSPy's split where no validation rows are given: a fifth stays for training, of the rest at most 1000 validate. */
const split = { training: 0.2, mostValidation: 1000 }

/** The sizes of MIPROv2 in DSPy; `candidates` stands for DSPy's `num_candidates`, without it they are those of `light`. */
export const miproPlan = (task: OptimizationTask, random: SeededRandom): MiproPlan => {
  const { settings } = task
  const { trainset, valset } = splitOff(task)
  const { validation, candidates } = miproSizes(valset.length, settings.candidates)
  const rows = settings.candidates === undefined ? random.sample(valset, validation) : valset
  const demos = demoCounts({ ...settings, maxLabeledDemos: settings.maxLabeledDemos ?? settings.maxDemos ?? 4 })
  const isZeroShot = demos.bootstrapped === 0 && demos.labeled === 0
  const isHalved = settings.candidates === undefined && !isZeroShot
  return {
    trainset,
    rows,
    instructions: isHalved ? Math.floor(candidates / 2) : candidates,
    demoSets: candidates,
    demos,
    trials: Math.floor(Math.max(2 * (isZeroShot ? 1 : 2) * Math.log2(candidates), 1.5 * candidates)),
    trialRows: rowsOfTrial(rows.length),
  }
}

/** A validation of the student, one question, a trial and, unless the trial was one, a validation of its candidate. */
export const leastMiproCalls = (task: OptimizationTask): number => {
  const { validation } = miproSizes(splitOff(task).valset.length, task.settings.candidates)
  return validation + 1 + searchCalls(validation)
}

/** Calls of the shortest search. */
export const searchCalls = (rows: number): number => rowsOfTrial(rows) + (rowsOfTrial(rows) < rows ? rows : 0)

const miproSizes = (valset: number, candidates: number | undefined) =>
  candidates === undefined
    ? { validation: Math.min(valset, light.validationRows), candidates: light.candidates }
    : { validation: valset, candidates: Math.max(fewestCandidates, candidates) }

const rowsOfTrial = (rows: number): number => (rows > mostRowsOfTrial.fewest ? mostRowsOfTrial.minibatch : rows)

const splitOff = ({ trainset, valset }: OptimizationTask) => {
  if (valset.length > 0 || trainset.length < 2) {
    return { trainset, valset: valset.length > 0 ? valset : trainset }
  }
  const training = Math.max(1, Math.floor(split.training * trainset.length))
  return { trainset: trainset.slice(0, training), valset: trainset.slice(training).slice(0, split.mostValidation) }
}
