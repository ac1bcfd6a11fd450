import { fromHex, toHex } from "@lucid/consensus/base";
import type { GenesisAccount } from "../../src/genesis/alloc.js";

/** Assembles a few opcodes; numbers are bytes, hex texts are data. */
function code(...parts: (number | string)[]): Uint8Array {
  return fromHex(parts.map((part) => (typeof part === "number" ? part.toString(16).padStart(2, "0") : part)).join(""));
}

export function addressOf(number: number): Uint8Array {
  return fromHex(number.toString(16).padStart(40, "0"));
}

/** SSTORE(calldata[0..32], calldata[32..64]), then LOG1 of the value with the slot as topic. */
const WRITER = code(
  ...[0x60, 0x20, 0x35, 0x60, 0x00, 0x35, 0x55], // sstore
  ...[0x60, 0x20, 0x35, 0x60, 0x00, 0x52], // mstore(0, value)
  ...[0x60, 0x00, 0x35, 0x60, 0x20, 0x60, 0x00, 0xa1], // log1(0, 32, slot)
);

/** Writes like WRITER, then reverts. */
const REVERTER = code(...[0x60, 0x20, 0x35, 0x60, 0x00, 0x35, 0x55], ...[0x60, 0x04, 0x60, 0x00, 0xfd]);

/** JUMPDEST; PUSH 0; JUMP. */
const LOOP = code(0x5b, 0x60, 0x00, 0x56);

/** Returns SHA-256 of the calldata's first word by the precompile, stored in slot 1. */
const HASHER = code(
  ...[0x60, 0x00, 0x35, 0x60, 0x00, 0x52], // mstore(0, calldata)
  ...[0x60, 0x20, 0x60, 0x20, 0x60, 0x20, 0x60, 0x00, 0x60, 0x02, 0x5a, 0xfa, 0x50], // staticcall(gas, 2, 0, 32, 32, 32)
  ...[0x60, 0x20, 0x51, 0x60, 0x01, 0x55], // sstore(1, mload(32))
  ...[0x60, 0x20, 0x60, 0x20, 0xf3],
);

/** CREATE2 with empty code: an invalid opcode here. */
const CREATOR = code(0x60, 0x00, 0x60, 0x00, 0x60, 0x00, 0x60, 0x00, 0xf5, 0x00);
/** SELFDESTRUCT to address 1: an invalid opcode here. */
const DESTROYER = code(0x60, 0x01, 0xff);
/** sstore(0, blockhash(number - calldata)), sstore(2, timestamp), sstore(3, prevrandao) */
const ENVIRONMENT = code(
  ...[0x60, 0x00, 0x35, 0x43, 0x03, 0x40, 0x60, 0x00, 0x55],
  ...[0x42, 0x60, 0x02, 0x55, 0x44, 0x60, 0x03, 0x55],
);
/** Sends its whole balance to the address in calldata[0..32]. */
const PAYER = code(...[0x60, 0x00, 0x60, 0x00, 0x60, 0x00, 0x60, 0x00, 0x47, 0x60, 0x00, 0x35, 0x5a, 0xf1, 0x50, 0x00]);
/** SLOAD(GAS): each limit on gas reads another slot. */
const GAS_READER = code(0x5a, 0x54, 0x50, 0x00);

export const testContracts = {
  writer: { address: addressOf(0x1001), code: WRITER },
  reverter: { address: addressOf(0x1002), code: REVERTER },
  loop: { address: addressOf(0x1003), code: LOOP },
  hasher: { address: addressOf(0x1004), code: HASHER },
  creator: { address: addressOf(0x1005), code: CREATOR },
  destroyer: { address: addressOf(0x1006), code: DESTROYER },
  environment: { address: addressOf(0x1007), code: ENVIRONMENT },
  payer: { address: addressOf(0x1008), code: PAYER },
  gasReader: { address: addressOf(0x1009), code: GAS_READER },
} as const;

export function word(value: number | bigint): Uint8Array {
  return fromHex(value.toString(16).padStart(64, "0"));
}

export function testAlloc(funded: readonly Uint8Array[], balance: bigint): GenesisAccount[] {
  const contracts = Object.values(testContracts).map(({ address, code: bytes }) => ({
    address,
    nonce: 1n,
    balance: 0n,
    code: bytes,
    storage: [[word(7), word(77)]] as const,
  }));
  const accounts = funded.map((address) => ({ address, nonce: 0n, balance, code: new Uint8Array(0), storage: [] }));
  return [...contracts, ...accounts].sort((a, b) => (toHex(a.address) < toHex(b.address) ? -1 : 1));
}
