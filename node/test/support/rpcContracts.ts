import { concatBytes, fromHex } from "@lucid/consensus/base";
import type { GenesisAccount } from "../../src/genesis/index.js";
import { addressOf, testContracts, word } from "./testContracts.js";

/** Reverts with whatever bytes follow the code. */
function reverting(payload: Uint8Array): Uint8Array {
  const length = payload.length.toString(16).padStart(2, "0");
  return concatBytes(fromHex(`60${length}600c60003960${length}6000fd`), payload);
}

/** ABI encoding of Error(string). */
function errorText(text: string): Uint8Array {
  const bytes = Buffer.from(text);
  return concatBytes(
    fromHex("08c379a0"),
    word(32),
    word(bytes.length),
    bytes,
    new Uint8Array((32 - (bytes.length % 32)) % 32),
  );
}

export const CUSTOM_ERROR = concatBytes(fromHex("deadbeef"), word(7));

/** Contracts that the tests call; the addresses are away from those of the genesis contracts. */
export const callees = {
  /** SSTORE(calldata[0], calldata[1]) and a log of the value with the slot as topic. */
  writer: { address: addressOf(0x9001), code: testContracts.writer.code },
  loop: { address: addressOf(0x9002), code: testContracts.loop.code },
  words: { address: addressOf(0x9003), code: reverting(errorText("no luck today")) },
  panic: { address: addressOf(0x9004), code: reverting(concatBytes(fromHex("4e487b71"), word(0x11))) },
  custom: { address: addressOf(0x9005), code: reverting(CUSTOM_ERROR) },
  silent: { address: addressOf(0x9006), code: fromHex("60006000fd") },
  /** Returns its calldata. */
  echo: { address: addressOf(0x9007), code: fromHex("3660006000373660 00f3".replace(" ", "")) },
} as const;

export const calleeAlloc: readonly GenesisAccount[] = Object.values(callees).map(({ address, code }) => ({
  address,
  nonce: 1n,
  balance: 0n,
  code,
  storage: [[word(7), word(77)]] as const,
}));
