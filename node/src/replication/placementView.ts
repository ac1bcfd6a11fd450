import {
  type ChainConfig,
  type ConsensusState,
  epochOfSlot,
  type PlacementNode,
  PlacementSet,
  PRESENCE_LAG,
  type Presence,
  placementNodes,
  presenceIn,
} from "@lucid/consensus";
import { sha256, toHex } from "@lucid/consensus/base";
import { type PeerId, peerIdOfKey } from "@lucid/p2p";
import type { ChainReader, StoredBlock } from "../interfaces.js";

export interface PlacementViewModules {
  readonly config: ChainConfig;
  readonly chain: Pick<ChainReader, "head" | "blockByHeight" | "earliestHeight">;
  /** The state after the head. */
  readonly state: () => ConsensusState;
}

/** Nodes by rank that a chunk is offered to and looked for at, before all others are asked. */
export const REACH = 6;
const KEPT_MIXES = 4_096;

/** Who keeps which chunk in the epoch of the head, as every node computes it from the chain. */
export class PlacementView {
  private readonly modules: PlacementViewModules;
  private epoch = -1;
  private set: PlacementSet;
  /** By clock epoch of the registration. */
  private readonly mixes = new Map<number, Uint8Array>();

  constructor(modules: PlacementViewModules) {
    this.modules = modules;
    this.set = new PlacementSet([], modules.config.params.replicas);
  }

  /** Ordinal of the head's epoch among those that hold a block. */
  get currentEpoch(): number {
    return this.modules.state().epoch.epoch;
  }

  current(): PlacementSet {
    const state = this.modules.state();
    if (state.epoch.epoch !== this.epoch) {
      const nodes = placementNodes(state, state.epoch.epoch, this.presence(state));
      this.set = new PlacementSet(nodes, this.modules.config.params.replicas);
      this.epoch = state.epoch.epoch;
    }
    return this.set;
  }

  /** The nodes that owe a chunk of a session. @param registeredAt Unix seconds of the block that registered it */
  assigned(root: Uint8Array, registeredAt: number): PlacementNode[] {
    return this.current().assign(root, this.mixAfter(registeredAt));
  }

  /** Different operators' nodes in the order in which a chunk is offered to them. */
  ranking(root: Uint8Array): PlacementNode[] {
    return this.current().ranking(root, REACH);
  }

  /** Copies that must be confirmed before a session is anchored. */
  get copiesToAnchor(): number {
    return Math.min(2, this.current().operators);
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

  /** The node in the set that a peer is. */
  nodeOf(peer: PeerId): PlacementNode | undefined {
    return this.current().nodes.find((node) => this.peerOf(node) === peer);
  }

  /**
   * What nobody could know when the session was registered: the VRF output of the first block of the epoch after it, by the
   * clock. Undefined until that block is there. (The state keeps no old mixes; this one stands in a header.)
   */
  mixAfter(registeredAt: number): Uint8Array | undefined {
    const { config, chain } = this.modules;
    const { genesisTime, slotDuration } = config.clock;
    const slot = Math.floor((registeredAt * 1000 - genesisTime) / slotDuration);
    const epoch = epochOfSlot(slot, config.params.epochSlots);
    const known = this.mixes.get(epoch);
    if (known !== undefined) return known;
    const from = (epoch + 1) * config.params.epochSlots;
    const head = chain.head().header;
    if (head.slot < from) return undefined;
    let low = Math.max(1, chain.earliestHeight());
    let high = head.height;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((chain.blockByHeight(middle)?.header.slot ?? 0) >= from) high = middle;
      else low = middle + 1;
    }
    const block = chain.blockByHeight(low);
    if (block === undefined || block.header.slot < from) return undefined;
    const mix = sha256(block.header.vrfProof);
    if (this.mixes.size >= KEPT_MIXES) this.mixes.delete(this.mixes.keys().next().value ?? epoch);
    this.mixes.set(epoch, mix);
    return mix;
  }

  /**
   * Presence two epochs before, from that epoch's blocks. Undefined before there was such an epoch. A node that lacks the
   * blocks (it began from a checkpoint a moment ago) takes everybody for present until it has two epochs of its own.
   */
  private presence(state: ConsensusState): Presence | undefined {
    const { chain, config } = this.modules;
    const wanted = state.epoch.epoch - PRESENCE_LAG;
    if (wanted < config.params.windowEpochs) return undefined;
    const from = state.window.find(({ epoch }) => epoch === wanted)?.firstHeight;
    const to = state.window.find(({ epoch }) => epoch === wanted + 1)?.firstHeight;
    if (from === undefined || to === undefined || Math.max(1, from) < chain.earliestHeight()) {
      return { blocks: 0, beacons: state.epoch.beacons.map((count) => count + 1) };
    }
    const blocks: StoredBlock[] = [];
    for (let height = Math.max(1, from); height < to; height++) {
      const block = chain.blockByHeight(height);
      if (block !== undefined) blocks.push(block);
    }
    return presenceIn(blocks, state.nodes.length);
  }
}

/** For maps and messages. */
export function nodeName({ nodeId }: Pick<PlacementNode, "nodeId">): string {
  return toHex(nodeId);
}
