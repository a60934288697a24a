/** Tokens of a text, estimated as a quarter of its UTF-16 length, rounded up, and at least 1: no tokenizer is involved. */
export const estimateTokens = (text: string): number => Math.max(1, Math.ceil(text.length / 4))
