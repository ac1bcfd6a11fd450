/**
 * First byte of every key, for every database that the project writes. The number is part of the disk format: it never
 * changes its meaning, and the number of a retired namespace is never used again. Integers in keys are big-endian, so
 * that the order of the bytes is the order of the numbers.
 *
 * Database `chain` (data directory, opened by the node):
 */
export const namespaces = {
  // --- 0x00 .. 0x0f: the database itself ---
  /** name (ASCII) -> value of that name: "schemaVersion" (u32), "chunkTotals", "scrubCursor", ... */
  meta: 0x00,

  // --- 0x10 .. 0x1f: the chain ---
  /** height u32 -> header and body, SSZ */
  block: 0x10,
  /** block root 32 -> height u32 */
  heightByRoot: 0x11,
  /** height u32 -> commit certificate, SSZ */
  commitCertificate: 0x12,
  /** height u32 -> receipts of the block */
  receipts: 0x13,
  /** height u32 -> the proposer's account 20, prevRandao 32, then the senders of the block's transactions, 20 each */
  senders: 0x14,
  /** transaction hash 32 -> height u32, index u32 */
  transactionLocation: 0x15,
  /** address 20, height u32 -> indexes within the block of the logs of that address, LEB128 differences */
  logByAddress: 0x16,
  /** position u8 (0 to 3), topic 32, height u32 -> indexes within the block of the logs with that topic there, LEB128 differences */
  logByTopic: 0x17,
  /** empty -> height u32, block root 32 of the head */
  head: 0x18,
  /** empty -> consensus state after the head, SSZ */
  consensusState: 0x19,
  /** name -> voter's own state: last signed votes and proposals, lock, round */
  voterState: 0x1a,
  /** sequence u64 -> raw transaction: admitted and not yet in a block */
  mempoolJournal: 0x1b,
  /** activeSetRoot 32 of a header -> the voters that it names, SSZ */
  voterSet: 0x1c,
  /** node id 32 -> evidence against it that no block has carried yet, SSZ */
  evidence: 0x1d,
  /** kind u8 (1 adopted, 2 signed), fork version u32 -> recovery, SSZ; or root of the plan 32 */
  recovery: 0x1e,
  /** height u32 -> header, SSZ: of blocks before the first one of a chain that began with a snapshot */
  ancestorHeader: 0x1f,

  // --- 0x20 .. 0x2f: chunks ---
  /** chunk root 32 -> chunk record (chunkStore/chunkRecord.ts) */
  chunk: 0x20,
  /** session id 32, chunk index u32, chunk root 32 -> size u32, flags u8 */
  sessionChunk: 0x21,

  /** owner 20, session id 32, part u32 -> total u32, up to 16,384 chunk roots of the session in the order of its tree */
  sessionRoots: 0x22,
  /** number of a session u32 -> what LucidAnchors says of it and whether its roots are known (node/src/replication/) */
  anchoredSession: 0x23,
  /** account 20, session id 32 -> consent of the owner, bytes of its chunks here, time, whether this node passes them on */
  upload: 0x24,
  /** session id 32, chunk root 32, node id 32 -> receipt of that node: epoch u32, fork version u32, signature 96 */
  chunkReceipt: 0x25,
  /** chunk root 32 -> epoch u32 in which this node was first found not to owe the chunk that it holds */
  releasedChunk: 0x26,

  // --- 0x30 .. 0x3f: EVM state ---
  /** address 20 -> account */
  account: 0x30,
  /** address 20, slot 32 -> value without leading zeros */
  storageSlot: 0x31,
  /** code hash 32 -> code */
  code: 0x32,
  /** path length u8, packed nibbles -> node, RLP */
  accountTrieNode: 0x33,
  /** address 20, path length u8, packed nibbles -> node, RLP */
  storageTrieNode: 0x34,
  /** archive nodes: key of an account or slot record -> count u32; that key, index u32 -> height u32, value before it */
  history: 0x35,
  /** height u32 -> state records (accounts, slots, trie nodes) before that block, sorted (node/src/state/undoRecord.ts) */
  historyByHeight: 0x36,

  // --- 0x40 .. 0x4f: proof of operational tasks ---
  /** height u32 -> tasks that the block credits, SSZ */
  taskProofs: 0x40,
  /** epoch u32 (ordinal among those with blocks), entity 32 -> its work in that epoch, SSZ; written when it closes */
  workTally: 0x41,
  /** slot u32 -> primary, fallbacks and how the slot ended, SSZ; written with the block after the one that ended it */
  leaderSchedule: 0x42,

  // --- 0x50 .. 0x5f: replicated index ---
  /** owner 20, key 32 -> signed entry (sessionIndex/indexEntry.ts) */
  crdtEntry: 0x50,
  /** first 16 bytes of SHA-256 of an entry -> owner 20, key 32 */
  crdtPlace: 0x51,

  // --- 0x60 .. 0x6f: database of the command line (client/db) ---
  /** session id 32 -> session: source, key material's reference, state of put or record */
  clientSession: 0x60,
  /** session id 32, sequence u64 -> journal entry of a running put or record */
  clientSessionJournal: 0x61,

  // --- 0x70 .. 0x7f: database `net` ---
  /** peer id -> addresses and score */
  peer: 0x70,
  /** key -> DHT record, with a quota */
  dhtRecord: 0x71,
} as const satisfies Record<string, number>;

export type NamespaceName = keyof typeof namespaces;
export type Namespace = (typeof namespaces)[NamespaceName];

/** Name of a namespace byte, undefined for one that the table does not hold. */
export function namespaceName(byte: number): NamespaceName | undefined {
  for (const [name, value] of Object.entries(namespaces)) {
    if (value === byte) return name as NamespaceName;
  }
  return undefined;
}
