import { concatBytes, equalBytes, u64be } from "@lucid/consensus/base";
import { NodeError } from "../errors.js";
import { recoverPublicKey } from "../execution/sender.js";
import { keccak256 } from "../state/keccak.js";
import { replicationLimits } from "./limits.js";

/** The owner's word that a node may take chunks of a session for it (storage.md section 5). */
export interface UploadConsent {
  /** Account, 20 bytes. */
  readonly account: Uint8Array;
  readonly sessionId: Uint8Array;
  /** Bytes of all blobs of the session on one node. */
  readonly maxBytes: bigint;
  /** Unix seconds. */
  readonly expiry: bigint;
  /** 65 bytes r || s || v, low s. */
  readonly signature: Uint8Array;
}

/** EIP-712: what wallets show and sign. */
export const uploadTypes = {
  Upload: [
    { name: "account", type: "address" },
    { name: "sessionId", type: "bytes32" },
    { name: "maxBytes", type: "uint64" },
    { name: "expiry", type: "uint64" },
  ],
} as const;
export const UPLOAD_DOMAIN_NAME = "Lucid";
export const UPLOAD_DOMAIN_VERSION = "1";

/** Longest time that a consent may hold: what is not anchored by then is dropped. Seconds. */
export const UPLOAD_SECONDS = replicationLimits.uploadTime.value / 1_000;
export const CONSENT_BYTES = 20 + 32 + 8 + 8 + 65;

const ascii = (text: string): Uint8Array => Buffer.from(text, "ascii");
const DOMAIN_TYPE = keccak256(ascii("EIP712Domain(string name,string version,uint256 chainId)"));
const UPLOAD_TYPE = keccak256(ascii("Upload(address account,bytes32 sessionId,uint64 maxBytes,uint64 expiry)"));
/** Half of the order of secp256k1: above it a signature has a twin. */
const HALF_ORDER = Buffer.from("7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0", "hex");

const wordOf = (value: bigint): Uint8Array => concatBytes(new Uint8Array(24), u64be(value));

/** The digest that the account signs. */
export function uploadDigest(consent: Omit<UploadConsent, "signature">, chainId: number): Uint8Array {
  const domain = keccak256(
    concatBytes(
      DOMAIN_TYPE,
      keccak256(ascii(UPLOAD_DOMAIN_NAME)),
      keccak256(ascii(UPLOAD_DOMAIN_VERSION)),
      wordOf(BigInt(chainId)),
    ),
  );
  const { account, sessionId, maxBytes, expiry } = consent;
  const struct = keccak256(
    concatBytes(UPLOAD_TYPE, new Uint8Array(12), account, sessionId, wordOf(maxBytes), wordOf(expiry)),
  );
  return keccak256(concatBytes(Uint8Array.of(0x19, 0x01), domain, struct));
}

/** @throws NodeError UPLOAD_REFUSED for a consent that is over, lasts too long, or that the account did not sign */
export function checkConsent(consent: UploadConsent, chainId: number, nowSeconds: number): void {
  const { account, expiry, signature } = consent;
  const left = Number(expiry) - nowSeconds;
  if (left < 0) throw refused("the owner's consent to this upload is over");
  // A clock that is a little ahead is no reason to refuse.
  if (left > UPLOAD_SECONDS + 600) throw refused(`the owner's consent lasts longer than ${UPLOAD_SECONDS} s`);
  const [r, s, v] = [signature.subarray(0, 32), signature.subarray(32, 64), signature[64] ?? 0];
  const parity = v >= 27 ? v - 27 : v;
  const key =
    (parity === 0 || parity === 1) && Buffer.compare(s, HALF_ORDER) <= 0
      ? recoverPublicKey(uploadDigest(consent, chainId), r, s, parity)
      : undefined;
  if (key === undefined || !equalBytes(keccak256(key).subarray(12), account)) {
    throw refused("the account did not sign this consent");
  }
}

export function encodeConsent({ account, sessionId, maxBytes, expiry, signature }: UploadConsent): Uint8Array {
  return concatBytes(account, sessionId, u64be(maxBytes), u64be(expiry), signature);
}

/** @throws NodeError UPLOAD_REFUSED for another length */
export function decodeConsent(bytes: Uint8Array): UploadConsent {
  if (bytes.length !== CONSENT_BYTES) throw refused("the consent has another length");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return {
    account: bytes.slice(0, 20),
    sessionId: bytes.slice(20, 52),
    maxBytes: view.getBigUint64(52),
    expiry: view.getBigUint64(60),
    signature: bytes.slice(68),
  };
}

function refused(message: string): NodeError {
  return new NodeError({ code: "UPLOAD_REFUSED", message });
}
