import { readFileSync } from "node:fs"

interface Row {
  readonly message: string
  readonly queue: string
}

const rows: ReadonlyArray<Row> = readFileSync(`${import.meta.dirname}/traffic.jsonl`, "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line))
const queueOf = new Map(rows.map(({ message, queue }) => [message, queue]))

/** The labels of `traffic.jsonl` play the people who know where a message belongs. */
export const assess = ({ inputs, outputs }: { inputs: Partial<Row>; outputs: Partial<Row> | null }): boolean => {
  const queue = queueOf.get(inputs.message ?? "")
  if (queue === undefined) throw new Error("nobody has said where this message belongs")
  return outputs?.queue === queue
}
