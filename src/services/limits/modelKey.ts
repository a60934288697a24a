/** A model's id in letters that a key can have: all others as the bytes of their UTF-8. */
export const modelKey = (model: string): string =>
  model.replaceAll(/[^\w-]/gu, (letter) =>
    Array.from(new TextEncoder().encode(letter), (byte) => `=${byte.toString(16).padStart(2, "0")}`).join(""),
  )

/** The id that a key stands for; null where it stands for none. */
export const modelOfKey = (key: string): string | null => {
  try {
    return decodeURIComponent(key.replaceAll("=", "%"))
  } catch {
    return null
  }
}
