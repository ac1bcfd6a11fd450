import { BLOCK_BYTES, Block, decodeSsz, headerRoot, VOTER_RECORD_BYTES, VoterRecord } from "@lucid/consensus";
import { equalBytes, fromHex, toHex } from "@lucid/consensus/base";
import { z } from "zod";
import type { RestoredVoter, VoterStore } from "../driver/voterStore.js";
import { NodeError } from "../errors.js";

const FORMAT = "lucid-protection/1";
const MAX_BLOCKS = 16;

const hex = z.string().regex(/^0x([0-9a-f]{2})*$/);

const fileSchema = z.strictObject({
  format: z.literal(FORMAT),
  genesisRoot: hex.length(66),
  nodeId: hex.length(66),
  /** For people; what counts is the record. */
  signedUpTo: z.strictObject({ height: z.int(), slot: z.int(), round: z.int(), step: z.int() }),
  /** SSZ: marks, own messages of the open height, lock and valid block. Marks alone could fork the chain. */
  record: hex.max(2 + 2 * VOTER_RECORD_BYTES),
  /** SSZ: the blocks that these name. */
  blocks: z.array(hex.max(2 + 2 * BLOCK_BYTES)).max(MAX_BLOCKS),
});

/** Whose protection it is. */
export interface Voter {
  readonly genesisRoot: Uint8Array;
  readonly nodeId: Uint8Array;
}

/** The highest place in (height, slot, round, step) at which the key has signed. */
export function signedUpTo(record: VoterRecord) {
  const { markHeight, markSlot, markRound, markStep } = record;
  return { height: markHeight, slot: markSlot, round: markRound, step: markStep };
}

/** Above 0 when `a` has signed further than `b`. */
export function compareMarks(a: VoterRecord, b: VoterRecord): number {
  return a.markHeight - b.markHeight || a.markSlot - b.markSlot || a.markRound - b.markRound || a.markStep - b.markStep;
}

export function encodeProtection({ record, blocks }: RestoredVoter): string {
  const file: z.infer<typeof fileSchema> = {
    format: FORMAT,
    genesisRoot: toHex(record.genesisRoot),
    nodeId: toHex(record.nodeId),
    signedUpTo: signedUpTo(record),
    record: toHex(VoterRecord.serialize(record)),
    blocks: blocks.map((block) => toHex(Block.serialize(block))),
  };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

/** @throws NodeError PROTECTION_FILE for a damaged file, PROTECTION_OTHER for one of another network or key */
export function decodeProtection(text: string, voter: Voter): RestoredVoter {
  const damaged = (cause: unknown): NodeError =>
    new NodeError({ code: "PROTECTION_FILE", message: "the protection file is damaged or is none", cause });
  let restored: RestoredVoter;
  let file: z.infer<typeof fileSchema>;
  try {
    file = fileSchema.parse(JSON.parse(text));
    restored = {
      record: decodeSsz(VoterRecord, fromHex(file.record), VOTER_RECORD_BYTES),
      blocks: file.blocks.map((block) => decodeSsz(Block, fromHex(block), BLOCK_BYTES)),
    };
  } catch (cause) {
    throw damaged(cause);
  }
  const { record } = restored;
  if (file.genesisRoot !== toHex(record.genesisRoot) || file.nodeId !== toHex(record.nodeId)) throw damaged(undefined);
  if (JSON.stringify(file.signedUpTo) !== JSON.stringify(signedUpTo(record))) throw damaged(undefined);
  if (!equalBytes(record.genesisRoot, voter.genesisRoot)) {
    throw new NodeError({
      code: "PROTECTION_OTHER",
      message: `the protection file is of the network with genesis root ${file.genesisRoot}`,
    });
  }
  if (!equalBytes(record.nodeId, voter.nodeId)) {
    throw new NodeError({ code: "PROTECTION_OTHER", message: `the protection file is of node ${file.nodeId}` });
  }
  return restored;
}

/**
 * Takes over what the file knows and the store does not: it never lowers anything.
 * @returns whether something changed
 */
export async function importProtection(store: VoterStore, file: RestoredVoter): Promise<boolean> {
  const own = (await store.load())?.record;
  const further = own === undefined || compareMarks(file.record, own) > 0;
  const silentThrough = Math.max(file.record.silentThrough, own?.silentThrough ?? 0);
  const forkVersion = Math.max(file.record.forkVersion, own?.forkVersion ?? 0);
  if (!further && silentThrough === own.silentThrough && forkVersion === own.forkVersion) return false;
  const { record, blocks } = further ? file : { record: own, blocks: [] };
  // The other node's clean stop says nothing about when this one starts: it must listen first.
  await store.persist(
    { ...record, silentThrough, forkVersion, closedAt: 0n },
    blocks.map((block) => ({ root: headerRoot(block.header), block })),
  );
  return true;
}

/** Lifts the silence that an old voter file brought. @returns whether there was one */
export async function trustProtection(store: VoterStore): Promise<boolean> {
  const record = (await store.load())?.record;
  if (record === undefined || record.silentThrough === 0) return false;
  await store.persist({ ...record, silentThrough: 0 }, []);
  return true;
}
