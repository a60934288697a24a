const patterns: Readonly<Record<string, RegExp>> = {
  "a path of one machine": /(?<![\w.])\/(?:root|home|tmp|work|Users)\/[a-z]/,
  "a key": /\bsk-(?:ant-|proj-)?[\w-]{32,}|\bAIza[\w-]{35}|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_\w{36}/,
  "a private key": /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
}

/** Where a text names what belongs to one machine or one person. */
export const privateText = (path: string, text: string): ReadonlyArray<string> =>
  text
    .split("\n")
    .flatMap((line, index) =>
      Object.entries(patterns).flatMap(([what, pattern]) =>
        pattern.test(line) ? [`${path}:${index + 1} has ${what}`] : [],
      ),
    )
