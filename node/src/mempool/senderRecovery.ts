import { recoverPublicKey } from "../execution/sender.js";
import { keccak256 } from "../state/keccak.js";
import { SENDER_SIZE, SIGNATURE_SIZE } from "./senderBatch.js";

/** Senders of packed signatures; runs on a worker thread, where the curve's code is loaded. */
export function recoverBatch(signatures: Uint8Array): Uint8Array {
  const count = Math.floor(signatures.length / SIGNATURE_SIZE);
  const out = new Uint8Array(count * SENDER_SIZE);
  for (let i = 0; i < count; i++) {
    const at = i * SIGNATURE_SIZE;
    const field = (from: number, to: number): Uint8Array => signatures.subarray(at + from, at + to);
    const key = recoverPublicKey(field(0, 32), field(32, 64), field(64, 96), signatures[at + 96] === 1 ? 1 : 0);
    if (key === undefined) continue;
    out[i * SENDER_SIZE] = 1;
    out.set(keccak256(key).subarray(12), i * SENDER_SIZE + 1);
  }
  return out;
}
