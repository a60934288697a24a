import { createHash } from "node:crypto"
import * as Result from "effect/Result"
import { canonicalJson } from "../../canonicalJson.ts"
import type { Program } from "../../Program.ts"
import type { Signature } from "../../Signature.ts"
import { signatureHash } from "../../signatureHash.ts"
import { nearestName } from "../../nearestName.ts"
import { dspyDemos } from "./dspyDemos.ts"
import { type DspyState, readDspyState, type StatePredictor } from "./dspyState.ts"
import { matchDspyFields } from "./matchDspyFields.ts"
import { programId } from "./programFile.ts"
import { ProgramError } from "./ProgramStore.ts"

export interface DspyImport {
  /** What `program.save("x.json")` wrote; 2.6 and later in full, older ones as far as they tell. */
  readonly text: string
  /** How messages name the file. */
  readonly file: string
  readonly signature: Signature
  /** Which predictor of several, by its path, such as `extract.predict`. */
  readonly predictor?: string
  readonly workflow: string | null
  readonly step: string | null
  /** ISO time. */
  readonly createdAt: string
}

export interface ImportedProgram {
  readonly program: Program
  /** What was not taken over, or could not be checked. */
  readonly notes: ReadonlyArray<string>
}

/**
 * A program from a state file of DSPy. The file names neither fields nor types, so the signature is
 * given, and refused where the file contradicts it. Not in such a file: adapter (chat is taken), scores, data.
 */
export const importDspyState = (options: DspyImport): Result.Result<ImportedProgram, ProgramError> =>
  Result.gen(function* () {
    const { file, signature } = options
    const state = yield* Result.mapError(readDspyState(options.text), (why) =>
      refused("unsupported", `${file}: ${why}.`),
    )
    const predictor = yield* Result.mapError(choosePredictor(state, options.predictor), (why) =>
      refused("not_found", `${file}: ${why}`),
    )
    const wrong = (why: string) =>
      refused(
        "wrong_signature",
        `${file}${at(predictor)}: ${why}. Give the signature that the program was written with.`,
      )
    const { reasoning, notes } = yield* Result.mapError(matchDspyFields(predictor, signature), wrong)
    const imported = yield* Result.mapError(dspyDemos(predictor, signature, reasoning), wrong)
    const content: Omit<Program, "id"> = {
      v: 1,
      createdAt: options.createdAt,
      workflow: options.workflow,
      step: options.step,
      signature,
      signatureHash: signatureHash(signature),
      candidate: {
        instructions: predictor.instructions ?? signature.instructions,
        adapter: "chat",
        reasoning,
        demos: imported.demos,
      },
      optimizer: { name: "imported", engine: "dspy", settings: settingsOf(state, predictor), seed: 0 },
      model: /^model=([^,]+)/.exec(predictor.lm ?? "")?.[1] ?? "unknown",
      data: { fingerprint: sha256(canonicalJson(imported.demos)), train: 0, validation: 0, heldOut: 0 },
      heldOut: null,
      compilation: { calls: 0, tokens: { input: 0, output: 0 }, costUsd: null, trials: 0 },
    }
    return {
      program: { ...content, id: programId(content) },
      notes: [
        ...notes,
        ...(predictor.instructions === undefined ? ["the file has no instructions; the signature's are used"] : []),
        ...imported.notes,
      ],
    }
  })

const choosePredictor = (
  { predictors }: DspyState,
  wanted: string | undefined,
): Result.Result<StatePredictor, string> => {
  const [first, ...more] = predictors
  const paths = predictors.map(({ path }) => (path === "" ? "(the program itself)" : path)).join(", ")
  if (wanted === undefined) {
    return first === undefined || more.length > 0
      ? Result.fail(`it has ${predictors.length} predictors: ${paths}. Say which with --predictor PATH.`)
      : Result.succeed(first)
  }
  const found = predictors.find(({ path }) => path === wanted)
  if (found !== undefined) return Result.succeed(found)
  const near = nearestName(
    wanted,
    predictors.map(({ path }) => path),
  )
  const hint = near === undefined ? "" : ` Did you mean "${near}"?`
  return Result.fail(`it has no predictor "${wanted}"; it has ${paths}.${hint}`)
}

const settingsOf = ({ dspyVersion }: DspyState, { path, lm }: StatePredictor) => ({
  ...(dspyVersion === undefined ? {} : { dspyVersion }),
  ...(path === "" ? {} : { predictor: path }),
  ...(lm === undefined ? {} : { lm }),
})

const at = ({ path }: StatePredictor): string => (path === "" ? "" : `, predictor ${path}`)

const refused = (reason: ProgramError["reason"], message: string) => new ProgramError({ reason, message })

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex")
