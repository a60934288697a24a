import type { ModelMessage } from "../../../../src/services/models/Models.ts"

export interface LabelledText {
  readonly input: string
  readonly label: string
}

/** A labelling prompt in the shape of a chat adapter: marked sections, examples as turns. */
export const chatPrompt = (
  labels: ReadonlyArray<string>,
  demos: ReadonlyArray<LabelledText>,
  input: string,
): ReadonlyArray<ModelMessage> => {
  const structure = section("message", "{message}") + section("intent", `{intent}   # one of: ${labels.join("; ")}`)
  const fields = `Input fields:\n1. \`message\` (str): what was written\nOutput fields:\n1. \`intent\` (str):`
  const system = `${fields}\n\n${structure}[[ ## completed ## ]]\n\nName the intent of the message.`
  const turns = demos.flatMap(
    (demo): Array<ModelMessage> => [
      { role: "user", content: section("message", demo.input) },
      { role: "assistant", content: `${section("intent", demo.label)}[[ ## completed ## ]]\n` },
    ],
  )
  const closing = "Respond with the field `[[ ## intent ## ]]`, then end with `[[ ## completed ## ]]`."
  return [{ role: "system", content: system }, ...turns, { role: "user", content: section("message", input) + closing }]
}

/** The answer's section of that name. */
export const answeredSection = (text: string, name: string): string | undefined =>
  new RegExp(`^\\[\\[ ## ${name} ## \\]\\]\\n([\\s\\S]*?)\\n\\n\\[\\[ ## `, "m").exec(text)?.[1]

const section = (name: string, value: string): string => `[[ ## ${name} ## ]]\n${value}\n\n`
