import type { Common } from "@ethereumjs/common";
import type { ExecResult, PrecompileFunc } from "@ethereumjs/evm";
import { EVMError } from "@ethereumjs/evm";
import type { FastOpcode, RunState } from "./fastOpcodes.js";
import { memoryGas } from "./fastOpcodes.js";

/** Runs a precompile outside a message. */
export type RunPrecompile = (code: PrecompileFunc, data: Uint8Array, gas: bigint) => ExecResult | Promise<ExecResult>;

const STATICCALL = 0xfa;
const ADDRESS_MASK = (1n << 160n) - 1n;
/** EIP-150: a callee gets at most all but a 64th. */
const RETAINED = 64n;
const MAX_DEPTH = 1024;

interface Precompile {
  readonly address: Uint8Array;
  readonly code: PrecompileFunc;
}

/**
 * STATICCALL of the precompiles that our contracts use (ecrecover, SHA-256, identity) without a message: such a call
 * changes no account, so the checkpoint, the four reads and the two writes of accounts that the library makes for each
 * are for nothing, and with them a block of anchorChunks takes twice as long. Everything else goes to the library.
 */
export function staticCallOpcode(
  library: FastOpcode,
  precompiles: ReadonlyMap<string, PrecompileFunc | undefined>,
  common: Common,
  runPrecompile: RunPrecompile,
): FastOpcode {
  const known = new Map<bigint, Precompile>();
  for (const number of [1, 2, 4]) {
    const address = new Uint8Array(20);
    address[19] = number;
    const code = precompiles.get(Buffer.from(address).toString("hex"));
    if (code !== undefined) known.set(BigInt(number), { address, code });
  }
  const cold = common.param("coldaccountaccessGas");
  const warm = common.param("warmstoragereadGas");

  const gas = (state: RunState, fee: bigint): bigint | Promise<bigint> => {
    const [requested, to, inOffset, inLength, outOffset, outLength] = state.stack.peek(6);
    const target = known.get((to ?? 0n) & ADDRESS_MASK);
    if (target === undefined || requested === undefined) return library.gas?.(state, fee, common) ?? fee;
    let total = fee + memoryGas(state, inOffset ?? 0n, inLength ?? 0n);
    total += memoryGas(state, outOffset ?? 0n, outLength ?? 0n);
    const { journal } = state.interpreter;
    if (journal.isWarmedAddress(target.address)) total += warm;
    else {
      journal.addWarmedAddress(target.address);
      total += cold;
    }
    const left = state.gasLeft - total;
    if (left < 0n) throw new EVMError(EVMError.errorMessages.OUT_OF_GAS);
    const most = left - left / RETAINED;
    state.messageGasLimit = requested > most ? most : requested;
    return total;
  };

  const run = (state: RunState): void | Promise<void> => {
    const [to] = state.stack.peek(2).slice(1);
    const target = known.get((to ?? 0n) & ADDRESS_MASK);
    const limit = state.messageGasLimit;
    if (target === undefined || limit === undefined) return library.run(state, common);
    const [, , inOffset, inLength, outOffset, outLength] = state.stack.popN(6);
    const data = inLength === 0n ? new Uint8Array(0) : state.memory.read(Number(inOffset), Number(inLength), true);
    // The library forgets what an earlier call returned before it looks at the depth.
    state.returnBytes = new Uint8Array(0);
    (state as { messageGasLimit?: bigint | undefined }).messageGasLimit = undefined;
    if (state.env.depth >= MAX_DEPTH) {
      state.stack.push(0n);
      return undefined;
    }
    const finish = (result: ExecResult): void => {
      state.gasLeft -= result.executionGasUsed;
      if (result.exceptionError !== undefined) {
        state.stack.push(0n);
        return;
      }
      state.returnBytes = result.returnValue;
      const length = Math.min(result.returnValue.length, Number(outLength));
      if (length > 0) state.memory.write(Number(outOffset), length, result.returnValue.subarray(0, length));
      state.stack.push(1n);
    };
    const result = runPrecompile(target.code, data, limit);
    return result instanceof Promise ? result.then(finish) : finish(result);
  };

  return { ...library, code: STATICCALL, gas, run };
}
