import {
  type ChainConfig,
  forkVersionAt,
  nodeIndex,
  RELAY_PAIR_BYTES,
  RELAY_UNIT,
  relayedBetween,
  relaySigningRoot,
  type Signer,
  type Tip,
} from "@lucid/consensus";
import type { ChainReader } from "../interfaces.js";
import type { ReceiptPool } from "./receiptPool.js";

export interface RelayDutyOptions {
  readonly config: ChainConfig;
  readonly nodeId: Uint8Array;
  readonly signer: Signer;
}

export interface RelayDutyModules {
  readonly tip: () => Tip;
  readonly chain: Pick<ChainReader, "onBlock">;
  readonly receipts: ReceiptPool;
}

interface Served {
  /** What the chain said for the pair when counting began. */
  readonly base: number;
  bytes: number;
  signed: number;
}

/** Nodes that are counted at a time. */
const MAX_SERVERS = 1_024;

/**
 * Signs for what other nodes have sent: the total of an epoch, after each block in which it grew by what is worth a credit.
 * Only chunks whose root was right are counted. Bytes that were not signed for when an epoch ends are not paid.
 */
export class RelayDuty {
  private readonly options: RelayDutyOptions;
  private readonly modules: RelayDutyModules;
  /** By registry index of the server. */
  private readonly served = new Map<number, Served>();
  private epoch = -1;
  private endBlocks: (() => void) | undefined;

  constructor(options: RelayDutyOptions, modules: RelayDutyModules) {
    this.options = options;
    this.modules = modules;
  }

  start(): void {
    this.endBlocks = this.modules.chain.onBlock(() => this.sign());
  }

  stop(): void {
    this.endBlocks?.();
  }

  /** A verified chunk came from the node with this registry index. */
  received(server: number, bytes: number): void {
    const { state } = this.modules.tip();
    const own = nodeIndex(state, this.options.nodeId);
    if (own === undefined || own === server) return;
    this.open(state.epoch.epoch);
    let served = this.served.get(server);
    if (served === undefined) {
      if (this.served.size >= MAX_SERVERS) return;
      const base = relayedBetween(state.epoch.relayed, { downloader: own, server });
      served = { base, bytes: 0, signed: base };
      this.served.set(server, served);
    }
    served.bytes += bytes;
  }

  private open(epoch: number): void {
    if (epoch === this.epoch) return;
    this.served.clear();
    this.epoch = epoch;
  }

  private sign(): void {
    const { config, signer, nodeId } = this.options;
    const { state } = this.modules.tip();
    this.open(state.epoch.epoch);
    const downloader = nodeIndex(state, nodeId);
    if (downloader === undefined) return;
    const context = { genesisRoot: config.genesisRoot, forkVersion: forkVersionAt(config, state.slot) };
    for (const [server, served] of this.served) {
      const total = Math.min(RELAY_PAIR_BYTES, served.base + served.bytes);
      if (total < served.signed + RELAY_UNIT) continue;
      served.signed = total;
      const receipt = { downloader, server, epoch: this.epoch, bytes: BigInt(total) };
      this.modules.receipts.add({ receipt, signature: signer.sign(relaySigningRoot(receipt, context)) });
    }
  }
}
