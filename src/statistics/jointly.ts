/**
 * Which of many questions are decided when they are asked together: on average at most `rate` of those that are were so by
 * chance, however the questions depend on one another. The e-BH procedure of Wang & Ramdas, "False discovery rate control
 * with e-values" (JRSS-B 84, 2022): the k largest e-values, for the largest k where the k-th is at least n / (rate · k).
 */
export const decidedJointly = (eValues: ReadonlyArray<number>, rate = 0.05): ReadonlyArray<boolean> => {
  const least = (k: number) => eValues.length / (rate * k)
  const decided = eValues.toSorted((a, b) => b - a).findLastIndex((eValue, index) => eValue >= least(index + 1)) + 1
  return eValues.map((eValue) => decided > 0 && eValue >= least(decided))
}
