import { CHUNK_BYTES, decodeSsz, StateChunk, type StateNode } from "@lucid/consensus";
import { equalBytes } from "@lucid/consensus/base";
import { NodeError } from "../errors.js";
import type { StoreOp } from "../interfaces.js";
import { encodeAccount } from "../state/account.js";
import { keccak256 } from "../state/keccak.js";
import { stateKeys } from "../state/keys.js";
import {
  accountOfLeaf,
  contentOf,
  hasCode,
  type Leaf,
  type Place,
  packed,
  StatePlaces,
  slotOfLeaf,
} from "./statePlaces.js";

/**
 * Checks the chunks of a state one after the other: every byte of a chunk is one that the root names, through its parents,
 * and a chunk that is not the next one is refused as a whole, so that another peer can be asked for it.
 */
export class StateCheck {
  #places: StatePlaces;

  constructor(root: Uint8Array) {
    this.#places = new StatePlaces(root);
  }

  /** The state is complete. */
  get done(): boolean {
    return this.#places.next === undefined;
  }

  /**
   * What the next chunk writes: nodes, accounts, slots, code. After an error the check stands where it stood.
   * @throws NodeError SNAPSHOT_DAMAGED
   */
  take(bytes: Uint8Array): StoreOp[] {
    const before = this.#places.copy();
    try {
      return this.#take(decodeSsz(StateChunk, bytes, CHUNK_BYTES).nodes);
    } catch (cause) {
      this.#places = before;
      throw new NodeError({
        code: "SNAPSHOT_DAMAGED",
        message: "a chunk of the state is not the one that comes next",
        cause,
      });
    }
  }

  #take(nodes: readonly StateNode[]): StoreOp[] {
    if (nodes.length === 0) throw damaged("it is empty");
    const ops: StoreOp[] = [];
    for (const node of nodes) {
      const place = this.#places.next;
      if (place === undefined) throw damaged("the state had ended");
      const content = contentOf(place, node.rlp);
      if (content.leaves.length !== node.preimages.length) throw damaged("keys and leaves are not as many");
      const key =
        place.address === undefined
          ? stateKeys.accountNode(packed(place.path))
          : stateKeys.storageNode(place.address, packed(place.path));
      ops.push({ type: "put", key, value: node.rlp });
      const account = this.#leaves(place, content.leaves, node, ops);
      this.#places.advance(content, account);
    }
    return ops;
  }

  #leaves(place: Place, leaves: readonly Leaf[], { preimages, code }: StateNode, ops: StoreOp[]) {
    let account: (ReturnType<typeof accountOfLeaf> & { address: Uint8Array }) | undefined;
    for (const [index, leaf] of leaves.entries()) {
      const preimage = preimages[index] ?? new Uint8Array(0);
      if (preimage.length !== (place.address === undefined ? 20 : 32) || !equalBytes(keccak256(preimage), leaf.key)) {
        throw damaged("a key has another hash");
      }
      if (place.address !== undefined) {
        ops.push({ type: "put", key: stateKeys.slot(place.address, preimage), value: slotOfLeaf(leaf.value) });
        continue;
      }
      if (account !== undefined) throw damaged("two accounts in a node");
      account = { ...accountOfLeaf(leaf.value), address: preimage };
      ops.push({ type: "put", key: stateKeys.account(preimage), value: encodeAccount(account) });
    }
    if (account !== undefined && hasCode(account)) {
      if (!equalBytes(keccak256(code), account.codeHash)) throw damaged("code of another contract");
      ops.push({ type: "put", key: stateKeys.code(account.codeHash), value: code });
    } else if (code.length > 0) throw damaged("code that belongs to nothing");
    return account;
  }
}

function damaged(message: string): NodeError {
  return new NodeError({ code: "SNAPSHOT_DAMAGED", message });
}
