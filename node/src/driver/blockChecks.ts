import type { AggregateItem } from "@lucid/consensus";
import { latin1Of } from "@lucid/consensus/base";

/** What can be said of blocks without the state under them: signatures whose keys are known, and senders. */
export interface CheckRequest {
  /** Each public key once. */
  readonly keys: readonly Uint8Array[];
  /** `signers` are indices of `keys`. */
  readonly aggregates: readonly {
    readonly signers: Uint32Array;
    readonly message: Uint8Array;
    readonly signature: Uint8Array;
  }[];
  readonly transactions: readonly Uint8Array[];
}

export interface CheckAnswer {
  /** All aggregates verify. */
  readonly verified: boolean;
  /** By transaction; undefined for one that does not decode or belongs to nobody. */
  readonly senders: readonly (Uint8Array | undefined)[];
}

/** Checks blocks while others are being executed. */
export interface BlockChecker {
  /** Rejects when it cannot tell: too much waits, or the thread is gone. */
  check(request: CheckRequest): Promise<CheckAnswer>;
}

/** The same few voters sign all blocks: their keys are handed over once. */
export function checkRequest(items: readonly AggregateItem[], transactions: readonly Uint8Array[]): CheckRequest {
  const keys: Uint8Array[] = [];
  const places = new Map<string, number>();
  const placeOf = (key: Uint8Array): number => {
    const name = latin1Of(key);
    let place = places.get(name);
    if (place === undefined) {
      place = keys.push(key) - 1;
      places.set(name, place);
    }
    return place;
  };
  const aggregates = items.map(({ publicKeys, message, signature }) => ({
    signers: Uint32Array.from(publicKeys, placeOf),
    message,
    signature,
  }));
  return { keys, aggregates, transactions };
}
