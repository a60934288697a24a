#!/usr/bin/env node
import process from "node:process"

// npm runs scripts in the package's directory; paths are meant from where the command was typed.
if (process.env.DOUBLETRACK_FROM_NPM === "1" && process.env.INIT_CWD) process.chdir(process.env.INIT_CWD)

const { runCommandLine } = await import("./commandLine.ts")
runCommandLine(process.argv.slice(2))
