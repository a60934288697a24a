import { canary } from "./canary.ts"
import { showProofs } from "./showProofs.ts"

showProofs(canary)
