/** Those of the subjects that are wanted of which a stream with other subjects does not take everything. */
export const untakenSubjects = (taken: ReadonlyArray<string>, wanted: ReadonlyArray<string>): ReadonlyArray<string> =>
  wanted.filter((subject) => !taken.some((wide) => takes(wide, subject)))

/** What is wrong with such a stream, and what to do. */
export const untakenText = (stream: string, untaken: ReadonlyArray<string>): string => {
  const subjects = untaken.join(", ")
  return (
    `the stream ${stream}, which is left as it is, does not take in ${subjects}: what is sent there waits and does not ` +
    `arrive. Add ${subjects} to its subjects, or delete the stream, so that it is made anew`
  )
}

/** `*` stands for one token of a subject, `>` for all that follow, of which there is one at least. */
const takes = (wide: string, subject: string): boolean => {
  const tokens = subject.split(".")
  const wideTokens = wide.split(".")
  const fits = wideTokens.every((token, index) => {
    const other = tokens[index]
    return other !== undefined && (token === ">" || token === other || (token === "*" && other !== ">"))
  })
  return fits && (wideTokens.at(-1) === ">" || wideTokens.length === tokens.length)
}
