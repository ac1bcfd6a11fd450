import type { Clock } from "../clock.js";
import type { DeathProof } from "../domain/documents.js";
import { PayoutError, type PayoutErrorCode } from "../errors.js";
import { joinScans, scanHistory, type Watched } from "./deathProof.js";
import type { BroadcastResult, Header, TronNode } from "./node.js";
import type { ReceiptAnswer } from "./schemas.js";

/** What the nodes together show of a transaction. */
export type Sighting =
  /** No node shows it; that proves nothing. */
  | { readonly kind: "absent" }
  | { readonly kind: "included"; readonly block: number }
  /** As many nodes as needed show the same solid receipt, and a solid block that holds it. */
  | { readonly kind: "solid"; readonly receipt: ReceiptAnswer }
  | { readonly kind: "split"; readonly detail: string }
  | { readonly kind: "unknown"; readonly detail: string };

export interface NodePoolOptions {
  readonly nodes: readonly TronNode[];
  readonly clock: Clock;
  /** Called whenever two nodes contradict each other. */
  readonly onDisagreement?: (detail: string) => void;
}

interface Tried<T> {
  readonly node: TronNode;
  readonly value?: T;
  readonly error?: PayoutError;
}

function essence(receipt: ReceiptAnswer): string {
  return JSON.stringify([receipt.blockNumber, receipt.result, receipt.receipt.result, receipt.log]);
}

/** One or several TRON nodes; with several, facts that move money need two that agree. */
export class NodePool {
  readonly #nodes: readonly TronNode[];
  readonly #clock: Clock;
  readonly #onDisagreement: (detail: string) => void;

  constructor(options: NodePoolOptions) {
    if (options.nodes.length === 0) throw new PayoutError("CONFIG_INVALID", "no TRON node is configured");
    this.#nodes = options.nodes;
    this.#clock = options.clock;
    this.#onDisagreement = options.onDisagreement ?? (() => undefined);
  }

  /** How many nodes must agree. */
  get quorum(): number {
    return Math.min(2, this.#nodes.length);
  }

  get names(): string[] {
    return this.#nodes.map(({ name }) => name);
  }

  close(): void {
    for (const node of this.#nodes) node.close();
  }

  /** @throws PayoutError WRONG_NETWORK, or what went wrong with the first node */
  async checkGenesis(genesisId: string): Promise<void> {
    const tried = await this.#each((node) => node.genesisId());
    for (const { node, value } of tried) {
      if (value !== undefined && value !== genesisId) {
        throw new PayoutError("WRONG_NETWORK", `${node.name}: genesis ${value}, not ${genesisId}`);
      }
    }
    if (tried.every(({ value }) => value === undefined)) throw firstError(tried);
  }

  /**
   * The highest solid header; every other node that answered has the same chain up to its own.
   * @throws PayoutError NODES_DISAGREE, or what went wrong when no node answered
   */
  async solidHead(): Promise<Header> {
    const heads = (await this.#each((node) => node.latest("solid"))).filter(({ value }) => value !== undefined) as {
      node: TronNode;
      value: Header;
    }[];
    const [best, ...others] = heads.sort((a, b) => b.value.number - a.value.number);
    if (best === undefined) throw firstError(await this.#each((node) => node.latest("solid")));
    for (const { node, value } of others) {
      const same = value.number === best.value.number ? best.value : await best.node.block("solid", value.number);
      if (same === undefined || same.id !== value.id) {
        throw this.#disagree(
          `block ${value.number} is ${value.id} for ${node.name} and ${same?.id ?? "missing"} for ${best.node.name}`,
        );
      }
    }
    return best.value;
  }

  /** The answer of the first node that gives one. */
  async any<T>(work: (node: TronNode) => Promise<T>): Promise<T> {
    let last: unknown;
    for (const node of this.#nodes) {
      try {
        return await work(node);
      } catch (error) {
        if (!(error instanceof PayoutError)) throw error;
        last = error;
      }
    }
    throw last;
  }

  /** True as soon as one node says so: for questions where a wrong yes only costs time. */
  async anySays(work: (node: TronNode) => Promise<boolean>): Promise<boolean> {
    const tried = await this.#each(work);
    if (tried.every(({ value }) => value === undefined)) throw firstError(tried);
    return tried.some(({ value }) => value === true);
  }

  async sight(txid: string): Promise<Sighting> {
    const tried = await this.#each(async (node) => ({ receipt: await node.receipt("solid", txid) }));
    const found: { node: TronNode; receipt: ReceiptAnswer }[] = [];
    for (const { node, value } of tried) if (value?.receipt !== undefined) found.push({ node, receipt: value.receipt });
    const [first] = found;
    if (first === undefined) return this.#sightUnsolid(txid, tried);
    const other = found.find(({ receipt }) => essence(receipt) !== essence(first.receipt));
    if (other !== undefined)
      return this.#split(`${first.node.name} and ${other.node.name} show different receipts of ${txid}`);
    const number = first.receipt.blockNumber;
    let witnesses = 0;
    for (const { node } of found) {
      const block = await node.block("solid", number).catch(() => undefined);
      if (block?.txids.includes(txid) === true) witnesses += 1;
      else if (block !== undefined)
        return this.#split(`${node.name} shows a receipt of ${txid} in block ${number}, which does not hold it`);
    }
    for (const { node, value } of tried) {
      if (value === undefined || value.receipt !== undefined) continue;
      const head = await node.latest("solid").catch(() => undefined);
      if (head !== undefined && head.number >= number) {
        return this.#split(
          `${first.node.name} shows ${txid} in solid block ${number}, ${node.name} is past it and does not`,
        );
      }
    }
    if (witnesses >= this.quorum) return { kind: "solid", receipt: first.receipt };
    return { kind: "unknown", detail: `${witnesses} of ${this.quorum} nodes show the block ${number}` };
  }

  async #sightUnsolid(txid: string, tried: readonly Tried<unknown>[]): Promise<Sighting> {
    const absent = tried.filter(({ value }) => value !== undefined);
    if (absent.length === 0) return { kind: "unknown", detail: firstError(tried).message };
    for (const { node } of absent) {
      const receipt = await node.receipt("head", txid).catch(() => undefined);
      if (receipt !== undefined) return { kind: "included", block: receipt.blockNumber };
    }
    return { kind: "absent" };
  }

