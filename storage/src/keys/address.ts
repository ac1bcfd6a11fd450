import { fromHex } from "@lucid/consensus/base";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { StorageError } from "../errors.js";

/** Address of an uncompressed public key (65 bytes, first one 4): the last 20 bytes of its Keccak-256. */
export function addressOfPublicKey(publicKey: Uint8Array): Uint8Array {
  return keccak_256(publicKey.subarray(1)).slice(12);
}

/** EIP-55: 0x and 40 hex digits whose case is a checksum. */
export function formatAddress(address: Uint8Array): `0x${string}` {
  const digits = Buffer.from(address).toString("hex");
  const hash = keccak_256(new TextEncoder().encode(digits));
  let text = "";
  for (const [i, digit] of [...digits].entries()) {
    const nibble = ((hash[i >> 1] ?? 0) >> (i % 2 === 0 ? 4 : 0)) & 15;
    text += nibble >= 8 ? digit.toUpperCase() : digit;
  }
  return `0x${text}`;
}

/**
 * 20 bytes of an address text. All lower or all upper case carries no checksum; mixed case must have the right one.
 * @throws StorageError ADDRESS_INVALID
 */
export function parseAddress(text: string): Uint8Array {
  if (!/^0x[0-9a-fA-F]{40}$/.test(text)) {
    throw new StorageError({ code: "ADDRESS_INVALID", message: "an address is 0x and 40 hex digits" });
  }
  const digits = text.slice(2);
  const address = fromHex(digits, 20);
  const mixed = digits !== digits.toLowerCase() && digits !== digits.toUpperCase();
  if (mixed && formatAddress(address) !== text) {
    throw new StorageError({
      code: "ADDRESS_INVALID",
      message: "the upper and lower case letters of the address do not fit its digits; it was mistyped",
    });
  }
  return address;
}
