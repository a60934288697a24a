import { Runs } from "../../src/Runs.ts"

// Preloaded into a command: its runs take a request to cancel and never come to an end.
const start = Runs.prototype.start
Runs.prototype.start = function (this: Runs, ...args) {
  return { ...start.apply(this, args), cancel: () => new Promise(() => {}) }
}
