import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Example } from "../../Example.ts"
import type { Program, ProgramStatus } from "../../Program.ts"
import type { Signature } from "../../Signature.ts"
import { StoreError } from "../store/StoreError.ts"

/** A program that cannot be had, and why. */
export class ProgramError extends Schema.TaggedError<ProgramError>()("ProgramError", {
  reason: Schema.Literals(["not_found", "damaged", "wrong_signature", "unreadable", "unwritable", "unsupported"]),
  message: Schema.String,
  /** Where it is the store that cannot be used. */
  cause: Schema.optionalKey(StoreError),
}) {}

/** Which step of which workflow a program serves. */
export interface ProgramPlace {
  readonly workflow: string
  readonly step: string
  readonly signatureHash: string
  /** Given by who wants to be told, with the difference, that all adopted programs are of other signatures. */
  readonly signature?: Signature
}

export interface StoredProgram {
  readonly program: Program
  readonly status: ProgramStatus
}

/** What came of taking a program out of use. */
export interface Withdrawal {
  readonly withdrawn: boolean
  readonly replacedBy: Program | null
}

/** Programs of this installation, kept in the embedded store. */
export class ProgramStore extends Context.Service<
  ProgramStore,
  {
    /** Keeps a program and says whether it replaces the adopted one of its place. Idempotent by id. */
    readonly save: (program: Program, status: ProgramStatus) => Effect.Effect<void, ProgramError>
    /**
     * The adopted program of a place, else one adopted for this signature and no step in particular; null
     * where there is none. Where all that the step adopted is of other signatures, fails with
     * `wrong_signature` if the place says its signature.
     */
    readonly adopted: (place: ProgramPlace) => Effect.Effect<Program | null, ProgramError>
    readonly get: (id: string) => Effect.Effect<StoredProgram, ProgramError>
    /** Newest first; damaged ones are left out and said on the log. */
    readonly list: Effect.Effect<ReadonlyArray<StoredProgram>, ProgramError>
    /** Adopts a program by hand. */
    readonly promote: (id: string) => Effect.Effect<StoredProgram, ProgramError>
    /** Undoes the last adoption of a step. Gives the program that holds in its place now; null: none does. */
    readonly rollback: (
      place: Pick<ProgramPlace, "workflow" | "step">,
    ) => Effect.Effect<StoredProgram | null, ProgramError>
    /**
     * Takes one program out of use, whatever was adopted after it. Gives the program that holds in its place now (null:
     * none does); `withdrawn: false` where it was not in use.
     */
    readonly withdraw: (id: string, reason: string) => Effect.Effect<Withdrawal, ProgramError>
    /** Why this program was taken out of use by a person or by its failures, and not adopted since; null where it was not. */
    readonly withdrawnBecause: (program: Program) => Effect.Effect<string | null, ProgramError>
    /**
     * The program that a step had under a signature until it was rolled back or withdrawn, where none took its place and
     * none was adopted since; else null.
     */
    readonly withdrawn: (place: ProgramPlace) => Effect.Effect<StoredProgram | null, ProgramError>
    /** The newest program of a signature, other than this one, that is or was adopted for any step; null where there is none. */
    readonly lastAdopted: (signatureHash: string, except: string | null) => Effect.Effect<Program | null, ProgramError>
    /** Un-adopts every program of a signature; gives how many. */
    readonly invalidate: (signatureHash: string) => Effect.Effect<number, ProgramError>
    /** Rows that retrieval picks demos from, by the SHA-256 of their canonical JSON. */
    readonly saveRows: (rows: ReadonlyArray<Example>) => Effect.Effect<string, ProgramError>
    readonly rows: (hash: string) => Effect.Effect<ReadonlyArray<Example>, ProgramError>
  }
>()("doubletrack/services/programs/ProgramStore") {}
