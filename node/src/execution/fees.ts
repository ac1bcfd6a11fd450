import { smaller } from "./bigints.js";

/** Tip per gas that the proposer gets at this base fee; negative when the transaction cannot pay it. */
export function effectiveTip(
  fees: { readonly maxFeePerGas: bigint; readonly maxPriorityFeePerGas: bigint },
  baseFee: bigint,
): bigint {
  return smaller(fees.maxPriorityFeePerGas, fees.maxFeePerGas - baseFee);
}
