import * as Schema from "effect/Schema"

/** Why NATS cannot do what it is asked. */
export class NatsError extends Schema.TaggedError<NatsError>()("NatsError", {
  reason: Schema.Literals([
    "not_configured",
    /** It does not answer, for now. */
    "away",
    /** It does not let us in, or not do this. */
    "refused",
    /** The server is too old, or has no JetStream. */
    "unsupported",
    /** A file that the settings name cannot be used. */
    "settings",
    /** It has no room left. */
    "full",
    /** The stream or bucket is not there. */
    "missing",
    /** Somebody else was there first. */
    "conflict",
    "failed",
  ]),
  /** Which server, what is wrong, and what to do. */
  message: Schema.String,
}) {}
