import { readFileSync } from "node:fs"

/** Speaks the worker's side of the protocol as its first argument says: well, badly or not at all. */
const behaviour = process.argv[2]
const say = (event: unknown) => process.stdout.write(`${JSON.stringify(event)}\n`)
const progress = (note: string) => say({ type: "progress", trial: 1, trials: 2, bestScore: 0.5, note })
const done = {
  type: "done",
  candidate: { instructions: "Say it.", adapter: "chat", reasoning: false, demos: [] },
  validationScore: 0.75,
  trials: 2,
  state: {},
  frozen: [],
  dspyVersion: "3.3.1",
}

const job = JSON.parse(readFileSync(process.stdin.fd, "utf8"))

switch (behaviour) {
  case "succeeds":
    progress(`job ${job.id}`)
    say(done)
    break
  case "prints rubbish in between":
    process.stdout.write("100%|####|\n{}\n[1,\n")
    progress("on the way")
    process.stdout.write('{"type":"done"}\n')
    say(done)
    break
  case "prints nothing but rubbish":
    process.stdout.write(`${"nonsense ".repeat(1_000)}\nlast words\n`)
    break
  case "fails with a reason":
    say({ type: "error", reason: "metric_failed", message: "no label" })
    process.exitCode = 1
    break
  case "dies":
    process.stderr.write(`Traceback\n${"deep ".repeat(5_000)}\nMemoryError: with ${job.endpoint.token}\n`)
    process.exitCode = 3
    break
  case "is killed":
    process.kill(process.pid, "SIGKILL")
    break
  case "shows its environment":
    process.stderr.write(Object.keys(process.env).toSorted().join(","))
    process.exitCode = 1
    break
  case "hangs and will not stop":
    process.on("SIGTERM", () => process.stderr.write("no\n"))
    progress(`${process.pid}`)
    setInterval(() => undefined, 1_000)
    break
}
