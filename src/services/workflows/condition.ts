import { isAbsent, isList, isMap } from "./rawValue.ts"

/** Whether a value can be evaluated as a condition. */
export const isCondition = (value: unknown): boolean => {
  if (typeof value === "string" || typeof value === "boolean") return true
  if (isList(value)) return value.every(isOperand)
  if (!isMap(value)) return false
  if (!isAbsent(value["and"])) return isList(value["and"]) && value["and"].every(isOperand)
  if (!isAbsent(value["or"])) return isList(value["or"]) && value["or"].every(isOperand)
  return !isAbsent(value["not"]) && isOperand(value["not"])
}

/** An operand left empty holds. */
const isOperand = (value: unknown): boolean => isAbsent(value) || isCondition(value)

/** The condition without the keys that play no part in it; what cannot be evaluated never holds. */
export const normalCondition = (value: unknown): unknown => {
  if (!isCondition(value)) return isAbsent(value)
  if (isList(value)) return value.map(normalCondition)
  if (!isMap(value)) return value
  if (isList(value["and"])) return { and: value["and"].map(normalCondition) }
  if (isList(value["or"])) return { or: value["or"].map(normalCondition) }
  return { not: normalCondition(value["not"]) }
}
