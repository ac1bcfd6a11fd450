import { inspect } from "node:util";
import { signTxid } from "../tron/transactions.js";
import { addressOfKey } from "./keystore.js";
import type { PayoutSigner, SignRequest } from "./signer.js";

/** The one key that a process may hold, in memory. It never shows when the object is printed. */
export class VaultSigner implements PayoutSigner {
  readonly name: string;
  readonly address: string;
  readonly #privateKey: Uint8Array;

  constructor(name: string, privateKey: Uint8Array) {
    this.name = name;
    this.#privateKey = privateKey;
    this.address = addressOfKey(privateKey);
  }

  async sign(request: Pick<SignRequest, "txid">): Promise<string> {
    return signTxid(request.txid, this.#privateKey);
  }

  async close(): Promise<void> {
    this.#privateKey.fill(0);
  }

  [inspect.custom](): string {
    return `VaultSigner ${this.address}`;
  }
}
