export { rpcDocument } from "../rpc/document.js";
export { type ErrorTable, errorTables, lookUpCode } from "./errorTables.js";
export { freePorts } from "./ports.js";
export { errorLine, type PresentedError, presentError } from "./presentError.js";
export type { ArgumentSpec, CommandSpec, OptionSpec } from "./spec.js";
export { globalOptions, specs } from "./specs/index.js";
