import { readFile, stat } from "node:fs/promises";
import { resolve as resolvePath } from "node:path";
import { ExitCode, toHex } from "@lucid/consensus/base";
import { NodeError } from "../../errors.js";
import { argument, type CommandContext } from "../commandContext.js";

/** The genesis root to trust, and who said so. */
async function trustedRoot(
  context: CommandContext,
  named: string,
): Promise<{ readonly root: string; readonly by: "file" | "option" | "proof" }> {
  const { options } = context;
  const path = options.text("genesis");
  const root = options.text("genesisRoot");
  if (path !== undefined) {
    const { genesisRootOf, loadGenesisFile } = await import("../../networks/index.js");
    return { root: toHex(genesisRootOf(await loadGenesisFile(resolvePath(path)))), by: "file" };
  }
  return root === undefined ? { root: named, by: "proof" } : { root: root.toLowerCase(), by: "option" };
}

export async function run(context: CommandContext): Promise<number> {
  const { output } = context;
  const path = resolvePath(argument(context, 0));
  const { MAX_PROOF_BYTES } = await import("../../proof/index.js");
  const { size } = await stat(path);
  if (size > MAX_PROOF_BYTES) {
    throw new NodeError({ code: "ANCHOR_PROOF_MALFORMED", message: `${path} is larger than a proof can be` });
  }
  const text = await readFile(path, "utf8");
  const { checkProof, namedGenesisRoot } = await import("../session/proofCheck.js");
  const { root, by } = await trustedRoot(context, namedGenesisRoot(text));
  const { proven, lines } = checkProof(text, root, context.options.text("checkpoint"));
  const { session, block, chunk } = proven;
  output.data({
    ok: true,
    trustedRoot: by !== "proof",
    genesisRoot: root,
    sessionId: toHex(session.sessionId),
    owner: toHex(session.owner),
    manifestHash: toHex(session.manifestHash),
    merkleRoot: toHex(session.merkleRoot),
    chunkCount: session.chunkCount,
    chunk: chunk === undefined ? undefined : { index: chunk.index, root: toHex(chunk.root) },
    blockNumber: block.height,
    notLaterThan: proven.notLaterThan,
    statement: lines,
  });
  output.line(output.style("green", "The proof holds."));
  for (const line of lines) output.line(line);
  if (by === "proof") {
    output.line(
      `${output.style("yellow", "You did not say which network you trust.")} Compare the genesis root above with one from a source that you trust, or give --genesis FILE.`,
    );
  }
  return ExitCode.Ok;
}
