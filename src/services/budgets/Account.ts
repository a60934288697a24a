import { type Amount, minus, nothing, plus } from "./Amount.ts"

/** What was used up under one budget. All of it is synchronous, so that two calls never take the same last one. */
export class Account {
  #recorded = nothing
  #spent = nothing
  #reserved = nothing

  /** Spent by this process and not recorded yet. */
  get spent(): Amount {
    return this.#spent
  }

  /** Promised to calls under way. */
  get reserved(): Amount {
    return this.#reserved
  }

  /** Everything that counts against a limit. */
  get held(): Amount {
    return plus(plus(this.#recorded, this.#spent), this.#reserved)
  }

  reserve(amount: Amount): void {
    this.#reserved = plus(this.#reserved, amount)
  }

  /** Puts what a call did use up in place of what was reserved for it. */
  settle(reserved: Amount, spent: Amount): void {
    this.#reserved = minus(this.#reserved, reserved)
    this.#spent = plus(this.#spent, spent)
  }

  /** Takes over the total of all processes, of which `own` was counted here until now. */
  recorded(own: Amount, total: Amount): void {
    this.#spent = minus(this.#spent, own)
    this.#recorded = total
  }
}
