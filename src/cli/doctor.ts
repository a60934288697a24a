import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Command from "effect/cli/Command"
import process from "node:process"
import { CommandFailed } from "./CommandFailed.ts"
import type { NatsExamination } from "../services/nats/examineNats.ts"
import { limitText } from "../ModelLimits.ts"
import { type Examination, examine } from "./examine.ts"
import { count } from "./format.ts"
import { settingsOf } from "./openTrack.ts"
import { root } from "./root.ts"

/** `doubletrack doctor`. */
export const doctor = Command.make(
  "doctor",
  {},
  Effect.fn(function* () {
    const rootFlags = yield* root
    const loaded = yield* settingsOf(rootFlags)
    const examination = yield* examine({ loaded, environment: process.env, nodeVersion: process.versions.node })
    yield* Console.log(rootFlags.json ? JSON.stringify(examination, null, 2) : examinationText(examination))
    if (!examination.ok) return yield* new CommandFailed()
  }),
).pipe(Command.withDescription("Say what is here and what is missing"))

/** The examination for people: a mark, a name and a fact on each line. */
export const examinationText = (examination: Examination): string => {
  const { node, store, nats, config, settings, keys, models, warnings } = examination
  return [
    line(node.ok, "node", `${node.version} (needed ${node.needed})`),
    line(store.writable && store.problem === null, "store", store.problem ?? `${store.directory}: ${storeFact(store)}`),
    ...(nats === null ? [] : natsLines(nats)),
    ...models.map(({ family, model, because }) =>
      line(model !== null, family, model === null ? because : `${model} (${because})`),
    ),
    ...keys.map(({ provider, variables, set }) =>
      line(
        set === null ? null : true,
        provider,
        set === null ? `no key: set ${variables.join(" or ")}` : `${set} is set`,
      ),
    ),
    line(config === null ? null : true, "config", config ?? "no doubletrack.config.ts or .json"),
    ...settings.map(({ key, value, origin }) =>
      line(null, "setting", `${key} = ${typeof value === "string" ? value : JSON.stringify(value)} (${origin})`),
    ),
    ...warnings.map((warning) => line(false, "warning", warning)),
  ].join("\n")
}

const storeFact = ({ writable, exists }: Examination["store"]): string => {
  if (!writable) return "cannot be written; choose another with --state"
  return exists ? "writable" : "is made when it is needed"
}

const natsLines = (nats: NatsExamination): ReadonlyArray<string> => {
  const { ok, problem, servers, server, version, clustered, missing, streams, work, limits, outbox } = nats
  const where = `${servers}, ${version} on ${server}${clustered ? ", in a cluster" : ""}`
  const kept = streams.map(
    ({ name, messages, bytes, replicas }) =>
      `${name}: ${count(messages, "message")}, ${megabytes(bytes)}, ${replicas === 1 ? "1 copy" : `${replicas} copies`}`,
  )
  const waits =
    outbox === null || outbox.waiting === 0
      ? []
      : [`${count(outbox.waiting, "event")} wait to be sent, ${megabytes(outbox.waitingBytes)}`]
  return [
    line(ok, "nats", ok ? where : `${problem}${version === null ? "" : ` (${where})`}`),
    ...missing.map((what) => line(null, "nats", `too old for ${what}`)),
    ...[...kept, ...(work === null ? [] : [workFact(work)]), ...waits].map((fact) => line(null, "nats", fact)),
    ...limits.map((difference) => line(false, "limits", limitsFact(difference))),
    ...(outbox === null || outbox.dropped === 0
      ? []
      : [line(false, "nats", `${count(outbox.dropped, "event")} dropped: more waited than nats.outbox allows`)]),
  ]
}

const workFact = ({ waiting, underWay, idleWorkers }: NonNullable<NatsExamination["work"]>): string => {
  const runs = `work: ${count(waiting, "run")} waiting, ${underWay} under way`
  if (idleWorkers > 0) return `${runs}; ${count(idleWorkers, "worker")} with a place free`
  return waiting > 0 && underWay === 0
    ? `${runs}; nobody takes them: start \`doubletrack worker\``
    : `${runs}; no worker with a place free`
}

const limitsFact = ({ model, here, elsewhere }: NatsExamination["limits"][number]): string => {
  const others = elsewhere.map(({ limit, atMs }) => `${limitText(limit)} (${new Date(atMs).toISOString()})`)
  return `${model}: ${limitText(here)} here, ${others.join(" and ")} on other nodes; give all the same \`limits\``
}

const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MB`

/** Good, bad, or neither. */
const line = (good: boolean | null, name: string, fact: string): string =>
  `${good === null ? "·" : good ? "✓" : "✗"} ${name.padEnd(9)}  ${fact}`
