import { addressToHex } from "../../src/domain/address.js";
import { deployEvmContracts } from "../emulator/index.js";
import { complianceKey, operator, type WorldOptions } from "../support/world.js";

/** The real contracts below a world. */
export async function evmLedger(): Promise<NonNullable<WorldOptions["ledger"]>> {
  const hex = (address: string) => addressToHex(address).slice(2);
  return deployEvmContracts({ disburser: hex(operator), complianceSigner: hex(complianceKey.address) });
}
