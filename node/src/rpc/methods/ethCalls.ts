import { equalBytes } from "@lucid/consensus/base";
import type { CallLimits, CallRequest, CallResult } from "../../interfaces.js";
import type { RpcBackend } from "../backend.js";
import { quantityHex, toHex } from "../format/hex.js";
import { formatAccess } from "../format/transaction.js";
import { defineMethod, type RpcMethod } from "../method.js";
import { revertReason } from "../revertReason.js";
import { invalidParams, RpcError, reverted } from "../rpcError.js";
import { accessListResult, type CallRequestInput, callRequest } from "../schema/objects.js";
import { answerHex, answerQuantity, optionalBlockReference } from "../schema/primitives.js";

const CALL_COST = 40;
/** Both run a call several times. */
const ESTIMATE_COST = 150;

export function ethCallMethods(backend: RpcBackend): readonly RpcMethod[] {
  const { state, view, calls, limits } = backend;
  const params = [
    { name: "transaction", schema: callRequest },
    { name: "block", summary: "Latest if left out", schema: optionalBlockReference },
  ] as const;
  const most = (): CallLimits => ({ gas: limits.callGas, milliseconds: limits.callMilliseconds });

  return [
    defineMethod({
      name: "eth_call",
      summary: "What a call would return; nothing is changed. A revert is error 3 with the contract's data.",
      params,
      result: answerHex,
      cost: CALL_COST,
      handler: async ([input, block]) => {
        const request = toCallRequest(input, limits.callGas);
        const height = view.height(block);
        return toHex(unwrap(await calls.run(() => state.call(request, height, most()))));
      },
    }),
    defineMethod({
      name: "eth_estimateGas",
      summary: "Gas limit with which a transaction would succeed.",
      params,
      result: answerQuantity,
      cost: ESTIMATE_COST,
      handler: async ([input, block]) => {
        const request = toCallRequest(input, limits.callGas);
        const height = view.height(block);
        const gas = await calls.run(() => state.estimateGas(request, height, most()));
        return quantityHex(gas);
      },
    }),
    defineMethod({
      name: "eth_createAccessList",
      summary:
        "Accounts and slots that a transaction would touch, as an access list to send along (EIP-2930), and the gas it would use with it. A call that fails has its list too, and says why in `error`.",
      params,
      result: accessListResult,
      cost: ESTIMATE_COST,
      handler: async ([input, block]) => {
        const request = toCallRequest(input, limits.callGas);
        const height = view.height(block);
        const { accessList, result } = await calls.run(() => state.createAccessList(request, height, most()));
        const error = failure(result);
        return {
          accessList: accessList.map(formatAccess),
          gasUsed: quantityHex(result.gasUsed),
          ...(error !== undefined && { error }),
        };
      },
    }),
  ];
}

function unwrap(result: CallResult): Uint8Array {
  if (result.status === "revert") throw reverted(revertReason(result.returnData), result.returnData);
  if (result.status === "halt") throw new RpcError("RPC_EXECUTION", haltReason(result));
  return result.returnData;
}

function haltReason({ reason }: CallResult): string {
  return reason ?? "execution failed";
}

function failure(result: CallResult): string | undefined {
  if (result.status === "revert") return reverted(revertReason(result.returnData), result.returnData).message;
  return result.status === "halt" ? haltReason(result) : undefined;
}

/** @throws RpcError RPC_INVALID_PARAMS for fields that contradict each other */
export function toCallRequest(input: CallRequestInput, gasCap: bigint): CallRequest {
  const { data, input: calldata } = input;
  if (data && calldata && !equalBytes(data, calldata)) {
    throw invalidParams('both "data" and "input" are set and not equal, give one of them');
  }
  if (input.gasPrice != null && (input.maxFeePerGas != null || input.maxPriorityFeePerGas != null)) {
    throw invalidParams("both gasPrice and (maxFeePerGas or maxPriorityFeePerGas) specified");
  }
  const bytes = calldata ?? data;
  const gas = input.gas != null && input.gas < gasCap ? input.gas : gasCap;
  return {
    gas,
    ...(input.from != null && { from: input.from }),
    ...(input.to != null && { to: input.to }),
    ...(bytes != null && { data: bytes }),
    ...(input.value != null && { value: input.value }),
    ...(input.gasPrice != null && { gasPrice: input.gasPrice }),
    ...(input.maxFeePerGas != null && { maxFeePerGas: input.maxFeePerGas }),
    ...(input.maxPriorityFeePerGas != null && { maxPriorityFeePerGas: input.maxPriorityFeePerGas }),
    ...(input.accessList != null && { accessList: input.accessList }),
  };
}
