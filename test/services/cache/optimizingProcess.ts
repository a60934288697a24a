import process from "node:process"
import { Doubletrack } from "../../../src/index.ts"

const [url = "", store = "", file = ""] = process.argv.slice(2)
const track = await Doubletrack.start({
  nats: url,
  store,
  model: "offline/in-context",
  environment: {},
  settings: { seed: 3 },
})
process.on("message", () => {
  void track.optimize(file).then(
    ([report]) => process.send?.({ report }),
    (error: unknown) => process.send?.({ error: String(error) }),
  )
})
process.on("disconnect", () => process.exit(0))
process.send?.("ready")
