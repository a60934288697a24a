import { failureAccounting } from "./failureAccounting.ts"
import { showProofs } from "./showProofs.ts"

showProofs(failureAccounting)
