import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { jsonl } from "../optimization/anOptimization.ts"
import { examples } from "../optimization/colourTask.ts"
import { stateFolder } from "../programs/aFleet.ts"

const pipeline = `workflow:
  name: colours
  steps:
    - name: sort
      type: claude
      prompt:
        - type: static
          content: "Is the colour warm or cold? {{inputs.message}}"
      signature: "message: str -> side: Literal['warm', 'cold']"
      dspy_config:
        training_data_path: train.jsonl
        evaluation_mode: knn_few_shot
`

/** A workflow that can be optimized, in a file; removed after the test. */
export const colourPipeline = (): string => {
  const folder = stateFolder()
  writeFileSync(join(folder, "colours.yaml"), pipeline)
  writeFileSync(join(folder, "train.jsonl"), jsonl(examples(120)))
  return join(folder, "colours.yaml")
}
