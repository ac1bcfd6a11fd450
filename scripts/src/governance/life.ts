import { request } from "node:http";
import { join } from "node:path";
import { ScriptError } from "../errors.js";
import { lucid, type RunningDevnet } from "../lucid.js";

/** Longest time for anything that is waited for, milliseconds. */
const PATIENCE = 15 * 60_000;
const POLL = 500;
/** Of a devnet's keystores. */
export const PASSPHRASE = "lucid-devnet";

export type Fields = Readonly<Record<string, unknown>>;

function failure(message: string): ScriptError {
  return new ScriptError({ code: "NETSIM_FAILED", message });
}

export function check(holds: boolean, what: string): void {
  if (!holds) throw failure(what);
}

export interface PassOptions {
  /** Number of the founding validator who proposes. */
  readonly proposer: number;
  readonly voters: readonly (readonly [data: string, choice: "for" | "against" | "abstain"])[];
  /** Tries on the way what must be refused. */
  readonly refusals: boolean;
  /** Data directory of somebody without an eligible node, who tries to vote. */
  readonly stranger?: string;
  /** Runs while the proposal waits in the timelock. */
  readonly waiting?: () => Promise<void>;
}

/** The life of proposals on a running devnet: commands of its validators' owners, and what the network answers. */
export class Life {
  readonly refused: string[] = [];
  /** Commands of one account run one after the other: two transactions at once would take the same nonce. */
  readonly #queues = new Map<string, Promise<unknown>>();
  readonly #devnet: RunningDevnet;
  readonly #say: (text: string) => void;

  constructor(devnet: RunningDevnet, say: (text: string) => void) {
    this.#devnet = devnet;
    this.#say = say;
  }

  /** Data directory of a founding validator. */
  data(validator: number): string {
    return this.#devnet.validators[validator]?.data ?? "";
  }

  /** A command on a data directory; `node` names another one whose running node is used. */
  async run(data: string, words: readonly string[], node?: string): Promise<Fields> {
    const env = { LUCID_DATA: data, LUCID_PASSPHRASE: PASSPHRASE, ...(node === undefined ? {} : { LUCID_NODE: node }) };
    const work = (this.#queues.get(data) ?? Promise.resolve()).then(() => lucid(words, { env }));
    this.#queues.set(
      data,
      work.catch(() => undefined),
    );
    return (await work) as Fields;
  }

  /** @throws ScriptError when the work succeeds, or fails otherwise than with `words` in its message */
  async mustRefuse(what: string, words: RegExp, work: Promise<unknown>): Promise<void> {
    const error = await work.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (error === undefined) throw failure(`${what} was not refused`);
    const text = error instanceof Error ? error.message : String(error);
    if (!words.test(text)) throw failure(`${what} was refused with: ${text}`);
    this.refused.push(what);
    this.#say(`  refused: ${what}`);
  }

  async until(what: string, test: () => Promise<boolean>): Promise<void> {
    const deadline = performance.now() + PATIENCE;
    while (!(await test())) {
      if (performance.now() > deadline) throw failure(`${what}: not in time`);
      await new Promise((resolve) => setTimeout(resolve, POLL));
    }
  }

  /** Asked over JSON-RPC: a poll by the command line would cost a process each time. */
  async ask(method: string, ...params: readonly unknown[]): Promise<Fields> {
    const response = await fetch(`http://${this.#devnet.rpc.replace(/^https?:\/\//, "")}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    });
    const answer = (await response.json()) as { readonly result?: Fields | null; readonly error?: Fields };
    if (answer.error !== undefined) throw failure(JSON.stringify(answer.error));
    return answer.result ?? {};
  }

  async height(): Promise<number> {
    return Number((await this.ask("eth_getBlockByNumber", "latest", false))["number"]);
  }

  async state(id: string): Promise<string> {
    return String((await this.ask("lucid_getProposal", id))["state"]);
  }

  async eligible(nodeId: string): Promise<boolean> {
    return (await this.ask("lucid_getNode", nodeId))["eligible"] === true;
  }

  /** Sends bytes as a chunk to a node's own socket, as a program does that asks nobody for the bound. @returns its answer */
  putBlob(data: string, length: number): Promise<Fields> {
    const headers = { "content-type": "application/octet-stream", "content-length": length };
    const path = `/v1/chunks/0x${"00".repeat(32)}`;
    return new Promise((resolve, reject) => {
      const call = request({ socketPath: join(data, "node.sock"), path, method: "PUT", headers }, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (part: string) => {
          text += part;
        });
        response.once("error", reject).once("end", () => resolve(JSON.parse(text) as Fields));
      });
      // A node that refuses by the length does not read the rest.
      call.once("error", reject).end(Buffer.alloc(length));
    });
  }

  /** Whether the head is at or after the moment from which a queued proposal can run. */
  async #ripe(id: string): Promise<boolean> {
    const { timestamp } = await this.ask("eth_getBlockByNumber", "latest", false);
    return Number(timestamp) >= Number((await this.ask("lucid_getProposal", id))["eta"]);
  }

  /** From the proposal to its execution. @returns its id and the height of the block that executed it */
  async pass(
    propose: readonly string[],
    options: PassOptions,
  ): Promise<{ readonly id: string; readonly block: number }> {
    const { voters, refusals, stranger, waiting } = options;
    const proposer = this.data(options.proposer);
    const id = String((await this.run(proposer, ["gov", "propose", ...propose]))["id"]);
    this.#say(`proposal ${id.slice(0, 12)}: ${propose.join(" ")}`);
    const gov = (data: string, command: string, ...rest: readonly string[]) =>
      this.run(data, ["gov", command, id, ...rest], data === stranger ? proposer : undefined);
    if (refusals) await this.mustRefuse("a vote before it is open", /pending/, gov(proposer, "vote", "for"));
    await this.until("the vote opens", async () => (await this.state(id)) === "active");
    // All at once: on a busy machine a command takes seconds, and the vote is open for ten slots.
    const early = refusals
      ? this.mustRefuse("queueing while the vote is open", /active/, gov(proposer, "queue"))
      : undefined;
    const foreign =
      stranger === undefined
        ? undefined
        : this.mustRefuse("a vote of somebody without a node", /no eligible node/, gov(stranger, "vote", "for"));
    const twice = async ([data, choice]: PassOptions["voters"][number], again: boolean) => {
      await gov(data, "vote", choice);
      if (again) await this.mustRefuse("a second vote", /voted already/, gov(data, "vote", "against"));
    };
    await Promise.all([early, foreign, ...voters.map((voter, number) => twice(voter, refusals && number === 0))]);
    await this.until("the vote ends", async () => (await this.state(id)) === "succeeded");
    await gov(proposer, "queue");
    if (refusals) await this.mustRefuse("an early execution", /waited long enough/, gov(proposer, "execute"));
    await waiting?.();
    await this.until("the timelock", () => this.#ripe(id));
    const block = Number((await gov(proposer, "execute"))["blockNumber"]);
    if (refusals) await this.mustRefuse("a second execution", /executed/, gov(proposer, "execute"));
    return { id, block };
  }
}
