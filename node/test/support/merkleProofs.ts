import assert from "node:assert/strict";
import { verifyMerkleProof } from "@ethereumjs/mpt";
import { RLP } from "@ethereumjs/rlp";
import { toHex } from "@lucid/consensus/base";
import type { StateReader } from "../../src/interfaces.js";
import { keccak256 } from "../../src/state/keccak.js";

type AccountProof = ReturnType<StateReader["proof"]>;

const EMPTY_ROOT = keccak256(Uint8Array.of(0x80));
const EMPTY_CODE = keccak256(new Uint8Array(0));

async function provenValue(
  key: Uint8Array,
  root: Uint8Array,
  proof: readonly Uint8Array[],
): Promise<Uint8Array | null> {
  if (Buffer.compare(root, EMPTY_ROOT) === 0) {
    assert.equal(proof.length, 0);
    return null;
  }
  assert.equal(toHex(keccak256(proof[0] ?? new Uint8Array(0))), toHex(root));
  return verifyMerkleProof(keccak256(key), [...proof], { useKeyHashing: false });
}

/** Checks an eth_getProof answer with the library's verifier against a state root. */
export async function verifyAccountProof(
  address: Uint8Array,
  answer: AccountProof,
  stateRoot: Uint8Array,
): Promise<void> {
  const { account } = answer;
  const leaf = await provenValue(address, stateRoot, answer.accountProof);
  const expected = RLP.encode([account.nonce, account.balance, account.storageRoot, account.codeHash]);
  if (leaf === null) {
    assert.deepEqual([account.nonce, account.balance], [0n, 0n]);
    assert.equal(toHex(account.codeHash), toHex(EMPTY_CODE));
  } else assert.equal(toHex(leaf), toHex(expected));
  for (const { slot, value, proof } of answer.storage) {
    const stored = await provenValue(slot, account.storageRoot, proof);
    const trimmed = value.slice(value.findIndex((byte) => byte !== 0));
    if (stored === null) assert.equal(toHex(value), toHex(new Uint8Array(32)));
    else assert.equal(toHex(stored), toHex(RLP.encode(trimmed)));
  }
}
