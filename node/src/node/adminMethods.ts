import { z } from "zod";
import { defineMethod, type RpcMethod } from "../rpc/index.js";
import type { Logging } from "./logging.js";

const level = z.enum(["trace", "debug", "info", "warn", "error", "silent"]);

/** Methods for the node's owner, on the unix socket only. */
export function adminMethods(modules: { readonly logging: Logging; readonly stop: () => void }): readonly RpcMethod[] {
  return [
    defineMethod({
      name: "admin_logLevels",
      summary: "Log level of each module.",
      params: [],
      result: z.record(z.string(), z.string()),
      handler: () => ({ ...modules.logging.levels() }),
    }),
    defineMethod({
      name: "admin_setLogLevel",
      summary: "Sets the log level of a module, or of all with *; false when there is no such module.",
      params: [
        { name: "module", schema: z.string().max(64) },
        { name: "level", schema: level },
      ],
      result: z.boolean(),
      handler: ([module, value]) => modules.logging.setLevel(module, value),
    }),
    defineMethod({
      name: "admin_stop",
      summary: "Stops the node in order, as SIGTERM does.",
      params: [],
      result: z.boolean(),
      handler: () => {
        modules.stop();
        return true;
      },
    }),
  ];
}
