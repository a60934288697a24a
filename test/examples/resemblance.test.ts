import { expect, test } from "vitest"
import { resemblingPairs } from "./resemblance.ts"

test("finds a message that was only touched up", () => {
  const original = "Please cancel LO-20634, I ordered the wrong thing."
  const touchedUp = "please cancel LO-99812,  I ordered the wrong thing!"
  const another = "Please cancel just the Wren daypack, not the bottle."

  expect(resemblingPairs([original, another, touchedUp], 0.6)).toEqual([[original, touchedUp]])
})
