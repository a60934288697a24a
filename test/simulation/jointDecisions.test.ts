import { jointDecisions } from "./jointDecisions.ts"
import { showProofs } from "./showProofs.ts"

showProofs(jointDecisions)
