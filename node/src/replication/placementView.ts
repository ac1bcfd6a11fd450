import {
  type ChainConfig,
  type ConsensusState,
  type PlacementNode,
  type PlacementSet,
  placementMix,
  placementSetOf,
} from "@lucid/consensus";
import { equalBytes, toHex } from "@lucid/consensus/base";
import { type PeerId, peerIdOfKey } from "@lucid/p2p";

export interface PlacementViewModules {
  readonly config: ChainConfig;
  /** The state after the head. */
  readonly state: () => ConsensusState;
}

/** Receipts that a chunk needs before its session is anchored; the copies beyond them come by repair. */
const COPIES_TO_ANCHOR = 2;

/** Nodes by rank that a chunk is offered to and looked for at, before all others are asked. */
export const REACH = 6;

/** Who keeps which chunk in the epoch of the head, as every node computes it from the state. */
export class PlacementView {
  private readonly modules: PlacementViewModules;
  private readonly wanted: number;

  /** @param copiesToAnchor where a node waits for more receipts than it must */
  constructor(modules: PlacementViewModules, copiesToAnchor = COPIES_TO_ANCHOR) {
    this.modules = modules;
    this.wanted = copiesToAnchor;
  }

  /** Ordinal of the head's epoch among those that hold a block. */
  get currentEpoch(): number {
    return this.modules.state().epoch.epoch;
  }

  current(): PlacementSet {
    const state = this.modules.state();
    return placementSetOf(state, state.epoch.epoch, this.modules.config.params);
  }

  /** The nodes that owe a chunk of a session. @param registeredAt Unix seconds of the block that registered it */
  assigned(root: Uint8Array, registeredAt: number): PlacementNode[] {
    return this.current().assign(root, placementMix(this.modules.config, this.modules.state(), registeredAt));
  }

  /** Different operators' nodes in the order in which a chunk is offered to them. */
  ranking(root: Uint8Array): PlacementNode[] {
    return this.current().ranking(root, REACH);
  }

  /** Copies that must be confirmed before a session is anchored. */
  get copiesToAnchor(): number {
    return Math.min(this.wanted, this.current().operators);
  }

  peerOf({ node }: PlacementNode): PeerId | undefined {
    const key = this.modules.state().nodes[node]?.peerId;
    if (key === undefined) return undefined;
    try {
      return peerIdOfKey(key);
    } catch {
      // The contract takes any 32 bytes for a peer id.
      return undefined;
    }
  }

  /** BLS public key. */
  keyOf({ node }: PlacementNode): Uint8Array | undefined {
    return this.modules.state().nodes[node]?.blsPublicKey;
  }

  /** BLS public key of a registered node, in the set or not. */
  keyOfId(nodeId: Uint8Array): Uint8Array | undefined {
    return this.modules.state().nodes.find((node) => equalBytes(node.nodeId, nodeId))?.blsPublicKey;
  }

  /** The node in the set that a peer is. */
  nodeOf(peer: PeerId): PlacementNode | undefined {
    return this.current().nodes.find((node) => this.peerOf(node) === peer);
  }
}

/** For maps and messages. */
export function nodeName({ nodeId }: Pick<PlacementNode, "nodeId">): string {
  return toHex(nodeId);
}
