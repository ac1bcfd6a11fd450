import { randomBytes } from "node:crypto";
import { headerRoot, type SignedProposal, type SignedVote, stepOfKind } from "@lucid/consensus";
import { type Clock, toHex } from "@lucid/consensus/base";
import { topics } from "@lucid/node/gossip";
import { type GenesisFile, genesisRootOf } from "@lucid/node/networks";
import { peerNetwork } from "@lucid/node/peer";
import type { ConsensusNetwork } from "@lucid/p2p";

const clock: Clock = {
  now: () => Date.now(),
  setTimer(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds);
    return { cancel: () => clearTimeout(timer) };
  },
};

/**
 * Listens to a validator as a peer does and remembers every signature over all its lives: two different ones in one
 * (height, slot, round, step) are what a crash must never bring about.
 */
export class VoteObserver {
  private readonly seen = new Map<string, string>();
  private network: ConsensusNetwork | undefined;
  /** Signed messages, repetitions included. */
  messages = 0;
  readonly conflicts: string[] = [];

  async watch(address: string, genesis: GenesisFile): Promise<void> {
    await this.unwatch();
    this.network = peerNetwork(
      {
        genesisRoot: genesisRootOf(genesis),
        forkVersion: genesis.forkVersion,
        slotDuration: genesis.slotDuration * 1000,
        peerKey: new Uint8Array(randomBytes(32)),
        listen: [],
        peers: [address],
        maxPeers: 4,
      },
      { clock },
    );
    this.network.subscribe(topics.proposal, (message) => this.onProposal(message));
    this.network.subscribe(topics.vote, (message) => this.onVote(message));
    await this.network.start();
  }

  async unwatch(): Promise<void> {
    await this.network?.stop();
    this.network = undefined;
  }

  /** Different positions that were signed for. */
  get positions(): number {
    return this.seen.size;
  }

  private onProposal({ proposal }: SignedProposal): "accept" {
    const { height, slot, round } = proposal;
    const { validSlot, validRound } = proposal;
    this.note([height, slot, round, 0], `${toHex(headerRoot(proposal.header))}/${validSlot}/${validRound}`);
    return "accept";
  }

  private onVote({ vote, voter }: SignedVote): "accept" {
    const step = stepOfKind(vote.kind) ?? -1;
    this.note([vote.height, vote.slot, vote.round, step, voter], `${vote.kind}/${toHex(vote.blockRoot)}`);
    return "accept";
  }

  private note(position: readonly number[], content: string): void {
    this.messages++;
    const name = position.join("/");
    const before = this.seen.get(name);
    if (before === undefined) this.seen.set(name, content);
    else if (before !== content) this.conflicts.push(`${name}: ${before} and ${content}`);
  }
}
