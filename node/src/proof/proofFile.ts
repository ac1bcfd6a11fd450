import { CommitCertificate, decodeSsz, Genesis, Header, Voters, type Voters as VotersValue } from "@lucid/consensus";
import { fromHex, toHex } from "@lucid/consensus/base";
import { z } from "zod";
import { NodeError } from "../errors.js";
import { MAX_LIST_PROOF_NODES } from "./listProof.js";

/** Bytes of a proof file. The largest honest one, 84 epochs of 256 voters each, has half of that. */
export const MAX_PROOF_BYTES = 16 * 1024 * 1024;
/** Changes of the voters between what the verifier trusts and the block: WINDOW_EPOCHS / 2 are meaningful. */
const MAX_SETS = 512;
/** SSZ sizes; a receipt node holds at most one receipt, whose logs 30 Mgas bound. */
const MAX_GENESIS_BYTES = 64 * 1024;
const HEADER_BYTES = 1024;
const COMMIT_BYTES = 512;
const MAX_VOTERS_BYTES = 64 * 1024;
const MAX_NODE_BYTES = 4 * 1024 * 1024;
const MAX_PATH = 32;

/** Lower-case hex of `min` to `max` bytes: one text for one value, so that no change of a character goes unnoticed. */
const hex = (min: number, max = min) =>
  z
    .string()
    .min(2 + 2 * min)
    .max(2 + 2 * max)
    .refine((text) => isLowerHex(text), "expected lower-case hex");
const u32 = z.number().int().min(0).max(0xffffffff);

function isLowerHex(text: string): boolean {
  if (!text.startsWith("0x") || text.length % 2 !== 0) return false;
  return `0x${Buffer.from(text.slice(2), "hex").toString("hex")}` === text;
}

const setChange = z.strictObject({
  parent: hex(1, HEADER_BYTES),
  header: hex(1, HEADER_BYTES),
  commit: hex(1, COMMIT_BYTES),
  voters: hex(1, MAX_VOTERS_BYTES),
});

/** Keys in the order in which they are written. */
export const proofFileSchema = z.strictObject({
  format: z.literal("lucid-anchor-proof"),
  version: z.literal(1),
  session: z.strictObject({
    sessionId: hex(32),
    owner: hex(20),
    number: u32,
    startedAt: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
    manifestHash: hex(32),
    merkleRoot: hex(32),
    chunkCount: u32,
  }),
  chunk: z.strictObject({ index: u32, root: hex(32), path: z.array(hex(32)).max(MAX_PATH) }).optional(),
  receipt: z.strictObject({
    transactionIndex: u32.max(16_383),
    logIndex: u32,
    nodes: z.array(hex(1, MAX_NODE_BYTES)).min(1).max(MAX_LIST_PROOF_NODES),
  }),
  parent: hex(1, HEADER_BYTES),
  header: hex(1, HEADER_BYTES),
  commit: hex(1, COMMIT_BYTES),
  sets: z.array(setChange).max(MAX_SETS),
  checkpoint: z.strictObject({ header: hex(1, HEADER_BYTES), voters: hex(1, MAX_VOTERS_BYTES) }).optional(),
  genesis: hex(1, MAX_GENESIS_BYTES),
});
/** The JSON of a proof, as it travels; everything binary is hex of its SSZ. */
export type AnchorProofFile = z.output<typeof proofFileSchema>;

export interface CertifiedHeader {
  /** The header before it, which names the voters of this one. */
  readonly parent: Header;
  readonly header: Header;
  readonly commit: CommitCertificate;
}

export interface SetChange extends CertifiedHeader {
  readonly voters: VotersValue;
}

/** A proof, decoded and not yet verified. */
export interface AnchorProof {
  readonly session: AnchorProofFile["session"];
  readonly chunk:
    | { readonly index: number; readonly root: Uint8Array; readonly path: readonly Uint8Array[] }
    | undefined;
  readonly receipt: {
    readonly transactionIndex: number;
    readonly logIndex: number;
    readonly nodes: readonly Uint8Array[];
  };
  readonly block: CertifiedHeader;
  readonly sets: readonly SetChange[];
  readonly checkpoint: { readonly header: Header; readonly voters: VotersValue } | undefined;
  readonly genesis: Genesis;
}

