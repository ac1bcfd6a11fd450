import { latin1Of } from "@lucid/consensus/base";
import type { AccountView, StateReader } from "../interfaces.js";
import { BoundedCache } from "./boundedCache.js";

/** Accounts remembered; wallets and explorers ask for the same few after every block. */
const CAPACITY = 4_096;
const NO_ACCOUNT: AccountView = {
  nonce: 0n,
  balance: 0n,
  codeHash: new Uint8Array(32),
  storageRoot: new Uint8Array(32),
};

/** Accounts by height. What an account was after a final block never changes, so nothing here goes stale. */
export class AccountReader {
  private readonly state: StateReader;
  private readonly known = new BoundedCache<string, AccountView>(CAPACITY);

  constructor(modules: { state: StateReader }) {
    this.state = modules.state;
  }

  /** Zeros for an account that does not exist. @throws NodeError PRUNED, UNKNOWN_HEIGHT */
  at(address: Uint8Array, height: number): AccountView {
    const key = `${height}:${latin1Of(address)}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const account = this.state.account(address, height) ?? NO_ACCOUNT;
    this.known.set(key, account);
    return account;
  }
}
