import { Doubletrack } from "../../src/Doubletrack.ts"

// Preloaded into a command: checking a file breaks in a way that nobody expected.
const start = Doubletrack.start
Object.assign(Doubletrack, {
  start: async (...args: Parameters<typeof start>) => ({
    ...(await start(...args)),
    check: () => Promise.reject(new TypeError("the check is broken")),
  }),
})
