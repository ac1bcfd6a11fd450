import type { Genesis } from "@lucid/consensus";
import type { Clock } from "@lucid/consensus/base";
import type { IndexItem } from "@lucid/storage";
import type { ChainReader, Mempool, StateReader } from "../interfaces.js";
import type { RecordView } from "../records/recordView.js";
import type { CallGate } from "./callGate.js";
import type { ChainView } from "./chainView.js";
import type { FilterStore } from "./filterStore.js";
import type { JsonObject } from "./json.js";
import type { RpcLimits } from "./limits.js";
import type { SubscriptionHub } from "./subscriptionHub.js";

/** What the node says about itself; the composition root provides it. */
export interface NodeView {
  /** "Lucid/v0.1.0/linux-x64/node20.19.0" */
  readonly clientVersion: string;
  /** Name of the network, as in the genesis file. */
  readonly network: string;
  /** Heights while the node fetches blocks; undefined when it is at the head. */
  syncing():
    | { readonly startingHeight: number; readonly currentHeight: number; readonly highestHeight: number }
    | undefined;
  peerCount(): number;
  isListening(): boolean;
  /** Oldest heights whose state, and whose Merkle proofs, can still be asked for. */
  oldestStateHeight(): number;
  oldestProofHeight(): number;
  /** {nodeId, peerId, validator, ...} for lucid_nodeInfo. */
  nodeInfo(): JsonObject;
  /** {height, slot, round, step, quorum...} for lucid_consensusStatus. */
  consensusStatus(): JsonObject;
  /** Protocol and on-chain parameters for lucid_getParams. */
  params(): JsonObject;
}

/** Chunks that the node stores and that claim to belong to a session; the claim is checked against the chain. */
export interface SessionChunkSource {
  /** At most `limit` of them, any order. */
  chunksOfSession(
    sessionId: Uint8Array,
    limit: number,
  ):
    | readonly { readonly root: Uint8Array; readonly index: number }[]
    | Promise<readonly { readonly root: Uint8Array; readonly index: number }[]>;
}

/** The encrypted index as callers use it. */
export interface IndexDoor {
  /** @throws StorageError INDEX_SIGNATURE, INDEX_OUTDATED, INDEX_FULL, ... */
  put(item: IndexItem): Promise<void>;
  ofOwner(owner: Uint8Array, from: Uint8Array, limit: number): Promise<readonly IndexItem[]>;
}

/** What the composition root gives to the RPC server. */
export interface RpcModules {
  readonly chain: ChainReader;
  readonly state: StateReader;
  readonly mempool: Mempool;
  readonly node: NodeView;
  readonly clock: Clock;
  /** Portable proofs carry it whole. */
  readonly genesis: Genesis;
  /** Without it lucid_getAnchorProof proves sessions, not single chunks. */
  readonly chunks?: SessionChunkSource;
  /** leader_schedule, work_tally, task_proofs. */
  readonly records?: RecordView;
  /** Titles and tags of sessions, sealed. */
  readonly index?: IndexDoor;
}

/** What the methods work with. */
export interface RpcBackend extends RpcModules {
  readonly limits: RpcLimits;
  readonly view: ChainView;
  readonly filters: FilterStore;
  readonly hub: SubscriptionHub;
  readonly calls: CallGate;
}
