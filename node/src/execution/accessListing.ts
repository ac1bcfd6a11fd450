import { fromHex } from "@lucid/consensus/base";
import { NodeError } from "../errors.js";
import type { AccessListEntry, AccessListResult, BlockEnvironment, CallRequest } from "../interfaces.js";
import type { StateSource } from "../state/stateOverlay.js";
import { smaller } from "./bigints.js";
import type { EvmHost } from "./evmHost.js";
import { type Accesses, hex, runRequest } from "./simulation.js";

/**
 * Runs until the list holds still. A contract sees the gas that a list saves and may branch on it, so one run is not
 * always enough; one that touches something new each time is refused after so many.
 */
const MAX_RUNS = 32;

/**
 * The accounts and slots that the call touches beyond those that are warm anyhow (sender, callee, proposer,
 * precompiles), with the request's own list first, and the gas that it uses with that list.
 * @throws NodeError CALL_HALTED when the list does not settle, beside those of `simulateCall`
 */
export async function createAccessList(
  host: EvmHost,
  source: StateSource,
  request: CallRequest,
  env: BlockEnvironment,
  gasCap: bigint,
): Promise<AccessListResult> {
  const gas = smaller(request.gas ?? gasCap, gasCap);
  const list: Accesses = new Map();
  merge(list, entriesOf(request.accessList ?? []));
  for (let runs = 0; runs < MAX_RUNS; runs++) {
    const accessList = requestList(list);
    const accessed: Accesses = new Map();
    const { peakGas, ...result } = await runRequest(host, source, { ...request, accessList }, env, gas, accessed);
    if (!merge(list, accessed)) return { accessList, result };
  }
  const reason = `the access list of this call does not settle in ${MAX_RUNS} runs`;
  throw new NodeError({ code: "CALL_HALTED", message: reason, meta: { reason } });
}

function entriesOf(list: readonly AccessListEntry[]): Accesses {
  const accesses: Accesses = new Map();
  for (const { address, storageKeys } of list) {
    const known = accesses.get(hex(address)) ?? new Set();
    for (const key of storageKeys) known.add(hex(key));
    accesses.set(hex(address), known);
  }
  return accesses;
}

function requestList(list: Accesses): AccessListEntry[] {
  return [...list].map(([address, slots]) => ({
    address: fromHex(address, 20),
    storageKeys: [...slots].map((slot) => fromHex(slot, 32)),
  }));
}

/** True when `more` held something new. */
function merge(list: Accesses, more: Accesses): boolean {
  let grew = false;
  for (const [address, slots] of more) {
    const known = list.get(address);
    if (known === undefined) {
      list.set(address, new Set(slots));
      grew = true;
      continue;
    }
    for (const slot of slots) {
      grew ||= !known.has(slot);
      known.add(slot);
    }
  }
  return grew;
}
