/**
 * `npm run netsim -- governance [--json]`: the life of two votes on a devnet of five validators, by the command line. A
 * smaller maxChunkSize is proposed, voted for, queued, executed, and a chunk above it is refused; the signers of payouts are
 * rotated and their file is written. On the way what must be refused is tried.
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ScriptError } from "./errors.js";
import { lucid, type RunningDevnet, startDevnet } from "./lucid.js";

const VALIDATORS = 5;
/** Long enough for a command to be refused within the two slots before a vote opens. */
const SLOT_SECONDS = 5;
/** Longest time for anything that is waited for, milliseconds. */
const PATIENCE = 15 * 60_000;
const POLL = 1_000;
/** Of the devnet's keystores. */
const PASSPHRASE = "lucid-devnet";
const WORDS_OF_STRANGER = "legal winner thank year wave sausage worth useful legal winner thank yellow";
/** Addresses of USDT's contract and of two others that everybody can look up; no keys are needed here. */
const SIGNERS = [
  "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t",
  "TXYZopYRdj2D9XRtbG411XZZ3kM5VkAeBf",
  "TG3XXyExBkPp9nzdajDZsozEu4BkaSJozs",
] as const;

export interface GovernanceResult {
  readonly ok: boolean;
  readonly validators: number;
  readonly proposals: readonly string[];
  readonly refused: readonly string[];
  readonly signersEpoch: number;
  readonly seconds: number;
}

type Fields = Readonly<Record<string, unknown>>;

class Life {
  readonly refused: string[] = [];
  private readonly devnet: RunningDevnet;
  private readonly say: (text: string) => void;

  constructor(devnet: RunningDevnet, say: (text: string) => void) {
    this.devnet = devnet;
    this.say = say;
  }

  /** A command of a validator's owner, through their own node. */
  async run(validator: number, ...words: readonly string[]): Promise<Fields> {
    const data = this.devnet.validators[validator]?.data ?? "";
    return (await lucid(words, { env: { LUCID_DATA: data, LUCID_PASSPHRASE: PASSPHRASE } })) as Fields;
  }

  async mustRefuse(what: string, code: RegExp, work: Promise<unknown>): Promise<void> {
    const error = await work.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (error === undefined) throw new ScriptError({ code: "NETSIM_FAILED", message: `${what} was not refused` });
    const text = error instanceof Error ? error.message : String(error);
    if (!code.test(text))
      throw new ScriptError({ code: "NETSIM_FAILED", message: `${what} was refused with: ${text}` });
    this.refused.push(what);
    this.say(`  refused: ${what}`);
  }

  async until(what: string, test: () => Promise<boolean>): Promise<void> {
    const deadline = performance.now() + PATIENCE;
    while (!(await test())) {
      if (performance.now() > deadline)
        throw new ScriptError({ code: "NETSIM_FAILED", message: `${what}: not in time` });
      await new Promise((resolve) => setTimeout(resolve, POLL));
    }
  }

