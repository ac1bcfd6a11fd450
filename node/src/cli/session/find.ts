import { fromHex } from "@lucid/consensus/base";
import { formatAddress, type ReaderOptions } from "@lucid/storage";
import type { Hex } from "viem";
import { NodeError } from "../../errors.js";
import type { CommandContext } from "../commandContext.js";
import { formatSessionId } from "../format.js";
import { type ChainSession, findSession } from "./anchors.js";
import { Catalogue } from "./catalogue.js";
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

/** What it takes to find a session and to open it. */
export type Finding = Pick<Workspace, "client" | "owner" | "keyOf">;

/** A session of somebody else whose key the owner keeps in the index. */
async function keptSession(
  { client, owner }: Finding,
  sessionId: Uint8Array,
): Promise<Pick<ReaderOptions, "anchor" | "key"> | undefined> {
  const received = (await Catalogue.open(client, owner)).of(sessionId)?.received;
  if (received === undefined) return undefined;
  const session = await findSession(client, formatAddress(received.owner), sessionId);
  return session === undefined ? undefined : { anchor: anchorOf(session), key: { sessionKey: received.sessionKey } };
}

/** What the chain says of a session, and the key that opens it. @throws NodeError SESSION_UNKNOWN */
export async function readerOptions(
  context: CommandContext,
  workspace: Finding,
  sessionId: Uint8Array,
): Promise<ReaderOptions> {
  const given = context.options.text("owner") as Hex | undefined;
  const owner = given ?? formatAddress(workspace.owner.address);
  const found = await findSession(workspace.client, owner, sessionId);
  if (found === undefined) {
    const kept = given === undefined ? await keptSession(workspace, sessionId) : undefined;
    if (kept !== undefined) return { ...kept, signal: context.interruption.signal };
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
