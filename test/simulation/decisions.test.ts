import { decisions } from "./decisions.ts"
import { showProofs } from "./showProofs.ts"

showProofs(decisions)
