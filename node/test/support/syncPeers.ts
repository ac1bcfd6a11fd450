import assert from "node:assert/strict";
import type { BlocksRequest, BlocksResponse, Status } from "@lucid/consensus";
import type { MemoryHub, MemoryNetwork } from "@lucid/p2p";
import { protocols } from "../../src/driver/topics.js";
import { serveRange } from "../../src/sync/blockRange.js";
import type { BuiltChain } from "./builtChain.js";

export type Answer = (honest: BlocksResponse, request: BlocksRequest) => BlocksResponse | Promise<BlocksResponse>;

/** A peer that has a built chain and serves it, or something else. */
export class ServingPeer {
  readonly network: MemoryNetwork;
  readonly requests: BlocksRequest[] = [];
  private readonly source: BuiltChain;

  constructor(name: string, hub: MemoryHub, source: BuiltChain, answer: Answer = (honest) => honest) {
    this.source = source;
    this.network = hub.join(name);
    this.network.handle(protocols.status, () => this.status());
    this.network.handle(protocols.ownVotes, () => []);
    this.network.handle(protocols.blocksByRange, async (request) => {
      this.requests.push(request);
      return answer(await serveRange(source.chain, request), request);
    });
  }

  get id(): string {
    return this.network.id;
  }

  start(): Promise<void> {
    return this.network.start();
  }

  private status(): Status {
    const { header, root } = this.source.chain.head();
    const { slot, height } = header;
    return {
      headRoot: root,
      height,
      slot,
      earliest: 1,
      time: this.source.now,
      nodeId: new Uint8Array(32),
      forkVersion: 1,
    };
  }
}

/** A range whose block of `height` is changed, and with it all that names it in the same answer. */
export function withBlock(
  { blocks }: BlocksResponse,
  index: number,
  change: (block: BlocksResponse["blocks"][number]) => BlocksResponse["blocks"][number],
): BlocksResponse {
  const changed = [...blocks];
  const entry = changed[index] ?? assert.fail("no such block");
  changed[index] = change(entry);
  return { blocks: changed };
}
