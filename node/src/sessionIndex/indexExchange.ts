import { CodedError, latin1Of } from "@lucid/consensus/base";
import { type ConsensusNetwork, P2pError, type PeerId } from "@lucid/p2p";
import {
  fittingItems,
  type IndexItem,
  type IndexStore,
  SYNC_IDS_LIMIT,
  SyncInitiator,
  type SyncRequest,
  type SyncResponse,
} from "@lucid/storage";
import { protocols } from "../driver/topics.js";

/** Reconciliations with one peer in a row: each finds up to 4,096 entries, so a new node gets 130,000 at a visit. */
const MAX_ROUNDS = 32;

export interface ExchangeModules {
  readonly network: Pick<ConsensusNetwork, "request">;
  readonly index: IndexStore;
  /** Checks and stores entries that a peer gave; returns how many were new. */
  readonly take: (items: readonly IndexItem[]) => Promise<number>;
  /** Entries that this node has refused before. */
  readonly isRefused: (id: Uint8Array) => boolean;
  readonly stopped: () => boolean;
}

export interface ExchangeReport {
  readonly frames: number;
  readonly taken: number;
  readonly given: number;
}

export function badAnswer(message: string): P2pError {
  return new P2pError({ code: "P2P_BAD_FRAME", message });
}

/**
 * Makes this node's index and a peer's equal: finds the differences, fetches what is missing here, gives what is missing
 * there, and again as long as that brings something.
 * @throws P2pError as `request` does; P2P_BAD_FRAME when the peer answers what no honest one does
 */
export async function exchangeIndex(peer: PeerId, modules: ExchangeModules): Promise<ExchangeReport> {
  const total = { frames: 0, taken: 0, given: 0 };
  for (let round = 0; round < MAX_ROUNDS && !modules.stopped(); round++) {
    const initiator = new SyncInitiator(modules.index.set);
    await reconcile(peer, initiator, modules);
    const taken = await fetchItems(peer, initiator.need, modules);
    const given = await giveItems(peer, initiator.have, modules);
    total.frames += initiator.frames;
    total.taken += taken;
    total.given += given;
    if (!initiator.partial || taken + given === 0) break;
  }
  return total;
}

async function ask<K extends SyncRequest["kind"]>(
  peer: PeerId,
  request: SyncRequest & { readonly kind: K },
  { network }: ExchangeModules,
): Promise<SyncResponse & { readonly kind: K }> {
  const answer = await network.request(peer, protocols.indexSync, request);
  if (answer.kind !== request.kind) throw badAnswer("an answer to another question about the index");
  return answer as SyncResponse & { readonly kind: K };
}

async function reconcile(peer: PeerId, initiator: SyncInitiator, modules: ExchangeModules): Promise<void> {
  for (let frame = initiator.next(); frame !== undefined && !modules.stopped(); frame = initiator.next()) {
    const answer = await ask(peer, { kind: "reconcile", frame }, modules);
    try {
      initiator.receive(answer.frame);
    } catch (error) {
      throw badAnswer(error instanceof CodedError ? error.message : "a frame that cannot be read");
    }
  }
}

async function fetchItems(peer: PeerId, ids: readonly Uint8Array[], modules: ExchangeModules): Promise<number> {
  let taken = 0;
  let left = ids.filter((id) => !modules.isRefused(id));
  while (left.length > 0 && !modules.stopped()) {
    const asked = left.slice(0, SYNC_IDS_LIMIT);
    const { items } = await ask(peer, { kind: "get", ids: asked }, modules);
    const names = new Map(asked.map((id, position) => [nameOf(id), position]));
    let last = -1;
    for (const { id } of items) {
      const position = names.get(nameOf(id)) ?? -1;
      if (position <= last) throw badAnswer("an entry that was not asked for, or out of order");
      last = position;
    }
    taken += await modules.take(items);
    // What the answer had no room for comes after the last one; without any the peer has none of them any more.
    left = left.slice(last < 0 ? asked.length : last + 1);
  }
  return taken;
}

async function giveItems(peer: PeerId, ids: readonly Uint8Array[], modules: ExchangeModules): Promise<number> {
  let given = 0;
  // Some may have been replaced meanwhile.
  let left = ids.flatMap((id) => modules.index.byId(id) ?? []);
  while (left.length > 0 && !modules.stopped()) {
    const items = fittingItems(left.slice(0, SYNC_IDS_LIMIT));
    const { stored } = await ask(peer, { kind: "put", items }, modules);
    if (stored > items.length) throw badAnswer("more entries stored than were given");
    given += stored;
    left = left.filter((item) => !items.includes(item));
  }
  return given;
}

function nameOf(id: Uint8Array): string {
  return latin1Of(id);
}
