import { Address } from "@ethereumjs/util";
import { toHex } from "@lucid/consensus/base";
import { NodeError } from "../errors.js";
import type { BlockEnvironment, Bytes20, CallRequest, CallResult } from "../interfaces.js";
import type { AccountRecord } from "../state/account.js";
import { EMPTY_CODE_HASH } from "../state/keccak.js";
import { textOf } from "../state/keys.js";
import { StateOverlay, type StateSource } from "../state/stateOverlay.js";
import { larger, smaller } from "./bigints.js";
import { type EvmHost, evmBlock } from "./evmHost.js";
import { baseGas, isPrecompile, refusal } from "./validateBasic.js";
import { stateRefusal } from "./validateState.js";

const ZERO_ADDRESS = new Uint8Array(20);
const NOTHING = new Uint8Array(0);
/** EIP-3529: at most a fifth of the gas is refunded. */
const REFUND_QUOTIENT = 5n;
const TRANSFER_GAS = 21_000n;
/** A callee gets at most 63/64 of the gas (EIP-150), and a value transfer adds 2,300 to it. */
const STIPEND = 2_300n;

interface RunResult extends CallResult {
  /** Before refunds: what must be there while it runs. */
  readonly peakGas: bigint;
}

/** Slots by account, both as hex without 0x. */
export type Accesses = Map<string, Set<string>>;

/**
 * Runs a call on `source` as a transaction of `request.from` would run in the block of `env`: with intrinsic gas and
 * warm addresses, without nonce, signature and fee payment. The state is not changed.
 * @throws NodeError TX_FUNDS, TX_REFUSED, TX_GAS, TX_FEE
 */
export async function simulateCall(
  host: EvmHost,
  source: StateSource,
  request: CallRequest,
  env: BlockEnvironment,
  gasCap: bigint,
): Promise<CallResult> {
  const { peakGas, ...result } = await runRequest(host, source, request, env, smaller(request.gas ?? gasCap, gasCap));
  return result;
}

/**
 * Least gas limit, to 1.5 %, with which the call succeeds.
 * @throws NodeError CALL_REVERTED, CALL_HALTED beside those of `simulateCall`
 */
export async function estimateGas(
  host: EvmHost,
  source: StateSource,
  request: CallRequest,
  env: BlockEnvironment,
  gasCap: bigint,
): Promise<bigint> {
  const data = request.data ?? NOTHING;
  const plain = request.to !== undefined && !hasCode(source, request.to);
  if (plain && data.length === 0 && (request.accessList ?? []).length === 0 && request.to !== undefined) {
    await runRequest(host, source, request, env, TRANSFER_GAS);
    return TRANSFER_GAS;
  }
  const cap = affordableGas(source, request, smaller(request.gas ?? gasCap, gasCap));
  const { intrinsic, floor } = baseGas({ data, accessList: accessEntries(request) });
  if (cap < larger(intrinsic, floor)) throw exceedsAllowance(cap);
  const first = await runRequest(host, source, request, env, cap);
  if (first.status !== "success") throw failed(first, cap);
  let low = first.gasUsed - 1n;
  let high = smaller(cap, (first.peakGas * 64n) / 63n + STIPEND);
  // The guess is nearly always enough; where it is not, the cap is known to be.
  if (high < cap && (await runRequest(host, source, request, env, high)).status !== "success") {
    low = high;
    high = cap;
  }
  while (high - low > 1n && (high - low) * 1000n > high * 15n) {
    const middle = (low + high) / 2n;
    if ((await runRequest(host, source, request, env, middle)).status === "success") high = middle;
    else low = middle;
  }
  return high;
}

/**
 * One run with this much gas, whatever the request names. `accessed` takes what the run touches beyond what is warm
 * from the start.
 */