  /** To every node; the answers in their order. */
  broadcast(signedHex: string, txid: string): Promise<BroadcastResult[]> {
    return Promise.all(this.#nodes.map((node) => node.broadcast(signedHex, txid)));
  }

  /**
   * For each transaction the proof that it is dead, or the block that holds it.
   * @throws PayoutError PROOF_INCOMPLETE, NODES_DISAGREE, or what went wrong with a node that is needed
   */
  async proveDead(watched: readonly Watched[]): Promise<Map<string, DeathProof | { seenIn: number }>> {
    const scans: { node: string; results: Awaited<ReturnType<typeof scanHistory>> }[] = [];
    let failure: PayoutError | undefined;
    for (const node of this.#nodes) {
      try {
        scans.push({ node: node.name, results: await scanHistory(node, watched) });
      } catch (error) {
        if (!(error instanceof PayoutError)) throw error;
        if (error.code === "NODES_DISAGREE") throw this.#disagree(error.message);
        failure = error;
      }
    }
    if (scans.length < this.quorum) throw failure ?? new PayoutError("PROOF_INCOMPLETE", "too few nodes could be read");
    const verdicts = new Map<string, DeathProof | { seenIn: number }>();
    for (const { txid } of watched) {
      const parts = scans.flatMap(({ node, results }) => {
        const result = results.get(txid);
        return result === undefined ? [] : [{ node, result }];
      });
      try {
        verdicts.set(txid, joinScans(txid, parts, this.#clock.now()));
      } catch (error) {
        throw error instanceof PayoutError && error.code === "NODES_DISAGREE" ? this.#disagree(error.message) : error;
      }
    }
    return verdicts;
  }

  async #each<T>(work: (node: TronNode) => Promise<T>): Promise<Tried<T>[]> {
    return Promise.all(
      this.#nodes.map(async (node) => {
        try {
          return { node, value: await work(node) };
        } catch (error) {
          if (error instanceof PayoutError) return { node, error };
          throw error;
        }
      }),
    );
  }

  #split(detail: string): Sighting {
    this.#onDisagreement(detail);
    return { kind: "split", detail };
  }

  #disagree(detail: string): PayoutError {
    this.#onDisagreement(detail);
    return new PayoutError("NODES_DISAGREE", detail);
  }
}

function firstError(tried: readonly Tried<unknown>[]): PayoutError {
  const code: PayoutErrorCode = "NODE_UNREACHABLE";
  return tried.find(({ error }) => error !== undefined)?.error ?? new PayoutError(code, "no TRON node answered");
}
