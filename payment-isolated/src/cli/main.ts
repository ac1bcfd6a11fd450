#!/usr/bin/env node
import { runCli } from "./program.js";

// `lucid-payout list | head` is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
// No await at the top: the bundle is a CommonJS file.
void runCli(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
}).then((code) => {
  process.exitCode = code;
  // Everything is closed by now; a handle that a dependency left open must not keep the process.
  setTimeout(() => process.exit(), 2000).unref();
});
