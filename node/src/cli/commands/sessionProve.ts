import { existsSync } from "node:fs";
import { resolve as resolvePath } from "node:path";
import { toHex } from "@lucid/consensus/base";
import { realFileSystem, writeFileAtomic } from "@lucid/storage";
import { NodeError } from "../../errors.js";
import { argument, type CommandContext } from "../commandContext.js";
import { formatSessionId } from "../format.js";
import { sessionIdArgument } from "../session/arguments.js";
import { connectNode } from "../session/nodeLink.js";
import { ownerAddress } from "../session/owner.js";

/** Writes the node's proof after checking it: a proof that does not hold is never handed out. */
export async function run(context: CommandContext): Promise<undefined> {
  const { output, options } = context;
  const id = sessionIdArgument(argument(context, 0));
  const path = resolvePath(options.text("out") ?? `${formatSessionId(id)}.proof.json`);
  if (existsSync(path) && !options.flag("force")) {
    throw new NodeError({
      code: "FILE_EXISTS",
      message: `${path} exists already`,
      meta: { fix: "give --force to replace it, or -o another name" },
    });
  }
  const dataDir = resolvePath((await context.config()).values.dataDir);
  const client = await connectNode(context, dataDir);
  try {
    const owner = options.text("owner") ?? (await ownerAddress(dataDir));
    const chunk = options.number("chunk");
    const answer = await client.rpcAnswer("lucid_getAnchorProof", [toHex(id), chunk ?? null, owner.toLowerCase()]);
    if ("error" in answer) {
      const unknown = answer.error.code === -32001;
      throw new NodeError({
        code: unknown ? "SESSION_UNKNOWN" : "NODE_REFUSED",
        message: unknown
          ? `the chain knows no session ${formatSessionId(id)} of ${owner}`
          : `the node could not prove it (${answer.error.message})`,
      });
    }
    const text = `${JSON.stringify(answer.result, undefined, 2)}\n`;
    const { checkProof } = await import("../session/proofCheck.js");
    const { readDataDirectory } = await import("@lucid/storage");
    const { genesisRoot } = (await readDataDirectory(dataDir)).version;
    const { lines } = checkProof(text, genesisRoot);
    await writeFileAtomic(realFileSystem, path, new TextEncoder().encode(text), 0o644);
    output.data({ file: path, bytes: text.length, statement: lines });
    for (const line of lines) output.line(line);
    output.line(`\nWritten to ${path}; anybody can check it with: lucid verify ${path}`);
  } finally {
    client.close();
  }
  return undefined;
}
