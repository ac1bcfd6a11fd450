import { NodeError } from "../../errors.js";
import { parseSessionId } from "../format.js";

/** @throws NodeError USAGE */
export function sessionIdArgument(text: string): Uint8Array {
  const id = parseSessionId(text);
  if (id !== undefined) return id;
  throw new NodeError({
    code: "USAGE",
    message: `"${text}" is no session id`,
    meta: { fix: "give one such as 1b4e28ba-2fa1-4d3b-883f-0016d3cca427; lucid session list shows them" },
  });
}
