/** Where the connection stands. */
export type NatsStatus =
  | { readonly _tag: "NotConfigured" }
  | { readonly _tag: "Connecting"; readonly servers: string }
  | {
      readonly _tag: "Connected"
      /** The member of the cluster that we talk to. */
      readonly server: string
      readonly version: string
      readonly jetStream: boolean
      /** Whether it is a member of a cluster. */
      readonly clustered: boolean
    }
  /** Tried again for ever. */
  | { readonly _tag: "Away"; readonly servers: string; readonly problem: string }
  | { readonly _tag: "Closed" }
