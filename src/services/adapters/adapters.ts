import type { AdapterName } from "../../Program.ts"
import type { Adapter } from "./Adapter.ts"
import { chatAdapter } from "./chatAdapter.ts"
import { jsonAdapter } from "./jsonAdapter.ts"

/** The adapter of a name. */
export const adapterOf = (name: AdapterName): Adapter => adapters[name]

/** The one that a failed answer is asked for again through. */
export const otherAdapter = (name: AdapterName): AdapterName => (name === "chat" ? "json" : "chat")

const adapters: Readonly<Record<AdapterName, Adapter>> = { chat: chatAdapter, json: jsonAdapter }