  /** Asked over JSON-RPC: a poll by the command line would cost a process each time. */
  private async ask(method: string, ...params: readonly unknown[]): Promise<Fields> {
    const response = await fetch(`http://${this.devnet.rpc.replace(/^https?:\/\//, "")}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    });
    const { result } = (await response.json()) as { readonly result?: Fields | null };
    return result ?? {};
  }

  async state(id: string): Promise<string> {
    return String((await this.ask("lucid_getProposal", id))["state"]);
  }

  /** Whether the head is at or after the moment from which a queued proposal can run. */
  private async ripe(id: string): Promise<boolean> {
    const { timestamp } = await this.ask("eth_getBlockByNumber", "latest", false);
    return Number(timestamp) >= Number((await this.ask("lucid_getProposal", id))["eta"]);
  }

  async eligible(nodeId: string): Promise<boolean> {
    return (await this.ask("lucid_getNode", nodeId))["eligible"] === true;
  }

  /** From the proposal to its execution, with what must be refused in between. */
  async pass(propose: readonly string[], refusals: boolean): Promise<string> {
    const id = String((await this.run(0, "gov", "propose", ...propose))["id"]);
    this.say(`proposal ${id.slice(0, 12)}: ${propose.join(" ")}`);
    const vote = (who: number, choice: string) => this.run(who, "gov", "vote", id, choice);
    if (refusals) await this.mustRefuse("a vote before it is open", /pending/, vote(0, "for"));
    await this.until("the vote opens", async () => (await this.state(id)) === "active");
    await Promise.all(["for", "for", "against", "abstain"].map((choice, who) => vote(who, choice)));
    if (refusals) await this.mustRefuse("a second vote", /voted already/, vote(1, "against"));
    if (refusals) await this.mustRefuse("queueing while the vote is open", /active/, this.run(0, "gov", "queue", id));
    await this.until("the vote ends", async () => (await this.state(id)) === "succeeded");
    await this.run(4, "gov", "queue", id);
    if (refusals) await this.mustRefuse("an early execution", /waited long enough/, this.run(0, "gov", "execute", id));
    await this.until("the timelock", () => this.ripe(id));
    await this.run(3, "gov", "execute", id);
    if (refusals) await this.mustRefuse("a second execution", /executed/, this.run(0, "gov", "execute", id));
    return id;
  }
}

function check(holds: boolean, what: string): void {
  if (!holds) throw new ScriptError({ code: "NETSIM_FAILED", message: what });
}

async function live(folder: string, say: (text: string) => void): Promise<GovernanceResult> {
  const started = performance.now();
  const devnet = await startDevnet([
    ...["--data", join(folder, "devnet"), "--validators", String(VALIDATORS)],
    ...["--rpc-port", "0", "--slot-seconds", String(SLOT_SECONDS)],
  ]);
  try {
    const life = new Life(devnet, say);
    say("five validators run; waiting until they may vote");
    await life.mustRefuse(
      "a proposal before anybody is eligible",
      /no eligible node/,
      life.run(0, "gov", "propose", "set", "maxChunkSize", "2MiB"),
    );
    await life.until("all are eligible", async () => {
      const all = await Promise.all(devnet.validators.map(({ nodeId }) => life.eligible(nodeId)));
      return all.every(Boolean);
    });
    await life.mustRefuse(
      "a value out of bounds",
      /can be/,
      life.run(0, "gov", "propose", "set", "maxChunkSize", "65MiB"),
    );
    await life.mustRefuse(
      "an unknown parameter",
      /no parameter/,
      life.run(0, "gov", "propose", "set", "slotDuration", "1"),
    );
    const stranger = join(folder, "stranger");
    const words = join(folder, "words");
    await writeFile(words, WORDS_OF_STRANGER);
    const env = { LUCID_DATA: stranger, LUCID_PASSPHRASE: PASSPHRASE, LUCID_NODE: devnet.validators[0]?.data ?? "" };
    const genesis = join(folder, "devnet", "genesis.json");
    await lucid(["init", "--data", stranger, "--genesis", genesis, "--mnemonic-file", words, "--yes"], { env });
    await lucid(["faucet", "--data", stranger, "--amount", "5", "--rpc", devnet.rpc], { env });
    await life.mustRefuse(
      "a proposal of somebody without a node",
      /no eligible node/,
      lucid(["gov", "propose", "set", "maxChunkSize", "2MiB"], { env }),
    );

    const file = join(folder, "recording.bin");
    await writeFile(file, Buffer.alloc(3 * 2 ** 20, 7));
    const put = (size: string) => life.run(0, "session", "put", file, "--chunk-size", size);
    await put("2MiB");
    const first = await life.pass(["set", "maxChunkSize", "1MiB"], true);
    await life.mustRefuse("a chunk above the new bound", /more than this network allows/, put("2MiB"));
    await put("1MiB");
    const params = await life.run(0, "gov", "params");
    check((params["maxChunkSize"] as Fields)["value"] === 2 ** 20, "maxChunkSize is not what was voted for");

    await life.mustRefuse(
      "an export before a rotation",
      /genesis/,
      life.run(0, "gov", "signers", "export", "-o", join(folder, "none.json")),
    );
    await life.mustRefuse(
      "a signer twice",
      /there twice/,
      life.run(0, "gov", "propose", "rotate", SIGNERS[0], SIGNERS[1], SIGNERS[0]),
    );
    const second = await life.pass(["rotate", ...SIGNERS], false);
    const out = join(folder, "signers.json");
    const exported = await life.run(2, "gov", "signers", "export", "-o", out);
    await life.run(1, "gov", "signers", "check", out);
    for (const [name, value] of [
      ["epoch", 2],
      ["digest", "00".repeat(32)],
    ] as const) {
      const changed = join(folder, `${name}.json`);
      await writeFile(changed, JSON.stringify({ ...JSON.parse(await readFile(out, "utf8")), [name]: value }));
      await life.mustRefuse(
        `a signer file with another ${name}`,
        new RegExp(name),
        life.run(1, "gov", "signers", "check", changed),
      );
    }
    const seconds = Math.round((performance.now() - started) / 1000);
    return {
      ok: true,
      validators: VALIDATORS,
      proposals: [first, second],
      refused: life.refused,
      signersEpoch: Number(exported["epoch"]),
      seconds,
    };
  } finally {
    await devnet.stop();
  }
}

/** @returns the result; the folder of the run is removed */
export async function governance(say: (text: string) => void): Promise<GovernanceResult> {
  const folder = await mkdtemp(join(tmpdir(), "lucid-gov-"));
  try {
    return await live(folder, say);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
