import assert from "node:assert/strict";
import { presets } from "@lucid/consensus";
import { fromHex, toHex } from "@lucid/consensus/base";
import { contractAddresses, type Hex, lucidGovernorAbi } from "@lucid/contracts";
import { encodeFunctionData, keccak256, toBytes } from "viem";
import type { BuiltChain } from "./builtChain.js";
import { candidateNode } from "./candidateNode.js";
import type { TestWallet } from "./wallet.js";

const { votingDelay, votingPeriod, timelockDelay, epochSlots } = presets.devnet;

export interface Draft {
  readonly target: Hex;
  readonly data: Hex;
  readonly title: string;
}

/** Appends a block with these transactions. */
export type Step = (transactions?: readonly Uint8Array[]) => Promise<unknown>;

/** The owner of a node that registers on a built chain whose quorum it makes alone (at most two founders). */
export class Voter {
  readonly built: BuiltChain;
  readonly wallet: TestWallet;
  readonly #step: Step;
  #nonce = 0;
  /** Index of its node in the registry. */
  index = -1;

  constructor(built: BuiltChain, wallet: TestWallet, step: Step = (transactions = []) => built.next({ transactions })) {
    this.built = built;
    this.wallet = wallet;
    this.#step = step;
  }

  async register(): Promise<void> {
    const node = candidateNode(1, this.wallet);
    await this.#step([node.register(this.#nonce++)]);
    this.built.keys.add(node.signer);
    this.index = this.built.tip.state.nodes.length - 1;
  }

  get mayVote(): boolean {
    const { eligible } = this.built.tip.state;
    return this.index >= 0 && eligible.bitLen > this.index && eligible.get(this.index);
  }

  async becomeEligible(): Promise<void> {
    for (let block = 0; !this.mayVote; block++) {
      assert.ok(block < 5 * epochSlots, "it never became eligible");
      await this.#step();
    }
    // The vote of an account is the one that it had the second before.
    await this.#step();
  }

  sign(functionName: "castVote" | "queue" | "execute" | "propose", args: readonly unknown[]): Uint8Array {
    return this.wallet.sign({
      nonce: this.#nonce++,
      to: fromHex(contractAddresses.LucidGovernor),
      data: fromHex(encodeFunctionData({ abi: lucidGovernorAbi, functionName, args } as never)),
      gasLimit: 1_000_000n,
    });
  }

  /** Arguments of `propose`. */
  proposal({ target, data, title }: Draft): readonly [readonly Hex[], readonly bigint[], readonly Hex[], string] {
    return [[target], [0n], [data], `${title} #proposer=${toHex(this.wallet.address)}`];
  }

  /** Proposes, votes, queues and waits until it can run. @param idOf the governor's `hashProposal` @returns its id */
  async ripen(draft: Draft, idOf: (args: readonly unknown[]) => Promise<unknown>): Promise<bigint> {
    const args = this.proposal(draft);
    const [targets, values, calls, description] = args;
    const id = (await idOf([targets, values, calls, keccak256(toBytes(description))])) as bigint;
    await this.#step([this.sign("propose", args)]);
    for (let slot = 0; slot <= votingDelay; slot++) await this.#step();
    await this.#step([this.sign("castVote", [id, 1])]);
    for (let slot = 0; slot < votingPeriod; slot++) await this.#step();
    await this.#step([this.sign("queue", [id])]);
    for (let slot = 1; slot < timelockDelay; slot++) await this.#step();
    return id;
  }

  async execute(id: bigint): Promise<void> {
    await this.#step([this.sign("execute", [id])]);
  }
}
