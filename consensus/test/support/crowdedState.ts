import { BitArray } from "@chainsafe/ssz";
import { concatBytes, u32be } from "../../src/base/bytes.js";
import { sha256 } from "../../src/base/hash.js";
import { draftOf } from "../../src/transition/draft.js";
import { appendNode } from "../../src/transition/registry.js";
import type { ConsensusState } from "../../src/types/index.js";

/** A state of a network of this size after a full window, as if every node had worked. */
export function crowdedState(base: ConsensusState, nodes: number): ConsensusState {
  const draft = draftOf(base);
  const [pattern] = base.nodes;
  while (pattern !== undefined && draft.nodes.length < nodes) {
    const id = sha256(concatBytes(u32be(draft.nodes.length), u32be(3)));
    appendNode(draft, { ...pattern, nodeId: id, blsPublicKey: concatBytes(id, new Uint8Array(16)) });
  }
  const column = (high: number) => draft.nodes.map((_, index) => (index * 7919) % high);
  draft.window = draft.window.map((bucket) => ({
    ...bucket,
    credits: column(150_000),
    voters: BitArray.fromBitLen(nodes),
  }));
  draft.epoch = {
    ...draft.epoch,
    credits: column(150_000),
    beacons: draft.nodes.map(() => 30),
    blocks: 30,
    pool: 10 ** 10,
  };
  return draft;
}
