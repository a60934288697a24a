import { decisive } from "./evidence.ts"
import { logWealth, upward } from "./wealth.ts"

/**
 * Whether more than a share `limit` of tries fails, beyond doubt: said falsely of at most 5 in 100 that do not, however often
 * one looks. Betting that the mean is higher, on the mixture of Waudby-Smith & Ramdas (JRSS-B 86, 2024).
 */
export const failsTooOften = (
  { failures, n }: { readonly failures: number; readonly n: number },
  limit: number,
): boolean => {
  const observed = [
    { value: 1, mean: limit, count: failures },
    { value: 0, mean: limit, count: n - failures },
  ]
  const made = observed.filter(({ count }) => count > 0)
  return logWealth(made, upward) >= Math.log(decisive)
}
