/** What went wrong, as a sentence of its own. */
export const sentence = (problem: string): string => (/[.?!]$/.test(problem) ? problem : `${problem}.`)
