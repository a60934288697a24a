/** The client's modules, loaded when a server is first named: without NATS they cost nothing. */
export const loadNats = async () => {
  const [transport, jetstream, kv, obj] = await Promise.all([
    import("@nats-io/transport-node"),
    import("@nats-io/jetstream"),
    import("@nats-io/kv"),
    import("@nats-io/obj"),
  ])
  return { ...transport, ...jetstream, Kvm: kv.Kvm, Objm: obj.Objm }
}

export type NatsLibrary = Awaited<ReturnType<typeof loadNats>>
