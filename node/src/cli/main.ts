#!/usr/bin/env node
import { runCli } from "./run.js";

process.exitCode = await runCli(process.argv.slice(2));
// Everything is closed by now. If a handle of a dependency keeps the loop alive after all, do not hang; the timer
// itself does not keep a finished process waiting.
setTimeout(() => process.exit(), 2000).unref();
