import {
  type Beacon,
  type BeaconTask,
  BitArray,
  beaconRoot,
  beaconSigningRoot,
  type ChainConfig,
  forkVersionAt,
  isJailed,
  isRetired,
  nodeIndex,
  type RecentBlock,
  type SignedBeacon,
  type Signer,
  slotAt,
  slotStart,
  type Tip,
  type Verifier,
} from "@lucid/consensus";
import { type Clock, equalBytes, type Timer } from "@lucid/consensus/base";
import type { ConsensusNetwork, PeerId, Verdict } from "@lucid/p2p";
import { topics } from "./topics.js";

export interface BeaconDutyOptions {
  readonly config: ChainConfig;
  /** Absent: a follower, which passes on the beacons of others. */
  readonly signer: Signer | undefined;
  readonly nodeId: Uint8Array | undefined;
}

export interface BeaconDutyModules {
  /** The head with the state after it. */
  readonly tip: () => Tip;
  readonly network: ConsensusNetwork;
  readonly clock: Clock;
  /** Unix milliseconds by the own clock, or by the peers' median while the own one is wrong. */
  readonly networkNow: () => number;
  readonly verifier: Verifier;
  readonly isOtherFork: (peer: PeerId) => boolean;
}

/** Slots whose beacons are kept: a block takes those of a few slots before it. */
const KEPT_SLOTS = 4;
/** Beacon tasks in a block, at most. */
const MAX_TASKS = 4;

/**
 * "I was here": signs a beacon in the second half of each slot, checks and collects those of other nodes, and gives the
 * builder what the next block may include.
 */
export class BeaconDuty {
  private readonly options: BeaconDutyOptions;
  private readonly modules: BeaconDutyModules;
  /** Slot -> index in the registry -> beacon. */
  private readonly held = new Map<number, Map<number, SignedBeacon>>();
  private timer: Timer | undefined;
  private unsubscribe: (() => void) | undefined;
  private stopped = false;
  /** The slot of the last own beacon. */
  private signed = 0;

  constructor(options: BeaconDutyOptions, modules: BeaconDutyModules) {
    this.options = options;
    this.modules = modules;
  }

  start(): void {
    this.unsubscribe = this.modules.network.subscribe(topics.beacon, (beacon, peer) =>
      this.modules.isOtherFork(peer) ? "ignore" : this.receive(beacon),
    );
    if (this.options.signer !== undefined) this.schedule();
  }

  stop(): void {
    this.stopped = true;
    this.timer?.cancel();
    this.unsubscribe?.();
  }

  /** Beacons for a block of `slot` on `tip`: right root, not yet counted, one aggregate a slot. */
  tasksFor(tip: Tip, slot: number): BeaconTask[] {
    const tasks: BeaconTask[] = [];
    const blocks = blocksOf(tip);
    for (const [of, beacons] of this.held) {
      const root = of < slot ? beaconRoot(blocks, of) : undefined;
      if (root === undefined || tasks.length >= MAX_TASKS) continue;
      const counted = tip.state.recentBeacons.find((entry) => entry.slot === of)?.nodes;
      const fresh = [...beacons.values()].filter(
        ({ node, beacon }) =>
          equalBytes(beacon.blockRoot, root) &&
          this.entitled(tip, node) &&
          !(counted !== undefined && node < counted.bitLen && counted.get(node)),
      );
      if (fresh.length === 0) continue;
      const nodes = BitArray.fromBitLen(tip.state.nodes.length);
      for (const { node } of fresh) nodes.set(node, true);
      const signature = this.modules.verifier.aggregate(fresh.map((each) => each.signature));
      tasks.push({ slot: of, nodes, signature });
    }
    return tasks;
  }

  private schedule(): void {
    const { clock, networkNow } = this.modules;
    const slots = this.options.config.clock;
    const now = networkNow();
    const next = Math.max(1, Math.floor((now - slots.genesisTime) / slots.slotDuration + 0.5));
    // Longer than a slot only before genesis. A clock that is set right meanwhile is looked at again soon.
    const wait = Math.min(slotStart(slots, next) + slots.slotDuration / 2 - now, slots.slotDuration);
    this.timer = clock.setTimer(Math.max(1, wait), () => {
      if (this.stopped) return;
      const slot = slotAt(slots, networkNow());
      const half = networkNow() - slotStart(slots, slot) >= slots.slotDuration / 2;
      if (slot > 0 && half && slot !== this.signed) this.sign(slot);
      this.schedule();
    });
  }

  private sign(slot: number): void {
    const { signer, nodeId } = this.options;
    const tip = this.modules.tip();
    const blockRoot = beaconRoot(blocksOf(tip), slot);
    const node = nodeId === undefined ? undefined : nodeIndex(tip.state, nodeId);
    if (signer === undefined || blockRoot === undefined || node === undefined || !this.entitled(tip, node)) return;
    const beacon = { slot, blockRoot };
    this.signed = slot;
    const signed = { beacon, node, signature: signer.sign(this.message(beacon)) };
    this.keep(signed);
    this.modules.network.publish(topics.beacon, signed);
  }

  private receive(signed: SignedBeacon): Verdict {
    const { beacon, node, signature } = signed;
    const tip = this.modules.tip();
    const now = slotAt(this.options.config.clock, this.modules.networkNow());
    if (beacon.slot > now + 1 || beacon.slot < now - 1 || this.held.get(beacon.slot)?.has(node) === true)
      return "ignore";
    // A node that is behind, or ahead of us, names another block: that is no fault.
    const expected = beaconRoot(blocksOf(tip), beacon.slot);
    if (expected === undefined || !equalBytes(expected, beacon.blockRoot) || !this.entitled(tip, node)) return "ignore";
    const publicKey = tip.state.nodes[node]?.blsPublicKey;
    if (publicKey === undefined) return "ignore";
    if (!this.modules.verifier.verify(publicKey, this.message(beacon), signature)) return "reject";
    this.keep(signed);
    return "accept";
  }

  private keep(signed: SignedBeacon): void {
    const { slot } = signed.beacon;
    const beacons = this.held.get(slot) ?? new Map<number, SignedBeacon>();
    beacons.set(signed.node, signed);
    this.held.set(slot, beacons);
    for (const old of this.held.keys()) if (old <= slot - KEPT_SLOTS) this.held.delete(old);
  }

  private entitled(tip: Tip, node: number): boolean {
    const entry = tip.state.nodes[node];
    return entry !== undefined && !isRetired(entry) && !isJailed(entry, tip.state.epoch.epoch);
  }

  private message(beacon: Beacon): Uint8Array {
    const { config } = this.options;
    const context = { genesisRoot: config.genesisRoot, forkVersion: forkVersionAt(config, beacon.slot) };
    return beaconSigningRoot(beacon, context);
  }
}

/** The last blocks up to the head, oldest first. */
function blocksOf(tip: Tip): RecentBlock[] {
  const { height, slot } = tip.header;
  return [...tip.state.recentBlocks, { height, slot, root: tip.root }];
}
