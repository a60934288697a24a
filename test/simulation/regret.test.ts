import { regret } from "./regret.ts"
import { showProofs } from "./showProofs.ts"

showProofs(regret)
