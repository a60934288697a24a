import type { PromiseActorLogic } from "xstate"

/** Actor logic that does its work in the moment it starts, and so without promises; a work that is null never ends. */
export const atOnce = <Output, Input>(work: (input: Input) => Output | null): PromiseActorLogic<Output, Input> => ({
  getInitialSnapshot: (_, input) => ({ status: "active", output: undefined, error: undefined, input }),
  getPersistedSnapshot: (snapshot) => snapshot,
  start: ({ status }, { self }) => {
    if (status === "active") self.send({ type: "work" })
  },
  transition: (snapshot, { type }) => {
    if (type === "xstate.stop") return { status: "stopped", output: undefined, error: undefined, input: undefined }
    if (type !== "work" || snapshot.status !== "active" || snapshot.input === undefined) return snapshot
    const output = work(snapshot.input)
    return output === null ? snapshot : { status: "done", output, error: undefined, input: undefined }
  },
})
