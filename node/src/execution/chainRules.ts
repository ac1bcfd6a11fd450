import { type Common, createCustomCommon, Hardfork, Mainnet, type ParamsDict } from "@ethereumjs/common";
import { paramsEVM } from "@ethereumjs/evm";
import { paramsTx } from "@ethereumjs/tx";
import { createAddressFromString } from "@ethereumjs/util";
import { paramsVM } from "@ethereumjs/vm";
import { sha256 } from "@lucid/consensus/base";
import { NodeError } from "../errors.js";
import { keccak256 } from "../state/keccak.js";
import { recoverPublicKey } from "./sender.js";

/**
 * The SHA-256 precompile costs more than in Ethereum (60): a call of it takes far longer here than 60 gas of anything
 * else, and the worst block of our contracts must execute in a second.
 */
export const SHA256_BASE_GAS = 600;

/** CREATE, CREATE2 and SELFDESTRUCT are invalid: the code on the chain is the genesis code, for good. */
export const REMOVED_OPCODES = [{ opcode: 0xf0 }, { opcode: 0xf5 }, { opcode: 0xff }] as const;

/** Point evaluation (EIP-4844) goes with the blobs; without a KZG library it would throw in place of failing. */
export const REMOVED_PRECOMPILES = [{ address: createAddressFromString(`0x${"0a".padStart(40, "0")}`) }] as const;

function ecrecover(hash: Uint8Array, v: bigint, r: Uint8Array, s: Uint8Array): Uint8Array {
  // 0 or 1 from typed transactions; 27 and 28 from the precompile, 35 and more from EIP-155: odd stands for 0.
  const yParity = v > 1n ? 1n - (v & 1n) : v;
  const key = recoverPublicKey(hash, r, s, yParity === 1n ? 1 : 0);
  if (key === undefined) throw new NodeError({ code: "TX_SIGNATURE", message: "invalid signature" });
  return key;
}

/**
 * Cancun with EIP-7623, native hashes, our price of SHA-256. One object for everything that runs on this thread: the
 * library copies it and rebuilds its parameter table per transaction otherwise (0.1 ms and garbage each).
 */
export function createChainRules(chainId: number): Common {
  const common = createCustomCommon({ chainId, name: "lucid" }, Mainnet, {
    hardfork: Hardfork.Cancun,
    eips: [7623],
    customCrypto: { keccak256, ecrecover, sha256: (message) => sha256(message) },
  });
  common.updateParams(paramsTx);
  common.updateParams(paramsVM);
  common.updateParams(evmParams());
  common.copy = () => common;
  common.updateParams = () => {};
  return common;
}

function evmParams(): ParamsDict {
  const params = structuredClone(paramsEVM) as ParamsDict;
  params["1"] = { ...params["1"], sha256Gas: SHA256_BASE_GAS };
  return params;
}
