import { fromHex } from "@lucid/consensus/base";
import { formatAddress, type ReaderOptions } from "@lucid/storage";
import type { Hex } from "viem";
import { NodeError } from "../../errors.js";
import type { CommandContext } from "../commandContext.js";
import { formatSessionId } from "../format.js";
import { type ChainSession, findSession } from "./anchors.js";
import type { Workspace } from "./workspace.js";

/** A session as readers want it. */
export function anchorOf(session: ChainSession): ReaderOptions["anchor"] {
  return {
    sessionId: session.sessionId,
    manifestHash: session.manifestHash,
    merkleRoot: session.merkleRoot,
    chunkCount: session.chunkCount,
    owner: fromHex(session.owner.toLowerCase(), 20),
    startedAt: Number(session.startedAt),
  };
}

/** What the chain says of a session, and the key that opens it. @throws NodeError SESSION_UNKNOWN */
export async function readerOptions(
  context: CommandContext,
  workspace: Workspace,
  sessionId: Uint8Array,
): Promise<ReaderOptions> {
  const owner = (context.options.text("owner") ?? formatAddress(workspace.owner.address)) as Hex;
  const found = await findSession(workspace.client, owner, sessionId);
  if (found === undefined) {
    throw new NodeError({
      code: "SESSION_UNKNOWN",
      message: `the chain knows no session ${formatSessionId(sessionId)} of ${owner}`,
    });
  }
  return {
    anchor: anchorOf(found),
    key: workspace.keyOf(sessionId),
    signal: context.interruption.signal,
  };
}
