import type { Example } from "../../../src/Example.ts"
import type { JsonObject } from "../../../src/Json.ts"
import type { Message } from "../../../src/Message.ts"
import type { Candidate } from "../../../src/Program.ts"
import type { OptimizationTask } from "../../../src/services/optimization/Optimizer.ts"

/** Sorting letters into queues; the model knows a queue only if the instructions or a demo name it. */
export const queues = ["refund", "parcel", "login", "invoice", "warranty", "newsletter"]

export const rows = (count: number, from = 0, of: ReadonlyArray<string> = queues): ReadonlyArray<Example> =>
  Array.from({ length: count }, (_, at) => {
    const queue = of[at % of.length] ?? ""
    return { inputs: { letter: `letter ${from + at} about a ${queue}` }, outputs: { queue } }
  })

export const student: Candidate = { instructions: "Name the queue.", adapter: "chat", reasoning: false, demos: [] }

/** 24 rows to learn from, 12 to validate on: two of each queue. */
export const queueTask = (given: Partial<OptimizationTask> = {}): OptimizationTask =>
  frozen({
    signature: {
      instructions: student.instructions,
      inputs: [{ name: "letter", type: "string" }],
      outputs: [{ name: "queue", type: "string" }],
    },
    student,
    trainset: rows(24),
    valset: rows(12, 100),
    seed: 1,
    settings: {},
    ...given,
  })

export const queueAnswer = ({ instructions, demos }: Candidate, { inputs }: Example): JsonObject => {
  const queue = queuesIn(String(inputs["letter"]))[0] ?? ""
  const isKnown = instructions.includes(queue) || demos.some(({ outputs }) => outputs["queue"] === queue)
  return { queue: isKnown ? queue : "other" }
}

/** Of every letter alike: the share of queues that the instructions name. */
export const knownShare = (instructions: string): number => queuesIn(instructions).length / queues.length

/** A writer that adds one queue which the question names and the instructions in it do not. */
export const addsOneQueue = (messages: ReadonlyArray<Message>): string => {
  const asked = messages.at(-1)?.content ?? ""
  const known = fencesIn(asked).flatMap(queuesIn)
  const missing = queuesIn(asked).filter((queue) => !known.includes(queue))
  return naming([...known, ...missing.slice(0, 1)])
}

/** A writer that names one queue that it sees missing and forgets the others, but unites when asked to. */
export const namesOneQueue = (messages: ReadonlyArray<Message>): string => {
  const asked = messages.at(-1)?.content ?? ""
  const known = fencesIn(asked).flatMap(queuesIn)
  if (fencesIn(asked).length > 1) return naming(known)
  return naming(
    queuesIn(asked)
      .filter((queue) => !known.includes(queue))
      .slice(0, 1),
  )
}

const naming = (names: ReadonlyArray<string>): string =>
  `Here you are:\n\`\`\`\nName the queue. There is: ${[...new Set(names)].join(", ")}.\n\`\`\``

const fencesIn = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(/```\n([^]*?)\n```/g)].map(([, inner = ""]) => inner)

const queuesIn = (text: string): ReadonlyArray<string> => queues.filter((queue) => text.includes(queue))

const frozen = <A>(value: A): A => {
  if (typeof value === "object" && value !== null) Object.values(Object.freeze(value)).forEach(frozen)
  return value
}
