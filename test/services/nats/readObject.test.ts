import { spawn } from "node:child_process"
import { once } from "node:events"
import process from "node:process"
import { fileURLToPath } from "node:url"
import { expect, onTestFinished, test } from "vitest"
import { describeWithNats } from "./natsProgram.ts"
import { natsServer } from "./natsServer.ts"

describeWithNats("a process that closes while it reads something large", () => {
  test("comes to its end", async () => {
    const { url } = await natsServer()
    const script = fileURLToPath(new URL("givesUpReading.ts", import.meta.url))
    const child = spawn(process.execPath, [script, url], { stdio: ["ignore", "pipe", "inherit"] })
    onTestFinished(() => void child.kill("SIGKILL"))
    let said = ""
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text
    })

    const [status] = await once(child, "close")

    expect({ status, said }).toEqual({ status: 0, said: "all were closed\n" })
  })
})
