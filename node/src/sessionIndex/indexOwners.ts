import { concatBytes, fromHex } from "@lucid/consensus/base";
import { contractAddresses } from "@lucid/contracts";
import type { ChainReader, StateReader } from "../interfaces.js";
import { keccak256 } from "../state/keccak.js";

const ANCHORS = fromHex(contractAddresses.LucidAnchors, 20);
/** Storage slot of `_numbersOf`; a test compares with the compiler's layout. */
export const NUMBERS_OF_SLOT = 6;
/** Wei that give an account without a session its place in the index: 1 LUCID. */
export const MIN_OWNER_BALANCE = 10n ** 18n;

function word(value: number): Uint8Array {
  return fromHex(value.toString(16).padStart(64, "0"));
}

/** Whether an account may have entries in the index: it has registered a session, or has 1 LUCID, in the last final block. */
export function mayHaveIndex(
  owner: Uint8Array,
  {
    chain,
    state,
  }: { readonly chain: Pick<ChainReader, "head">; readonly state: Pick<StateReader, "storage" | "account"> },
): boolean {
  const { height } = chain.head().header;
  if ((state.account(owner, height)?.balance ?? 0n) >= MIN_OWNER_BALANCE) return true;
  const slot = keccak256(concatBytes(new Uint8Array(12), owner, word(NUMBERS_OF_SLOT)));
  return state.storage(ANCHORS, slot, height).some((byte) => byte !== 0);
}
