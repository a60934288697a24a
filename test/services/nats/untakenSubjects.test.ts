import { expect, test } from "vitest"
import { untakenSubjects } from "../../../src/services/nats/untakenSubjects.ts"

test.each([
  [["a.events.>"], ["a.events.>"], []],
  [["a.>"], ["a.events.>", "a.work.*"], []],
  [[">"], ["a.events.>"], []],
  [["a.*.>"], ["a.events.>"], []],
  [["b", "a.*"], ["a.*", "a.b"], []],
  [["a.events"], ["a.events.>"], ["a.events.>"]],
  [["a.events.*"], ["a.events.>"], ["a.events.>"]],
  [["a.events.run.>"], ["a.events.>"], ["a.events.>"]],
  [["a.b.>"], ["a.b"], ["a.b"]],
  [["a.b"], ["a.*"], ["a.*"]],
  [[], ["a.runs.*", "a.cancels.*"], ["a.runs.*", "a.cancels.*"]],
])("a stream of %j, of what is wanted of it in %j, does not take %j", (taken, wanted, untaken) => {
  expect(untakenSubjects(taken, wanted)).toEqual(untaken)
})