export async function runRequest(
  host: EvmHost,
  source: StateSource,
  request: CallRequest,
  env: BlockEnvironment,
  gas: bigint,
  accessed?: Accesses,
): Promise<RunResult> {
  const { to } = request;
  if (to === undefined) throw new NodeError({ code: "TX_REFUSED", message: refusal.creation });
  if (isPrecompile(to)) throw new NodeError({ code: "TX_REFUSED", message: refusal.precompile });
  const from = request.from ?? ZERO_ADDRESS;
  const data = request.data ?? NOTHING;
  const value = request.value ?? 0n;
  const accessList = accessEntries(request);
  const { intrinsic, floor } = baseGas({ data, accessList });
  if (gas < larger(intrinsic, floor)) {
    throw new NodeError({
      code: "TX_GAS",
      message: `${refusal.intrinsicGas}: gas ${gas}, minimum needed ${larger(intrinsic, floor)}`,
    });
  }
  const gasPrice = priceOf(request, env.baseFeePerGas);
  requireFunds(accountOf(source, from), from, value, gasPrice, gas);
  const overlay = new StateOverlay(source);
  host.use(overlay);
  const { journal } = host.evm;
  if (accessed !== undefined) journal.accessList = accessed;
  try {
    for (const [address] of host.evm.precompiles) journal.addAlwaysWarmAddress(address);
    for (const address of [from, to, env.coinbase]) journal.addAlwaysWarmAddress(hex(address));
    for (const [address, slots] of accessList) {
      journal.addAlwaysWarmAddress(hex(address));
      for (const slot of slots) journal.addAlwaysWarmSlot(hex(address), hex(slot));
    }
    const { execResult } = await host.evm.runCall({
      caller: new Address(from),
      to: new Address(to),
      value,
      data,
      gasLimit: gas - intrinsic,
      gasPrice,
      block: evmBlock(env, host.common),
      skipNonceIncrement: true,
    });
    const peakGas = larger(intrinsic + execResult.executionGasUsed, floor);
    const refund = smaller(execResult.gasRefund ?? 0n, (intrinsic + execResult.executionGasUsed) / REFUND_QUOTIENT);
    const gasUsed = larger(intrinsic + execResult.executionGasUsed - refund, floor);
    const error = execResult.exceptionError?.error;
    const returnData = execResult.returnValue;
    if (error === undefined) return { status: "success", returnData, gasUsed, peakGas };
    if (error === "revert") return { status: "revert", returnData, gasUsed, peakGas };
    return { status: "halt", returnData: NOTHING, gasUsed, peakGas, reason: error };
  } finally {
    delete journal.accessList;
    host.release();
  }
}

function accessEntries(request: CallRequest): [Uint8Array, Uint8Array[]][] {
  return (request.accessList ?? []).map(({ address, storageKeys }) => [address, [...storageKeys]]);
}

/** Price that the GASPRICE opcode shows; without one in the request there is no fee at all, as clients expect. */
function priceOf(request: CallRequest, baseFee: bigint): bigint {
  if (request.gasPrice !== undefined) return request.gasPrice;
  const { maxFeePerGas, maxPriorityFeePerGas } = request;
  if (maxFeePerGas === undefined) return 0n;
  if ((maxPriorityFeePerGas ?? 0n) > maxFeePerGas)
    throw new NodeError({ code: "TX_FEE", message: refusal.tipAboveFee });
  if (maxFeePerGas > 0n && maxFeePerGas < baseFee) {
    throw new NodeError({
      code: "TX_FEE",
      message: `${stateRefusal.baseFee}: maxFeePerGas: ${maxFeePerGas}, baseFee: ${baseFee}`,
    });
  }
  return smaller(maxFeePerGas, baseFee + (maxPriorityFeePerGas ?? 0n));
}

function requireFunds(
  account: AccountRecord | undefined,
  from: Bytes20,
  value: bigint,
  gasPrice: bigint,
  gas: bigint,
): void {
  const balance = account?.balance ?? 0n;
  const cost = value + gas * gasPrice;
  if (balance >= cost) return;
  throw new NodeError({
    code: "TX_FUNDS",
    message: `${stateRefusal.funds}: address ${toHex(from)} have ${balance} want ${cost}`,
  });
}

/** With a price the balance bounds the gas. */
function affordableGas(source: StateSource, request: CallRequest, cap: bigint): bigint {
  const price = request.gasPrice ?? request.maxFeePerGas ?? 0n;
  if (price === 0n) return cap;
  const balance = accountOf(source, request.from ?? ZERO_ADDRESS)?.balance ?? 0n;
  const left = balance - (request.value ?? 0n);
  return left <= 0n ? cap : smaller(cap, left / price);
}

function failed(result: RunResult, cap: bigint): NodeError {
  if (result.status === "revert") {
    return new NodeError({
      code: "CALL_REVERTED",
      message: "execution reverted",
      meta: { data: toHex(result.returnData) },
    });
  }
  const reason = result.reason ?? "execution failed";
  if (reason === "out of gas") return exceedsAllowance(cap);
  return new NodeError({ code: "CALL_HALTED", message: reason, meta: { reason } });
}

function exceedsAllowance(cap: bigint): NodeError {
  const message = `gas required exceeds allowance (${cap})`;
  return new NodeError({ code: "CALL_HALTED", message, meta: { reason: "out of gas" } });
}

function accountOf(source: StateSource, address: Bytes20): AccountRecord | undefined {
  return source.account(address, textOf(address));
}

function hasCode(source: StateSource, address: Bytes20): boolean {
  const account = accountOf(source, address);
  return account !== undefined && Buffer.compare(account.codeHash, EMPTY_CODE_HASH) !== 0;
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("hex");
}
