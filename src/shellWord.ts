/** A name of the user's as a POSIX shell takes it for one word, for command lines that are there to be pasted. */
export const shellWord = (name: string): string =>
  /^[A-Za-z0-9_./-]+$/.test(name) ? name : `'${name.replaceAll("'", String.raw`'\''`)}'`
