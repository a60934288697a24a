import fc from "fast-check"
import { expect, test } from "vitest"
import { visibleText } from "../../src/cli/terminalConsole.ts"

test("no control character but newline, tab and the return of a line end is left", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(visibleText(text).replaceAll("\r\n", "\n")).not.toMatch(/[^\P{Cc}\n\t]/u)
    }),
  )
})

test("text without control characters stays as it is", () => {
  const text = "Grüße 🚀\n\tzweite Zeile\r\n日本語 \\u001b"

  expect(visibleText(text)).toBe(text)
})

test("a JSON document stays the same document", () => {
  fc.assert(
    fc.property(fc.json(), fc.string({ unit: "binary" }), (json, text) => {
      const document = JSON.stringify([json, text], null, 2)

      expect(JSON.parse(visibleText(document))).toEqual([json, text])
    }),
  )
})
