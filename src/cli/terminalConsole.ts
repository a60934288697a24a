import type * as Console from "effect/Console"
import process from "node:process"

/** The console, where what others wrote (answers, inputs, names) cannot act on a terminal. Pipes and files get it unchanged. */
export const terminalConsole: Console.Console = {
  ...globalThis.console,
  log: (...args) => console.log(...(process.stdout.isTTY ? args.map(shown) : args)),
  error: (...args) => console.error(...(process.stderr.isTTY ? args.map(shown) : args)),
}

const shown = (argument: unknown): unknown => (typeof argument === "string" ? visibleText(argument) : argument)

/**
 * Control characters other than newline, tab and the return before a newline, spelled `\u001b`: they could move the
 * cursor, hide text or answer in the user's name. The spelling is JSON's, so that a JSON document stays one.
 */
export const visibleText = (text: string): string => text.replaceAll(/(?!\r\n)[^\P{Cc}\n\t]/gu, spelled)

const spelled = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`
