/** Nobody imports this package; its entry points are the command lucid-payout and, for tests, ./emulator. */
export { runCli } from "./cli/program.js";
