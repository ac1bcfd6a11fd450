import { resolve as resolvePath } from "node:path";
import { sha256, toHex } from "@lucid/consensus/base";
import { dataPaths, loadBlsKey, loadPeerKey, parseAddress, readBlsPublicKey, readDataDirectory } from "@lucid/storage";
import type { Hex } from "viem";
import type { CommandContext } from "../commandContext.js";
import { passphrase } from "../secrets.js";
import { ownerAddress } from "../session/owner.js";

/** What is public of a node's keys. */
export interface PublicKeys {
  readonly nodeId: Hex;
  readonly blsPublicKey: Hex;
  /** Ed25519. */
  readonly peerId: Hex;
  readonly operator: Hex;
}

export async function openDataDirectory(context: CommandContext): Promise<string> {
  const dataDir = resolvePath((await context.config()).values.dataDir);
  await readDataDirectory(dataDir);
  return dataDir;
}

/** Needs no passphrase. */
export async function publicKeys(dataDir: string): Promise<PublicKeys> {
  const paths = dataPaths(dataDir);
  const [bls, peer, operator] = await Promise.all([
    readBlsPublicKey(paths.blsKey),
    loadPeerKey(paths.peerKey),
    ownerAddress(dataDir),
  ]);
  return { nodeId: toHex(sha256(bls)), blsPublicKey: toHex(bls), peerId: toHex(peer.publicKey), operator };
}

/** Proof that this data directory holds the BLS key, bound to chain and account. @throws StorageError KEYSTORE_PASSPHRASE */
export async function provePossession(
  context: CommandContext,
  dataDir: string,
  chainId: number,
  operator: Hex,
): Promise<Hex> {
  const { BlsSigner, possessionMessage } = await import("@lucid/consensus");
  const key = await loadBlsKey(dataPaths(dataDir).blsKey, await passphrase(context));
  const message = possessionMessage(BigInt(chainId), key.publicKey, parseAddress(operator));
  return toHex(new BlsSigner(key.secretKey).sign(message));
}

/** A pool is named by its owner's account. */
export function poolIdOf(owner: string): Hex {
  return toHex(sha256(parseAddress(owner)));
}
