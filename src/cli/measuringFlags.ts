import { optionFlag, textFlag } from "./optionFlag.ts"

/** `--step`, of commands that go through a data set. */
export const stepFlag = optionFlag(
  textFlag("step", "STEP", "One step; default: every step with a signature that the rows fit"),
  (step) => ({ step }),
)

/** `--metric`, of the same. */
export const metricFlag = optionFlag(
  textFlag(
    "metric",
    "METRIC",
    "exact_match, contains, f1, numeric, json_fields, json_schema, regex, llm_judge, or a module of your own",
  ),
  (metric) => ({ metric }),
)

/** `--dataset`. */
export const datasetFlag = optionFlag(
  textFlag("dataset", "FILE", "Rows with inputs and labels: .jsonl, .json or .csv (default: evaluation_data_path)"),
  (dataset) => ({ dataset }),
)
