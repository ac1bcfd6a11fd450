import { createHash } from "node:crypto";
import { decodeBase58, encodeBase58, getBytes, toBeArray } from "ethers";
import { PayoutError } from "../errors.js";

function sha256(data: Uint8Array): Uint8Array {
  return createHash("sha256").update(data).digest();
}

function checksum(body: Uint8Array): Uint8Array {
  return sha256(sha256(body)).subarray(0, 4);
}

/** Base58check address (T...) to 42 hex digits with the 41 prefix. @throws PayoutError BAD_ADDRESS */
export function addressToHex(address: string): string {
  if (!/^T[1-9A-HJ-NP-Za-km-z]{33}$/.test(address)) {
    throw new PayoutError("BAD_ADDRESS", `${JSON.stringify(address.slice(0, 60))} is no TRON address`);
  }
  const bytes = Buffer.from(toBeArray(decodeBase58(address)));
  if (bytes.length !== 25 || bytes[0] !== 0x41 || !bytes.subarray(21).equals(checksum(bytes.subarray(0, 21)))) {
    throw new PayoutError("BAD_ADDRESS", `the checksum of ${address} is wrong`);
  }
  return bytes.subarray(0, 21).toString("hex");
}

/** 41 and 40 hex digits, or 40 hex digits alone (as logs carry them), to base58check. @throws PayoutError BAD_ADDRESS */
export function addressFromHex(hex: string): string {
  const plain = hex.replace(/^0x/, "").toLowerCase();
  const full = plain.length === 40 ? `41${plain}` : plain;
  if (!/^41[0-9a-f]{40}$/.test(full)) throw new PayoutError("BAD_ADDRESS", `${hex.slice(0, 60)} is no TRON address`);
  const body = getBytes(`0x${full}`);
  return encodeBase58(Buffer.concat([body, checksum(body)]));
}

/** The 0x form with 20 bytes that the ABI uses. */
export function addressToEvm(address: string): string {
  return `0x${addressToHex(address).slice(2)}`;
}

export function isAddress(address: string): boolean {
  try {
    addressToHex(address);
    return true;
  } catch {
    return false;
  }
}
