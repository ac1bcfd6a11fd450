import { concatBytes, equalBytes, sha256 } from "@lucid/consensus/base";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { StorageError } from "../errors.js";
import { addressOfPublicKey } from "../keys/address.js";
import { clockBytes, type IndexEntry, type UnsignedIndexEntry } from "./indexEntry.js";

/** EIP-712 without a contract: the salt binds signatures to one chain even where two share a chain id. */
export const INDEX_DOMAIN = { name: "Lucid index", version: "1" } as const;
export const INDEX_TYPES = {
  IndexEntry: [
    { name: "key", type: "bytes32" },
    { name: "clock", type: "uint64" },
    { name: "valueHash", type: "bytes32" },
    { name: "deleted", type: "bool" },
  ],
} as const;

const keccakText = (text: string) => keccak_256(new TextEncoder().encode(text));
const domainType = keccakText("EIP712Domain(string name,string version,uint256 chainId,bytes32 salt)");
const entryType = keccakText(
  `IndexEntry(${INDEX_TYPES.IndexEntry.map(({ name, type }) => `${type} ${name}`).join(",")})`,
);

/** 32 bytes, big-endian. */
function word(value: bigint): Uint8Array {
  return concatBytes(new Uint8Array(24), clockBytes(value));
}

/** EIP-712 domain separator, 32 bytes. @param genesisRoot 32 bytes */
export function indexDomainSeparator(chainId: number, genesisRoot: Uint8Array): Uint8Array {
  if (!Number.isSafeInteger(chainId) || chainId < 0 || genesisRoot.length !== 32) {
    throw new StorageError({ code: "KEY_INVALID", message: "a chain id is an integer and a genesis root 32 bytes" });
  }
  const { name, version } = INDEX_DOMAIN;
  return keccak_256(concatBytes(domainType, keccakText(name), keccakText(version), word(BigInt(chainId)), genesisRoot));
}

/** What the owner's account signs: EIP-712 `IndexEntry{key, clock, valueHash, deleted}`, valueHash = SHA-256(value). */
export function indexDigest(separator: Uint8Array, entry: UnsignedIndexEntry): Uint8Array {
  const { key, clock, value, deleted } = entry;
  const struct = keccak_256(concatBytes(entryType, key, word(clock), sha256(value), word(deleted ? 1n : 0n)));
  return keccak_256(concatBytes(Uint8Array.of(0x19, 0x01), separator, struct));
}

/** Signs a digest with the owner's account: r 32, s 32 (the lower), v 27 or 28. */
export type IndexSigner = (digest: Uint8Array) => Uint8Array | Promise<Uint8Array>;

/** @param privateKey of the account, 32 bytes */
export function accountIndexSigner(privateKey: Uint8Array): IndexSigner {
  return (digest) => {
    const signed = secp256k1.sign(digest, privateKey, { prehash: false, format: "recovered" });
    return concatBytes(signed.subarray(1), Uint8Array.of(27 + (signed[0] ?? 0)));
  };
}

export async function signIndexEntry(
  entry: UnsignedIndexEntry,
  separator: Uint8Array,
  signer: IndexSigner,
): Promise<IndexEntry> {
  return { ...entry, signature: await signer(indexDigest(separator, entry)) };
}

/** Uncompressed public key without its first byte, 64 bytes, or undefined; what a faster library may stand in for. */
export type KeyRecovery = (digest: Uint8Array, r: Uint8Array, s: Uint8Array, yParity: 0 | 1) => Uint8Array | undefined;

const nobleRecovery: KeyRecovery = (digest, r, s, yParity) => {
  try {
    const signature = concatBytes(Uint8Array.of(yParity), r, s);
    const compressed = secp256k1.recoverPublicKey(signature, digest, { prehash: false });
    return secp256k1.Point.fromBytes(compressed).toBytes(false).slice(1);
  } catch {
    // It throws on what belongs to no key.
    return undefined;
  }
};

/** Whether the owner that an entry names has signed it. About 2.5 ms with the default, a seventh with WebAssembly. */
export function isSignedByOwner(
  entry: IndexEntry,
  separator: Uint8Array,
  recover: KeyRecovery = nobleRecovery,
): boolean {
  const { signature, owner } = entry;
  const yParity = signature[64] === 28 ? 1 : 0;
  const digest = indexDigest(separator, entry);
  const key = recover(digest, signature.subarray(0, 32), signature.subarray(32, 64), yParity);
  return key !== undefined && equalBytes(addressOfPublicKey(concatBytes(Uint8Array.of(4), key)), owner);
}
