import { type AgreementStatus, type ChainConfig, slotAt } from "@lucid/consensus";
import type { Clock } from "@lucid/consensus/base";
import type { Libp2pNetwork } from "@lucid/p2p";
import type { ChunkStore, IndexStore } from "@lucid/storage";
import type { ConsensusDriver } from "../driver/consensusDriver.js";
import type { EvidencePool } from "../driver/evidencePool.js";
import type { PeerWatch } from "../driver/peerWatch.js";
import type { ChainReader } from "../interfaces.js";
import type { TransactionPool } from "../mempool/index.js";
import type { HealthCheck } from "../metrics/healthServer.js";
import type { StorageProofs } from "../storageProofs/storageProofs.js";
import type { BlockSync } from "../sync/blockSync.js";

/** What health and metrics look at. */
export interface NodeParts {
  readonly chain: ChainReader;
  readonly network: Libp2pNetwork;
  readonly sync: BlockSync;
  readonly mempool: TransactionPool;
  readonly chunks: ChunkStore;
  readonly index: IndexStore;
  readonly driver: ConsensusDriver;
  readonly watch: PeerWatch;
  readonly evidence: EvidencePool;
  readonly proofs: StorageProofs;
  readonly agreement: { status(): AgreementStatus | undefined };
  readonly clock: Clock;
  readonly config: ChainConfig;
}

/** Slots without a block after which the chain counts as standing. */
const STANDING_SLOTS = 3;

/** Ready = RPC serves and blocks come in. Peers and disk are told, and do not make a node unready that works. */
export function healthChecks(parts: NodeParts): readonly HealthCheck[] {
  const { chain, network, sync, chunks, agreement, clock, config } = parts;
  return [
    {
      name: "sync",
      check() {
        const { height } = chain.head().header;
        const behind = sync.highest - height;
        return { ok: behind <= 1, detail: behind <= 1 ? `at the head, block ${height}` : `${behind} blocks behind` };
      },
    },
    {
      name: "blocks",
      check() {
        const slot = slotAt(config.clock, clock.now());
        const age = slot - chain.head().header.slot;
        const ok = age <= STANDING_SLOTS;
        return {
          ok,
          detail: slot < 0 ? "genesis is ahead" : ok ? "a block within the last slots" : `no block for ${age} slots`,
        };
      },
    },
    {
      name: "quorum",
      check() {
        const status = agreement.status();
        if (status === undefined) return { ok: true, detail: "not known yet" };
        const share = (weight: number) => `${((100 * weight) / Math.max(1, status.totalWeight)).toFixed(1)} %`;
        return { ok: true, detail: `${share(status.seenWeight)} of weight seen, ${share(status.quorumWeight)} needed` };
      },
    },
    { name: "peers", check: () => ({ ok: true, detail: `${network.peers().length} connected` }) },
    {
      name: "disk",
      check() {
        const { accepting, bytes, quotaBytes } = chunks.stats();
        const detail = `${bytes} of ${quotaBytes} bytes of chunks`;
        return { ok: true, detail: accepting ? detail : `${detail}, takes no more` };
      },
    },
  ];
}
