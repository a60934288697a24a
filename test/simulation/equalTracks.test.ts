import { equalTracks, wrongTests } from "./equalTracks.ts"
import { showProofs } from "./showProofs.ts"

showProofs([...equalTracks, ...wrongTests])
