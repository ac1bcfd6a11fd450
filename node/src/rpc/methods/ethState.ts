import { z } from "zod";
import { AccountReader } from "../accountReader.js";
import type { RpcBackend } from "../backend.js";
import { quantityHex, quantityOfBytes, toHex } from "../format/hex.js";
import { defineMethod, type Param, type RpcMethod } from "../method.js";
import { limitExceeded } from "../rpcError.js";
import { accountProofAnswer } from "../schema/objects.js";
import {
  address,
  answerHash,
  answerHex,
  answerQuantity,
  optionalBlockReference,
  storageSlot,
} from "../schema/primitives.js";

const addressParam = { name: "address", schema: address } satisfies Param;
const blockParam = { name: "block", summary: "Latest if left out", schema: optionalBlockReference } satisfies Param;

/** One walk through a trie a key. */
const PROOF_COST = 100;

export function ethStateMethods(backend: RpcBackend): readonly RpcMethod[] {
  const { state, mempool, view, limits } = backend;
  const accounts = new AccountReader({ state });
  return [
    defineMethod({
      name: "eth_getBalance",
      summary: "Balance of an account, wei.",
      params: [addressParam, blockParam],
      result: answerQuantity,
      handler: ([account, block]) => quantityHex(accounts.at(account, view.height(block)).balance),
    }),
    defineMethod({
      name: "eth_getTransactionCount",
      summary: "Nonce of an account; with pending, the pool's transactions counted.",
      params: [addressParam, blockParam],
      result: answerQuantity,
      handler: ([account, block]) => {
        if (block === "pending") return quantityHex(mempool.nextNonce(account));
        return quantityHex(accounts.at(account, view.height(block)).nonce);
      },
    }),
    defineMethod({
      name: "eth_getCode",
      summary: "Code of a contract; 0x for any other account.",
      params: [addressParam, blockParam],
      result: answerHex,
      handler: ([account, block]) => toHex(state.code(account, view.height(block))),
    }),
    defineMethod({
      name: "eth_getStorageAt",
      summary: "A storage slot of a contract, 32 bytes.",
      params: [addressParam, { name: "slot", schema: storageSlot }, blockParam],
      result: answerHash,
      handler: ([account, slot, block]) => {
        const value = toHex(state.storage(account, slot, view.height(block))).slice(2);
        return `0x${value.padStart(64, "0")}`;
      },
    }),
    defineMethod({
      name: "eth_getProof",
      summary: "An account and storage slots with their Merkle proofs (EIP-1186).",
      params: [addressParam, { name: "storageKeys", schema: z.array(storageSlot) }, blockParam],
      result: accountProofAnswer,
      cost: PROOF_COST,
      handler: ([account, slots, block]) => {
        if (slots.length > limits.maxProofKeys) {
          throw limitExceeded(`too many storage keys, at most ${limits.maxProofKeys}`, { limit: limits.maxProofKeys });
        }
        const proof = state.proof(account, slots, view.height(block));
        return {
          address: toHex(account),
          accountProof: proof.accountProof.map((node) => toHex(node)),
          balance: quantityHex(proof.account.balance),
          codeHash: toHex(proof.account.codeHash),
          nonce: quantityHex(proof.account.nonce),
          storageHash: toHex(proof.account.storageRoot),
          storageProof: proof.storage.map((entry) => ({
            key: toHex(entry.slot),
            value: quantityOfBytes(entry.value),
            proof: entry.proof.map((node) => toHex(node)),
          })),
        };
      },
    }),
  ];
}
