import process from "node:process"
import { openNode } from "./aNode.ts"

/** What a test asks of a node in a process of its own. */
export type NodeRequest =
  | { readonly _tag: "put"; readonly key: string; readonly signature: string; readonly value: string }
  | { readonly _tag: "get"; readonly key: string; readonly signature: string }
  | { readonly _tag: "invalidate"; readonly signature: string }
  /** Gets again and again until it is there, or is not. */
  | { readonly _tag: "until"; readonly key: string; readonly signature: string; readonly found: boolean }

/** When it was begun and when it was done, by the clock that all processes of a machine share. */
export interface NodeReply {
  readonly begunAtMs: number
  readonly doneAtMs: number
  readonly value: string | null
}

const nowMs = () => Number(process.hrtime.bigint()) / 1e6

const [url = "", directory = ""] = process.argv.slice(2)
const node = await openNode({ url, directory })

const answer = async (request: NodeRequest): Promise<string | null> => {
  switch (request._tag) {
    case "put":
      await node.put(request.key, request.signature, request.value)
      return null
    case "invalidate":
      await node.invalidate(request.signature)
      return null
    case "get": {
      const found = await node.get(request.key, request.signature)
      return found._tag === "Hit" ? found.value : null
    }
    case "until":
      for (;;) {
        const found = await node.get(request.key, request.signature)
        if ((found._tag === "Hit") === request.found) return found._tag === "Hit" ? found.value : null
      }
  }
}

process.on("message", (request: NodeRequest) => {
  const begunAtMs = nowMs()
  void answer(request).then((value) => process.send?.({ begunAtMs, doneAtMs: nowMs(), value } satisfies NodeReply))
})
process.on("disconnect", () => process.exit(0))
process.send?.("ready")
