import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import type { Bench } from "@lucid/consensus/bench";
import { freePorts } from "../src/cli/ports.js";
import { DevnetProcess } from "../test/support/devnetProcess.js";
import { requestsPerSecond } from "./support/rpcLoad.js";

const CONNECTIONS = 16;
const MILLISECONDS = 1_500;
const ROUNDS = 5;
const BATCH = 100;
const ACCOUNT = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";

/** An account that both nodes fund, so that both read the same. */
const CALLS = {
  chainId: { method: "eth_chainId", params: [] },
  blockNumber: { method: "eth_blockNumber", params: [] },
  getBalance: { method: "eth_getBalance", params: [ACCOUNT, "latest"] },
  getBlock: { method: "eth_getBlockByNumber", params: ["latest", false] },
  call: { method: "eth_call", params: [{ to: ACCOUNT }, "latest"] },
} as const;
type CallName = keyof typeof CALLS;
const SIMPLE: readonly CallName[] = ["chainId", "blockNumber", "getBalance"];

const requestText = (name: CallName, id = 1): string => JSON.stringify({ jsonrpc: "2.0", id, ...CALLS[name] });
const batchText = (name: CallName): string =>
  `[${Array.from({ length: BATCH }, (_, id) => requestText(name, id)).join(",")}]`;

export const bench: Bench = {
  name: "rpc",
  summary: "simple JSON-RPC calls a second, beside anvil in the same run",
  async run({ log }) {
    const devnet = await DevnetProcess.start();
    try {
      const anvil = await startAnvil();
      if (anvil === undefined) log("anvil does not run here: figures of this node alone");
      try {
        return await measure(devnet.ready.rpc, anvil?.url, log);
      } finally {
        anvil?.child.kill("SIGKILL");
      }
    } finally {
      await devnet.stop();
    }
  },
};

async function measure(
  lucid: string,
  anvil: string | undefined,
  log: (line: string) => void,
): Promise<Record<string, number>> {
  const figures: Record<string, number> = {};
  const bodies = Object.keys(CALLS).map((name) => ({ name, body: requestText(name as CallName), size: 1 }));
  bodies.push({ name: `getBalance in batches of ${BATCH}`, body: batchText("getBalance"), size: BATCH });
  const ratios: number[] = [];
  for (const url of [lucid, ...(anvil === undefined ? [] : [anvil])]) {
    await requestsPerSecond(url, requestText("blockNumber"), CONNECTIONS, MILLISECONDS);
  }
  for (const { name, body, size } of bodies) {
    await checkAnswer(lucid, body);
    const ours: number[] = [];
    const theirs: number[] = [];
    // In turns, so that whatever else the machine does hits both.
    for (let round = 0; round < ROUNDS; round++) {
      ours.push(size * (await requestsPerSecond(lucid, body, CONNECTIONS, MILLISECONDS)));
      if (anvil !== undefined) theirs.push(size * (await requestsPerSecond(anvil, body, CONNECTIONS, MILLISECONDS)));
    }
    const key = size === 1 ? name : "batchedGetBalance";
    figures[`${key}PerSecond`] = Math.round(best(ours));
    log(`${name.padEnd(30)} ${String(Math.round(best(ours))).padStart(7)} a second`);
    if (anvil === undefined) continue;
    const ratio = best(ours) / best(theirs);
    figures[`${key}AnvilPerSecond`] = Math.round(best(theirs));
    figures[`${key}VsAnvil`] = Math.round(ratio * 100) / 100;
    if (SIMPLE.includes(name as CallName)) ratios.push(ratio);
    log(`${"".padEnd(30)} ${String(Math.round(best(theirs))).padStart(7)} anvil, ratio ${ratio.toFixed(2)}`);
  }
  if (ratios.length > 0) {
    const mean = ratios.reduce((product, ratio) => product * ratio, 1) ** (1 / ratios.length);
    figures["simpleVsAnvil"] = Math.round(mean * 100) / 100;
  }
  return figures;
}

async function checkAnswer(url: string, body: string): Promise<void> {
  const response = await fetch(url, { method: "POST", body, headers: { "content-type": "application/json" } });
  const text = await response.text();
  assert.ok(response.status === 200 && text.includes('"result"') && !text.includes('"error"'), text.slice(0, 300));
}

/** Other work on the machine only ever takes away, from either. */
const best = (values: readonly number[]): number => Math.max(0, ...values);

async function startAnvil(): Promise<{ readonly child: ChildProcess; readonly url: string } | undefined> {
  const binary = anvilPath();
  if (binary === undefined) return undefined;
  const [port] = await freePorts("127.0.0.1", 1);
  const child = spawn(binary, ["--port", String(port), "--block-time", "2"], { stdio: ["ignore", "pipe", "ignore"] });
  const lines = createInterface({ input: child.stdout });
  const failed = once(child, "exit").then(
    () => false,
    () => false,
  );
  const listening = new Promise<boolean>((resolve) => {
    lines.on("line", (line) => {
      if (line.startsWith("Listening on")) resolve(true);
    });
  });
  return (await Promise.race([listening, failed])) ? { child, url: `http://127.0.0.1:${port}` } : undefined;
}

/** The binary itself: the package's wrapper would be one more process to end. */
function anvilPath(): string | undefined {
  const resolve = createRequire(import.meta.url).resolve;
  const arch = process.arch === "x64" ? "amd64" : process.arch;
  try {
    return join(dirname(resolve(`@foundry-rs/anvil-${process.platform}-${arch}/package.json`)), "bin/anvil");
  } catch {
    return undefined;
  }
}
