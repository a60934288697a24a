/** The value with objects as JSON gives them; fast-check makes some without a prototype. */
export const plain = <T>(value: T): T => structuredClone(value)
