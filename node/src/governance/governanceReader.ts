import { equalBytes, fromHex, toHex } from "@lucid/consensus/base";
import { contractAddresses } from "@lucid/contracts";
import type { ChainReader } from "../interfaces.js";
import { keccak256 } from "../state/keccak.js";
import { AbiReader, callData, word } from "./abiReader.js";

export const GOVERNOR = fromHex(contractAddresses.LucidGovernor, 20);
export const SIGNER_REGISTRY = fromHex(contractAddresses.SignerRegistry, 20);
const PARAM_REGISTRY = fromHex(contractAddresses.ParamRegistry, 20);

/** In the contract's order. */
export const proposalStates = [
  "pending",
  "active",
  "canceled",
  "defeated",
  "succeeded",
  "queued",
  "expired",
  "executed",
] as const;
export type ProposalState = (typeof proposalStates)[number];
const FINAL: readonly ProposalState[] = ["canceled", "defeated", "expired", "executed"];

export type ProposedAction =
  | { readonly kind: "set"; readonly param: string; readonly value: bigint }
  | { readonly kind: "rotate"; readonly epoch: bigint; readonly signers: readonly Uint8Array[] };

/** What never changes of a proposal. */
export interface ProposalTerms {
  readonly id: Uint8Array;
  readonly proposer: Uint8Array;
  readonly actions: readonly ProposedAction[];
  /** Unix seconds, as are all times. */
  readonly proposedAt: number;
  /** The vote counts the nodes of this second, and opens after it. */
  readonly snapshot: number;
  /** Last second of the vote. */
  readonly deadline: number;
  readonly descriptionHash: Uint8Array;
  /** From the proposal's event; undefined when the block's receipts are no longer kept. */
  readonly description: string | undefined;
}

export interface ProposalView extends ProposalTerms {
  readonly state: ProposalState;
  readonly votes: { readonly for: bigint; readonly against: bigint; readonly abstain: bigint };
  /** Nodes that must take part; undefined while the vote is not open. */
  readonly quorum: bigint | undefined;
  /** When it can run; 0 when it is not queued. */
  readonly eta: number;
}

export interface SignerSet {
  readonly epoch: bigint;
  readonly signers: readonly Uint8Array[];
  readonly threshold: number;
  readonly digest: Uint8Array;
}

export interface GovernanceTimes {
  readonly votingDelay: number;
  readonly votingPeriod: number;
  readonly grace: number;
}

export interface GovernanceReaderModules {
  readonly chain: Pick<ChainReader, "head" | "earliestHeight" | "blockByHeight" | "receipts">;
  /** A view of a contract at the head; undefined when it reverts. */
  readonly call: (to: Uint8Array, data: Uint8Array) => Promise<Uint8Array | undefined>;
}

const KEPT = 256;
const CREATED = keccak256(
  Buffer.from("ProposalCreated(uint256,address,address[],uint256[],string[],bytes[],uint256,uint256,string)"),
);
const SET = callData("set(bytes32,uint256)");
const ROTATE = callData("rotate(uint64,bytes21[3])");

/** Reads proposals and signers as the contracts hold them after the last final block. */
export class GovernanceReader {
  readonly #modules: GovernanceReaderModules;
  readonly #terms = new Map<string, ProposalTerms>();
  readonly #closed = new Map<string, ProposalView>();

  constructor(modules: GovernanceReaderModules) {
    this.#modules = modules;
  }

