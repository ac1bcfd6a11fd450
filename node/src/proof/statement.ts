import { toHex } from "@lucid/consensus/base";
import type { ProvenAnchor } from "./verify.js";

/** The UUID of a session id: its first 16 bytes; undefined when the rest is not empty. */
export function uuidOf(sessionId: Uint8Array): string | undefined {
  if (sessionId.subarray(16).some((byte) => byte !== 0)) return undefined;
  const digits = toHex(sessionId.subarray(0, 16)).slice(2);
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/**
 * What is proven, by whom, not later than when: lines for people.
 * @param now Unix seconds; with it, a start of trust that has become too old is told
 */
export function statementOf(proven: ProvenAnchor, now?: number): readonly string[] {
  const { session, chunk, network, block, signers, trust } = proven;
  const time = (seconds: number) => new Date(seconds * 1000).toISOString().replace(".000Z", " UTC").replace("T", " ");
  const share = ((100 * signers.weight) / signers.totalWeight).toFixed(1);
  const start =
    trust.from === "genesis" ? "the network's genesis" : `the checkpoint at height ${trust.height} that you gave`;
  const what =
    chunk === undefined
      ? `all ${session.chunkCount} chunks of the session under the Merkle root ${toHex(session.merkleRoot)}`
      : `chunk ${chunk.index} of ${session.chunkCount}, root ${toHex(chunk.root)}, under the session's Merkle root ${toHex(session.merkleRoot)}`;
  return [
    `What: session ${uuidOf(session.sessionId) ?? toHex(session.sessionId)}, number ${session.number} of the network ${network.name} (chain id ${network.chainId}); ${what}; its manifest has the hash ${toHex(session.manifestHash)}.`,
    `By whom: registered by the account ${toHex(session.owner)} or with its signature, in block ${block.height} (${toHex(block.root)}). The owner says that the recording began at ${time(Number(session.startedAt))}; nobody vouches for that.`,
    `Not later than: ${time(proven.notLaterThan)}, the end of slot ${block.slot}, in which ${signers.count} of ${signers.voters} validators with ${share} % of the weight made the block final.`,
    `Rests on: ${start}, genesis root ${toHex(network.genesisRoot)}, and ${trust.setChanges} changes of the validators since.`,
    ...(now !== undefined && now > trust.staleAfter
      ? [
          `Mind: since ${time(trust.staleAfter)} this start is too old to rely on by itself, because keys of validators that left can be bought; give a younger checkpoint that you trust.`,
        ]
      : []),
  ];
}
