/** A field's name as a person writes it before a colon: `order_number` is "Order number". */
export const titled = (name: string): string => `${name.charAt(0).toUpperCase()}${name.slice(1).replace(/_/g, " ")}`