/** Two spaces and one value a line, so that people can read and compare proofs. */
export function formatProofFile(file: AnchorProofFile): string {
  return `${JSON.stringify(proofFileSchema.parse(file), undefined, 2)}\n`;
}

/**
 * Reads a proof file strictly: known keys in their order, each once, lower-case hex. White space between values is free.
 * @throws NodeError ANCHOR_PROOF_MALFORMED
 */
export function parseProofFile(text: string): AnchorProof {
  if (text.length > MAX_PROOF_BYTES) throw malformed(`it is larger than ${MAX_PROOF_BYTES} bytes`);
  const file = parseText(text);
  try {
    return decodeFile(file);
  } catch (cause) {
    throw malformed("a part of it is not what its name says", cause);
  }
}

function parseText(text: string): AnchorProofFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw malformed("it is not JSON", cause);
  }
  const parsed = proofFileSchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw malformed(`${issue?.path.join(".") ?? ""}: ${issue?.message ?? "unexpected"}`);
  }
  // JSON.parse lets a key occur twice and takes the last, so two readers could see two proofs. None of our texts holds
  // white space, so with it removed there is exactly one text for a proof.
  if (text.replace(/[ \t\r\n]/g, "") !== JSON.stringify(parsed.data)) {
    throw malformed("a key occurs twice or out of order, or a number is not in its plain form");
  }
  return parsed.data;
}

function decodeFile(file: AnchorProofFile): AnchorProof {
  return {
    session: file.session,
    chunk: file.chunk && {
      index: file.chunk.index,
      root: fromHex(file.chunk.root),
      path: file.chunk.path.map((hash) => fromHex(hash)),
    },
    receipt: { ...file.receipt, nodes: file.receipt.nodes.map((node) => fromHex(node)) },
    block: decodeCertified(file),
    sets: file.sets.map((set) => ({ ...decodeCertified(set), voters: decodeVoters(set.voters) })),
    checkpoint: file.checkpoint && {
      header: decodeSsz(Header, fromHex(file.checkpoint.header), HEADER_BYTES),
      voters: decodeVoters(file.checkpoint.voters),
    },
    genesis: decodeSsz(Genesis, fromHex(file.genesis), MAX_GENESIS_BYTES),
  };
}

function decodeCertified(from: Record<"parent" | "header" | "commit", string>): CertifiedHeader {
  return {
    parent: decodeSsz(Header, fromHex(from.parent), HEADER_BYTES),
    header: decodeSsz(Header, fromHex(from.header), HEADER_BYTES),
    commit: decodeSsz(CommitCertificate, fromHex(from.commit), COMMIT_BYTES),
  };
}

function decodeVoters(text: string): VotersValue {
  return decodeSsz(Voters, fromHex(text), MAX_VOTERS_BYTES);
}

/** The reverse of reading. */
export function encodeProof(proof: AnchorProof): AnchorProofFile {
  const certified = ({ parent, header, commit }: CertifiedHeader) => ({
    parent: toHex(Header.serialize(parent)),
    header: toHex(Header.serialize(header)),
    commit: toHex(CommitCertificate.serialize(commit)),
  });
  return {
    format: "lucid-anchor-proof",
    version: 1,
    session: proof.session,
    ...(proof.chunk && {
      chunk: {
        index: proof.chunk.index,
        root: toHex(proof.chunk.root),
        path: proof.chunk.path.map((hash) => toHex(hash)),
      },
    }),
    receipt: { ...proof.receipt, nodes: proof.receipt.nodes.map((node) => toHex(node)) },
    ...certified(proof.block),
    sets: proof.sets.map((set) => ({ ...certified(set), voters: toHex(Voters.serialize(set.voters)) })),
    ...(proof.checkpoint && {
      checkpoint: {
        header: toHex(Header.serialize(proof.checkpoint.header)),
        voters: toHex(Voters.serialize(proof.checkpoint.voters)),
      },
    }),
    genesis: toHex(Genesis.serialize(proof.genesis)),
  };
}

function malformed(why: string, cause?: unknown): NodeError {
  return new NodeError({ code: "ANCHOR_PROOF_MALFORMED", message: `not an anchor proof: ${why}`, cause });
}
