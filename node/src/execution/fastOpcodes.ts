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

/** Storage without promises. Values come without their leading zeros. */
export interface Slots {
  /** Present value. */
  read(address: Address, slot: Uint8Array): Uint8Array;
  /** Value at the start of the transaction. */
  original(address: Address, slot: Uint8Array): Uint8Array;
  write(address: Address, slot: Uint8Array, value: Uint8Array): void;
}

const KECCAK256 = 0x20;
const MLOAD = 0x51;
const MSTORE = 0x52;
const SLOAD = 0x54;
const SSTORE = 0x55;
const PUSH1 = 0x60;
const PUSH32 = 0x7f;
const WORD = 32n;
const WORD_GAS = 3n;
const QUADRATIC_DIVISOR = 512n;

/**
 * The library's opcodes, with the ones that Solidity uses most done synchronously and without hexadecimal texts: theirs
 * take three promises for a load from memory. Same gas and same effect; the tests run both side by side.
 */
export function fastOpcodes(library: readonly LibraryOpcode[], common: Common, slots: Slots): readonly FastOpcode[] {
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
    gas: loadGas(common.param("coldsloadGas"), common.param("warmstoragereadGas")),
    run: (state) => {
      const slot = toWord(state.stack.pop());
      state.stack.push(toBigint(slots.read(state.env.address, slot)));
    },
  });
  replace(SSTORE, {
    gas: storeGas(common, slots),
    run: (state) => {
      const [key, value] = state.stack.popN(2) as [bigint, bigint];
      slots.write(state.env.address, toWord(key), toWord(value));
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
function loadGas(cold: bigint, warm: bigint): GasHandler {
  return (state, gas) => {
    const [key] = peek(state, 1);
    return gas + (touch(state, toWord(key)) ? cold : warm);
  };
}

/** The slot is warm from now on. @returns whether it was cold */
function touch(state: RunState, slot: Uint8Array): boolean {
  const { journal } = state.interpreter;
  const address = state.env.address.bytes;
  if (journal.isWarmedStorage(address, slot)) return false;
  journal.addWarmedStorage(address, slot);
  return true;
}

/** EIP-2200 with the figures of EIP-2929 and EIP-3529, by what the slot held before the transaction, holds, and is to hold. */
function storeGas(common: Common, slots: Slots): GasHandler {
  const sentry = common.param("sstoreSentryEIP2200Gas");
  const cold = common.param("coldsloadGas");
  const warm = common.param("warmstoragereadGas");
  const noop = common.param("sstoreNoopEIP2200Gas");
  const dirty = common.param("sstoreDirtyEIP2200Gas");
  const init = common.param("sstoreInitEIP2200Gas");
  const clean = common.param("sstoreCleanEIP2200Gas");
  const clearRefund = common.param("sstoreClearRefundEIP2200Gas");
  const initRefund = common.param("sstoreInitRefundEIP2200Gas");
  const warmInitRefund = init - warm;
  const cleanRefund = common.param("sstoreCleanRefundEIP2200Gas");
  const warmCleanRefund = common.param("sstoreResetGas") - cold - warm;
  return (state, gas) => {
    const { interpreter } = state;
    const { address } = state.env;
    if (state.env.isStatic) throw new EVMError(EVMError.errorMessages.STATIC_STATE_CHANGE);
    const [key, value] = peek(state, 2);
    const slot = toWord(key);
    if (state.gasLeft <= sentry) throw new EVMError(EVMError.errorMessages.OUT_OF_GAS);
    const current = toBigint(slots.read(address, slot));
    const original = toBigint(slots.original(address, slot));
    const wasCold = touch(state, slot);
    const access = gas + (wasCold ? cold : 0n);
    if (current === value) return access + (wasCold ? noop : warm);
    if (original === current) {
      if (original === 0n) return access + init;
      if (value === 0n) interpreter.refundGas(clearRefund);
      return access + clean;
    }
    if (original !== 0n) {
      if (current === 0n) interpreter.subRefund(clearRefund);
      else if (value === 0n) interpreter.refundGas(clearRefund);
    }
    if (original === value) {
      if (original === 0n) interpreter.refundGas(wasCold ? initRefund : warmInitRefund);
      else interpreter.refundGas(wasCold ? cleanRefund : warmCleanRefund);
    }
    return access + dirty;
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
