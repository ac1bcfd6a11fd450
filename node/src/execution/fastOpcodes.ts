import type { Common } from "@ethereumjs/common";
import { EVMError, type EVMOpts } from "@ethereumjs/evm";
import type { Address } from "@ethereumjs/util";
import { keccak256 } from "../state/keccak.js";
import { toBigint, toWord } from "./words.js";

type CustomOpcode = NonNullable<EVMOpts["customOpcodes"]>[number];
type AddOpcode = Extract<CustomOpcode, { readonly logicFunction: unknown }>;
/** The library's state of one frame. */
export type RunState = Parameters<AddOpcode["logicFunction"]>[0];

type GasHandler = (state: RunState, gas: bigint, common: Common) => bigint | Promise<bigint>;
type OpcodeHandler = (state: RunState, common: Common) => void | Promise<void>;

/** One opcode as the loop runs it. */
export interface FastOpcode {
  readonly code: number;
  readonly fee: bigint;
  readonly invalid: boolean;
  readonly gas: GasHandler | undefined;
  readonly run: OpcodeHandler;
}

/** An entry of the library's table. */
export interface LibraryOpcode {
  readonly opcodeInfo: {
    readonly code: number;
    readonly feeBigInt: bigint;
    readonly isInvalid: boolean;
    readonly dynamicGas: boolean;
  };
  readonly opHandler: OpcodeHandler;
  readonly gasHandler: GasHandler | undefined;
}

/** Present value of a slot, without a promise. */
export type ReadSlot = (address: Address, slot: Uint8Array) => Uint8Array;

const KECCAK256 = 0x20;
const MLOAD = 0x51;
const MSTORE = 0x52;
const SLOAD = 0x54;
const PUSH1 = 0x60;
const PUSH32 = 0x7f;
const WORD = 32n;
const WORD_GAS = 3n;
const QUADRATIC_DIVISOR = 512n;

/**
 * The library's opcodes, with the ones that Solidity uses most done synchronously and without hexadecimal texts: theirs
 * take three promises for a load from memory. Same gas and same effect; the tests run both side by side.
 */
export function fastOpcodes(
  library: readonly LibraryOpcode[],
  common: Common,
  readSlot: ReadSlot,
): readonly FastOpcode[] {
  const table = library.map(
    ({ opcodeInfo, opHandler, gasHandler }): FastOpcode => ({
      code: opcodeInfo.code,
      fee: opcodeInfo.feeBigInt,
      invalid: opcodeInfo.isInvalid,
      gas: opcodeInfo.dynamicGas ? gasHandler : undefined,
      run: opHandler,
    }),
  );
  const replace = (code: number, change: Partial<FastOpcode>): void => {
    const known = table[code];
    if (known !== undefined) table[code] = { ...known, ...change };
  };
  for (let code = PUSH1; code <= PUSH32; code++) replace(code, { run: push });
  replace(MLOAD, { gas: wordGas, run: loadWord });
  replace(MSTORE, { gas: wordGas, run: storeWord });
  replace(KECCAK256, { gas: hashGas(common.param("keccak256WordGas")), run: hash });
  replace(SLOAD, {
    gas: slotGas(common.param("coldsloadGas"), common.param("warmstoragereadGas")),
    run: (state) => {
      const slot = toWord(state.stack.pop());
      state.stack.push(toBigint(readSlot(state.env.address, slot)));
    },
  });
  return table;
}

function push(state: RunState): void {
  const { programCounter } = state;
  state.stack.push(state.cachedPushes[programCounter] ?? 0n);
  state.programCounter = programCounter + state.opCode - PUSH1 + 1;
}

function loadWord(state: RunState): void {
  const offset = Number(state.stack.pop());
  state.stack.push(toBigint(state.memory.read(offset, 32, true)));
}

function storeWord(state: RunState): void {
  const offset = state.stack.pop();
  state.memory.write(Number(offset), 32, toWord(state.stack.pop()));
}

function hash(state: RunState): void {
  const offset = state.stack.pop();
  const length = state.stack.pop();
  const data = length === 0n ? new Uint8Array(0) : state.memory.read(Number(offset), Number(length), true);
  state.stack.push(toBigint(keccak256(data)));
}

function wordGas(state: RunState, gas: bigint): bigint {
  const [offset] = peek(state, 1);
  return gas + memoryGas(state, offset, WORD);
}

function hashGas(perWord: bigint): GasHandler {
  return (state, gas) => {
    const [offset, length] = peek(state, 2);
    return gas + memoryGas(state, offset, length) + perWord * ((length + WORD - 1n) / WORD);
  };
}

/** EIP-2929. */
function slotGas(cold: bigint, warm: bigint): GasHandler {
  return (state, gas) => {
    const [key] = peek(state, 1);
    const slot = toWord(key);
    const { journal } = state.interpreter;
    const address = state.env.address.bytes;
    if (journal.isWarmedStorage(address, slot)) return gas + warm;
    journal.addWarmedStorage(address, slot);
    return gas + cold;
  };
}

/** Yellow paper, equation 326: 3 a word and the square of the words over 512, for the part that is new. */
export function memoryGas(state: RunState, offset: bigint, length: bigint): bigint {
  if (length === 0n) return 0n;
  const words = (offset + length + WORD - 1n) / WORD;
  if (words <= state.memoryWordCount) return 0n;
  const total = words * WORD_GAS + (words * words) / QUADRATIC_DIVISOR;
  const cost = total - state.highestMemCost;
  state.highestMemCost = total;
  state.memoryWordCount = words;
  return cost;
}

/** Top items without taking them; the library fails alike on a short stack. */
function peek(state: RunState, count: 1 | 2): [bigint, bigint] {
  const [first, second] = state.stack.peek(count);
  if (first === undefined) throw new EVMError(EVMError.errorMessages.STACK_UNDERFLOW);
  return [first, second ?? 0n];
}
