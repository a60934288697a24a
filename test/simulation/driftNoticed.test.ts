import { driftNoticed } from "./driftNoticed.ts"
import { showProofs } from "./showProofs.ts"

showProofs(driftNoticed)
