import { BlsVerifier, possessionMessage } from "@lucid/consensus";
import { fromHex } from "@lucid/consensus/base";
import { addressOfPeer, peerIdOfKey } from "@lucid/p2p";
import { readFileBounded, realFileSystem } from "@lucid/storage";
import { z } from "zod";
import { NodeError } from "../errors.js";
import { genesisValidatorSchema } from "./genesisFile.js";

const MAX_FILE = 16 * 1024;

/**
 * What an operator sends to those who found a network: public keys, the proof that the BLS key is theirs, and where the
 * node will be reached. Nothing in it is secret.
 */
const operatorFileSchema = genesisValidatorSchema.extend({
  format: z.literal(1, { error: "is of another format; use the release of lucid that the network asks for" }),
  name: z.string().regex(/^[\w .-]{1,64}$/, { error: "must be 1 to 64 letters, digits, spaces and .-_" }),
  /** Of the network; the proof of possession holds for it alone. */
  chainId: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER),
  /** Multiaddresses; none for a node behind a router that nobody can reach. */
  addresses: z.array(z.string().max(256)).max(8),
});

export type OperatorFile = z.infer<typeof operatorFileSchema>;

function damaged(path: string, why: string, cause?: unknown): NodeError {
  return new NodeError({ code: "OPERATOR_FILE", message: `the operator file ${path} ${why}`, cause });
}

/** Checks all that can be checked alone, the proof of possession included. @throws NodeError OPERATOR_FILE */
export function parseOperatorFile(text: string, path: string): OperatorFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw damaged(path, "is not JSON", cause);
  }
  const result = operatorFileSchema.safeParse(value);
  if (!result.success) {
    const issue = result.error.issues[0];
    const place = issue === undefined || issue.path.length === 0 ? "" : `field ${issue.path.join(".")} `;
    throw damaged(path, `is damaged (${place}${issue?.message ?? "does not fit"})`);
  }
  const file = result.data;
  try {
    reachedAt(file);
  } catch (cause) {
    throw damaged(path, `has an address that is none (${cause instanceof Error ? cause.message : ""})`, cause);
  }
  const key = fromHex(file.blsPublicKey, 48);
  const message = possessionMessage(BigInt(file.chainId), key, fromHex(file.operator, 20));
  if (!new BlsVerifier().verify(key, message, fromHex(file.proofOfPossession, 96))) {
    throw damaged(path, "does not prove that its BLS key belongs to its account");
  }
  return file;
}

/** @throws NodeError OPERATOR_FILE; the file system's error when it cannot be read */
export async function loadOperatorFile(path: string): Promise<OperatorFile> {
  return parseOperatorFile(new TextDecoder().decode(await readFileBounded(realFileSystem, path, MAX_FILE)), path);
}

export function formatOperatorFile(file: OperatorFile): string {
  return `${JSON.stringify(file, null, 2)}\n`;
}

/** Where others reach the node, with its peer id. @throws P2pError P2P_BAD_ADDRESS */
export function reachedAt({ addresses, peerId }: Pick<OperatorFile, "addresses" | "peerId">): readonly string[] {
  const peer = peerIdOfKey(fromHex(peerId, 32));
  return addresses.map((address) => addressOfPeer(address, peer));
}
