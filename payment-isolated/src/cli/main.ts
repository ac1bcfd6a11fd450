#!/usr/bin/env node
import { runCli } from "./program.js";

// `lucid-payout list | head` is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
process.exitCode = await runCli(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
});
// Everything is closed by now; a handle that a dependency left open must not keep the process.
setTimeout(() => process.exit(), 2000).unref();
