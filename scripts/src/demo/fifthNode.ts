import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { ScriptError } from "../errors.js";
import { lucid, type Running, startNode } from "../lucid.js";
import { socketRpc } from "../netsim/labNode.js";

/** Longest wait until it has the chain and the index, milliseconds. */
const PATIENCE = 60_000;

export interface FifthNodeOptions {
  readonly passphrase: string;
  /** Address whose index it must have. */
  readonly owner: string;
  readonly signal: AbortSignal;
}

/** A node that joins late, with keys of its own and nothing of the session: it follows, keeps nothing and votes on nothing. */
export class FifthNode {
  readonly data: string;
  /** Until it had the head and the index, with its start. */
  readonly seconds: number;
  readonly height: number;
  private readonly node: Running;

  private constructor(data: string, node: Running, found: { readonly seconds: number; readonly height: number }) {
    this.data = data;
    this.node = node;
    this.seconds = found.seconds;
    this.height = found.height;
  }

  /** Its keys and its data directory: what can be done beforehand. */
  static async prepare(folder: string, { passphrase, signal }: Omit<FifthNodeOptions, "owner">): Promise<void> {
    const genesis = join(folder, "devnet/genesis.json");
    await lucid(["init", "--data", join(folder, "fifth"), "--genesis", genesis, "--yes"], {
      env: { LUCID_PASSPHRASE: passphrase },
      signal,
    });
  }

  /** @param others nodes that run; it is told of nobody else @throws ScriptError DEMO_FAILED, COMMAND_FAILED */
  static async start(
    folder: string,
    others: readonly { readonly data: string }[],
    { passphrase, owner, signal }: FifthNodeOptions,
  ): Promise<FifthNode> {
    const data = join(folder, "fifth");
    const env = { LUCID_PASSPHRASE: passphrase };
    const peers = await Promise.all(
      others.map((each) => lucid(["peers", "--data", each.data], { env, signal }) as Promise<{ addresses: string[] }>),
    );
    const started = performance.now();
    const node = await startNode(
      [
        ...["--data", data, "--rpc-port", "0", "--metrics-port", "0", "--log-level", "warn"],
        ...["--p2p-listen", "/ip4/127.0.0.1/tcp/0", "--peers", peers.flatMap(({ addresses }) => addresses).join(",")],
      ],
      { env },
    );
    try {
      const height = await caughtUp(data, others, owner, signal);
      return new FifthNode(data, node, { height, seconds: (performance.now() - started) / 1000 });
    } catch (error) {
      await node.stop();
      throw error;
    }
  }

  blockNumber(): Promise<number> {
    return blockNumber(this.data);
  }

  stop(): Promise<void> {
    return this.node.stop();
  }
}

async function blockNumber(data: string): Promise<number> {
  return Number(await socketRpc<string>(join(data, "node.sock"), "eth_blockNumber", []));
}

/** @returns its height when it is the others' and it has the owner's entries */
async function caughtUp(
  data: string,
  others: readonly { readonly data: string }[],
  owner: string,
  signal: AbortSignal,
): Promise<number> {
  const end = performance.now() + PATIENCE;
  while (performance.now() < end) {
    const head = Math.max(...(await Promise.all(others.map((each) => blockNumber(each.data)))));
    const height = await blockNumber(data);
    const { entries } = await socketRpc<{ readonly entries: readonly string[] }>(
      join(data, "node.sock"),
      "lucid_getIndexEntries",
      [owner.toLowerCase(), null],
    );
    if (height >= head && entries.length > 0) return height;
    await delay(100, undefined, { signal });
  }
  throw new ScriptError({
    code: "DEMO_FAILED",
    message: `the fifth node did not catch up within ${PATIENCE / 1000} s`,
  });
}
