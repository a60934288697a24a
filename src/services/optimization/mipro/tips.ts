/** Nudges that make proposals differ, one drawn for each; the kinds are those of DSPy's MIPROv2. */
export const tips = [
  "",
  "Take an unusual approach: look at the task from an angle that others would miss.",
  "Be brief and plain: the fewest words that leave nothing in doubt.",
  "Go into detail: say precisely what counts, and what to do in doubtful cases.",
  "Make plain how much depends on a right answer, and what a wrong one would cost.",
  "Give the model a role that fits the task, and say what a person in it would know and look for.",
] as const