  async count(): Promise<number> {
    return (await this.#read(GOVERNOR, callData("proposalCount()")))?.small(0) ?? 0;
  }

  async times(): Promise<GovernanceTimes | undefined> {
    const read = async (name: string) => (await this.#read(GOVERNOR, callData(`${name}()`)))?.small(0);
    const [votingDelay, votingPeriod, grace] = [
      await read("votingDelay"),
      await read("votingPeriod"),
      await read("GRACE"),
    ];
    if (votingDelay === undefined || votingPeriod === undefined || grace === undefined) return undefined;
    return { votingDelay, votingPeriod, grace };
  }

  async signers(): Promise<SignerSet | undefined> {
    const found = await this.#read(SIGNER_REGISTRY, callData("current()"));
    const threshold = await this.#read(SIGNER_REGISTRY, callData("THRESHOLD()"));
    if (found === undefined || threshold === undefined) return undefined;
    const signers = [1, 2, 3].map((i) => found.word(i).slice(0, 21));
    return { epoch: found.number(0), signers, threshold: threshold.small(0), digest: found.word(4) };
  }

  /** Newest first. */
  async list(offset: number, limit: number): Promise<readonly ProposalView[]> {
    const last = (await this.count()) - 1 - offset;
    const found: ProposalView[] = [];
    for (let index = last; index >= 0 && found.length < limit; index--) {
      const details = await this.#read(GOVERNOR, callData("proposalDetailsAt(uint256)", word(index)));
      const view = details === undefined ? undefined : await this.find(details.word(0));
      if (view !== undefined) found.push(view);
    }
    return found;
  }

  async find(id: Uint8Array): Promise<ProposalView | undefined> {
    const name = toHex(id);
    const closed = this.#closed.get(name);
    if (closed !== undefined) return closed;
    const terms = this.#terms.get(name) ?? (await this.#readTerms(id));
    if (terms === undefined) return undefined;
    keep(this.#terms, name, terms);
    const read = (signature: string) => this.#read(GOVERNOR, callData(`${signature}(uint256)`, word(id)));
    const [state, votes, eta] = [await read("state"), await read("proposalVotes"), await read("proposalEta")];
    if (state === undefined || votes === undefined || eta === undefined) return undefined;
    const quorum = await this.#read(GOVERNOR, callData("quorum(uint256)", word(terms.snapshot)));
    const view: ProposalView = {
      ...terms,
      state: proposalStates[state.small(0)] ?? "pending",
      votes: { against: votes.number(0), for: votes.number(1), abstain: votes.number(2) },
      quorum: quorum?.number(0),
      eta: eta.small(0),
    };
    if (FINAL.includes(view.state)) keep(this.#closed, name, view);
    return view;
  }

  async #readTerms(id: Uint8Array): Promise<ProposalTerms | undefined> {
    const read = (signature: string) => this.#read(GOVERNOR, callData(`${signature}(uint256)`, word(id)));
    const details = await read("proposalDetails");
    if (details === undefined) return undefined;
    const [proposer, snapshot, deadline] = [
      await read("proposalProposer"),
      await read("proposalSnapshot"),
      await read("proposalDeadline"),
    ];
    const times = await this.times();
    if (proposer === undefined || snapshot === undefined || deadline === undefined || times === undefined)
      return undefined;
    const targets = details.array(0, (elements, i) => elements.address(i));
    const calls = details.array(2, (elements, i) => elements.bytes(i));
    const proposedAt = snapshot.small(0) - times.votingDelay;
    return {
      id,
      proposer: proposer.address(0),
      actions: calls.flatMap((data, i) => actionOf(targets[i], data) ?? []),
      proposedAt,
      snapshot: snapshot.small(0),
      deadline: deadline.small(0),
      descriptionHash: details.word(3),
      description: this.#description(id, proposedAt),
    };
  }

  /** A block is found by its time; the event tells the words. */
  #description(id: Uint8Array, proposedAt: number): string | undefined {
    const { chain } = this.#modules;
    let low = chain.earliestHeight();
    let high = chain.head().header.height;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const time = Number(chain.blockByHeight(middle)?.header.timestamp ?? 0);
      if (time < proposedAt) low = middle + 1;
      else high = middle;
    }
    for (const { logs } of chain.receipts(low) ?? []) {
      for (const { address, topics, data } of logs) {
        const [topic] = topics;
        if (!equalBytes(address, GOVERNOR) || topic === undefined || !equalBytes(topic, CREATED)) continue;
        const event = new AbiReader(data);
        if (equalBytes(event.word(0), id)) return new TextDecoder().decode(event.bytes(8));
      }
    }
    return undefined;
  }

  async #read(to: Uint8Array, data: Uint8Array): Promise<AbiReader | undefined> {
    const answer = await this.#modules.call(to, data);
    // No bytes come from a network without these contracts.
    return answer === undefined || answer.length === 0 ? undefined : new AbiReader(answer);
  }
}

/** The governor takes no others. */
function actionOf(target: Uint8Array | undefined, data: Uint8Array): ProposedAction | undefined {
  if (target === undefined) return undefined;
  const selector = data.subarray(0, 4);
  const args = new AbiReader(data, 4);
  if (equalBytes(target, PARAM_REGISTRY) && equalBytes(selector, SET)) {
    const param = Buffer.from(args.word(0)).toString("latin1").replace(/\0+$/, "");
    return { kind: "set", param, value: args.number(1) };
  }
  if (equalBytes(target, SIGNER_REGISTRY) && equalBytes(selector, ROTATE)) {
    return { kind: "rotate", epoch: args.number(0), signers: [1, 2, 3].map((i) => args.word(i).slice(0, 21)) };
  }
  return undefined;
}

/** Oldest out first. */
function keep<T>(map: Map<string, T>, name: string, value: T): void {
  map.set(name, value);
  const [oldest] = map.keys();
  if (map.size > KEPT && oldest !== undefined) map.delete(oldest);
}
