import { BASE_FEE_CHANGE_DENOMINATOR, BASE_FEE_FLOOR, ELASTICITY } from "../params.js";

/** Base fee of the block after one with these figures, wei. EIP-1559, with a floor of 1 gwei. */
export function nextBaseFee(parent: { gasUsed: bigint; gasLimit: bigint; baseFeePerGas: bigint }): bigint {
  const { gasUsed, baseFeePerGas: fee } = parent;
  const target = parent.gasLimit / ELASTICITY;
  if (gasUsed === target) return fee;
  if (gasUsed > target) {
    const rise = (fee * (gasUsed - target)) / target / BASE_FEE_CHANGE_DENOMINATOR;
    return fee + (rise > 1n ? rise : 1n);
  }
  const next = fee - (fee * (target - gasUsed)) / target / BASE_FEE_CHANGE_DENOMINATOR;
  if (next < BASE_FEE_FLOOR) return BASE_FEE_FLOOR;
  return next;
}
