/**
 * The whole way in one run: an emulated chain with the real routers and a USDT that returns false, a 2-of-3 operator made
 * by a transaction, a distribution by both routes, the service as its own process, a second key holder as another, kill -9
 * in between, and a reconciliation against the chain.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";
import { addToken } from "../../src/api/tokens.js";
import { callApi } from "../../src/cli/apiClient.js";
import { addressFromHex, addressToHex } from "../../src/domain/address.js";
import { payoutIdOf } from "../../src/domain/ids.js";
import { formatUsdt } from "../../src/domain/money.js";
import { permissionsFor } from "../../src/engine/taskStep.js";
import { PayoutError } from "../../src/errors.js";
import { sealKeystore } from "../../src/signers/keystore.js";
import { paidLogs } from "../../src/tron/contracts.js";
import { TronNode } from "../../src/tron/node.js";
import type { LogAnswer } from "../../src/tron/schemas.js";
import { buildTransaction, frameFrom, signedTransactionHex, signTxid } from "../../src/tron/transactions.js";
import {
  deployEvmContracts,
  EmulatorServer,
  type EvmContracts,
  kycDigest,
  NodeView,
  TronChain,
} from "../emulator/index.js";
import { sha } from "../support/fixtures.js";
import { keyOf } from "../support/keys.js";
import { signDigest } from "../support/kycSigner.js";

export interface DemoOptions {
  readonly payees: number;
  readonly kills: number;
  readonly keep?: boolean;
  readonly log: (text: string) => void;
}

export interface DemoResult {
  readonly ok: boolean;
  readonly payees: number;
  readonly paid: number;
  readonly duplicates: number;
  readonly kills: number;
  readonly sumFile: string;
  readonly sumJournal: string;
  readonly sumLogs: string;
  readonly seconds: number;
}

const main = fileURLToPath(new URL("../../src/cli/main.js", import.meta.url));
const PERIOD = "2026-11";
const BLOCK_MS = 250;

class Process {
  readonly child: ChildProcess;
  readonly #ended: Promise<void>;

  constructor(args: readonly string[], logFile: string) {
    const log = openSync(logFile, "a");
    this.child = spawn(process.execPath, [main, ...args], { stdio: ["ignore", "pipe", log] });
    this.#ended = new Promise((resolve) => this.child.once("exit", () => resolve()));
  }
  /** Resolves with the first output. */
  ready(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.child.stdout?.once("data", () => resolve());
      this.child.once("exit", (code) =>
        reject(new PayoutError("INTERNAL", `a process of the demo ended with ${code}; its log is in the folder`)),
      );
    });
  }
  async end(signal: NodeJS.Signals): Promise<void> {
    this.child.kill(signal);
    await this.#ended;
  }
}

interface Stage {
  readonly folder: string;
  readonly evm: EvmContracts;
  readonly chain: TronChain;
  readonly urls: readonly string[];
  readonly operator: string;
  stop(): Promise<void>;
}

const [ownerKey, ...signerKeys] = ["demo operator", "demo one", "demo two", "demo three"].map(keyOf) as [
  ReturnType<typeof keyOf>,
  ...ReturnType<typeof keyOf>[],
];
const compliance = keyOf("demo compliance");
const signerSet = { epoch: 0, signers: signerKeys.map(({ address }) => address), threshold: 2 as const };

async function setStage(folder: string, log: DemoOptions["log"]): Promise<Stage> {
  const hex = (address: string) => addressToHex(address).slice(2);
  const evm = await deployEvmContracts({ disburser: hex(ownerKey.address), complianceSigner: hex(compliance.address) });
  const chain = new TronChain({ ledger: evm.ledger, blockMs: BLOCK_MS, genesisTime: Date.now() - 30 * BLOCK_MS });
  chain.createAccount(addressToHex(ownerKey.address), 10_000_000_000);
  await chain.produce(25);
  const views = ["node1", "node2"].map((name) => new NodeView(name, chain));
  const servers = views.map((view) => new EmulatorServer(view));
  const urls = await Promise.all(servers.map((server) => server.start()));
  let running = true;
  const blocks = (async () => {
    while (running) {
      await new Promise((resolve) => setTimeout(resolve, BLOCK_MS));
      await chain.produceAt(Date.now());
    }
  })();
  log(`emulated TRON: two nodes at ${urls.join(" and ")}, both routers, a USDT that returns false`);
  const stop = async () => {
    running = false;
    await blocks;
    for (const server of servers) await server.stop();
  };
  return { folder, evm, chain, urls, operator: ownerKey.address, stop };
}

/** The operator account becomes 2 of 3 by a transaction that its single key signs. */
async function makeOperator({ chain, operator }: Stage): Promise<void> {
  const node = new TronNode(new NodeView("setup", chain));
  const frame = frameFrom(await node.latest("solid"), 600_000, Date.now());
  const built = await buildTransaction(operator, 0, permissionsFor(signerSet), frame);
  const signed = signedTransactionHex(built.rawHex, [signTxid(built.txid, ownerKey.privateKey)]);
  const { outcome, code, message } = await node.broadcast(signed, built.txid);
  if (outcome !== "accepted") throw new PayoutError("INTERNAL", `the operator was not made: ${code} ${message}`);
  await waitFor(
    async () => (await node.receipt("solid", built.txid)) !== undefined,
    60_000,
    "the operator's permissions",
  );
}

async function waitFor(condition: () => Promise<boolean>, ms: number, what: string): Promise<void> {
  const until = Date.now() + ms;
  while (!(await condition())) {
    if (Date.now() > until) throw new PayoutError("INTERNAL", `the demo waited too long for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function writeDistribution({ folder, evm }: Stage, payees: number): { file: string; text: string; total: bigint } {
  const lines = ["node,address,amount,route,kycHash,expiry,nonce,signature"];
  let total = 0n;
  for (let index = 0; index < payees; index++) {
    const node = `node-${index}`;
    const address = addressFromHex(sha(`demo payee ${index}`).slice(0, 40));
    const amount = 10_000_000n + BigInt(Number.parseInt(sha(node).slice(0, 6), 16));
    total += amount;
    if (index % 2 === 0) {
      lines.push(`${node},${address},${formatUsdt(amount)},V0,,,,`);
      continue;
    }
    const [kycHash, nonce, expiry] = [
      sha(`kyc ${node}`),
      sha(`nonce ${node}`),
      Math.floor(Date.now() / 1000) + 7 * 24 * 3600,
    ];
    const digest = kycDigest(evm.contracts.routerKyc, evm.contracts.chainId, {
      id: `0x${payoutIdOf(PERIOD, node, "KYC")}`,
      to: `0x${addressToHex(address).slice(2)}`,
      amount,
      kycHash: `0x${kycHash}`,
      expiry: BigInt(expiry),
      nonce: `0x${nonce}`,
    });
    lines.push(
      `${node},${address},${formatUsdt(amount)},KYC,${kycHash},${expiry},${nonce},${signDigest(digest, compliance)}`,
    );
  }
  const text = `${lines.join("\n")}\n`;
  const file = join(folder, "distribution.csv");
  writeFileSync(file, text);
  return { file, text, total };
}

async function writeFiles(stage: Stage): Promise<{ token: string }> {
  const { folder, evm, urls, operator } = stage;
  const at = (hex: string) => addressFromHex(hex);
  const contracts = {
    routerV0: at(evm.contracts.routerV0),
    routerKyc: at(evm.contracts.routerKyc),
    registry: at(evm.contracts.registry),
    usdt: at(evm.contracts.usdt),
  };
  const secret = (name: string, text: string) => writeFileSync(join(folder, name), text, { mode: 0o600 });
  const [first, second] = signerKeys;
  if (first === undefined || second === undefined) throw new PayoutError("INTERNAL", "keys");
  for (const [name, key] of [
    ["service", first],
    ["second", second],
  ] as const) {
    secret(`${name}.pass`, `passphrase of ${name}\n`);
    secret(`${name}.key.json`, await sealKeystore(key.privateKey, `passphrase of ${name}`, true));
  }
  secret(
    "policy.yaml",
    stringify({ operator, routerV0: contracts.routerV0, routerKyc: contracts.routerKyc, prompt: false }),
  );
  const config = {
    network: { name: "demo", genesisId: stage.chain.genesisId },
    nodes: urls.map((url) => ({ url })),
    engine: {
      contracts,
      operator: { address: operator, signers: signerSet },
      policy: { approvalsBelow: 1 },
      maxOpen: 40,
      pollMs: 250,
      watchMs: 500,
      leaseMs: 2000,
      rebroadcastMs: 2000,
    },
    signers: [
      { kind: "vault", name: "service", keystore: "service.key.json", passphraseFile: "service.pass" },
      { kind: "remote", name: "second", address: second.address, socket: "second.sock", timeoutMs: 10_000 },
    ],
  };
  writeFileSync(join(folder, "config.yaml"), stringify(config));
  const token = addToken(join(folder, "tokens.json"), "demo", ["requester", "approver", "auditor"]);
  secret("cli.token", `${token}\n`);
  return { token };
}

export async function runDemo(options: DemoOptions): Promise<DemoResult> {
  const started = performance.now();
  const folder = mkdtempSync(join(tmpdir(), "lucid-payout-demo-"));
  mkdirSync(join(folder, "signer"));
  const processes: Process[] = [];
  let stage: Stage | undefined;
  try {
    stage = await setStage(folder, options.log);
    await makeOperator(stage);
    options.log("the operator account is 2 of 3: one key in the service, one in a signer of its own, one in a drawer");
    const { token } = await writeFiles(stage);
    const path = (name: string) => join(folder, name);
    const signer = new Process(
      [
        "signer",
        "--key",
        path("second.key.json"),
        "--passphrase-file",
        path("second.pass"),
        "--policy",
        path("policy.yaml"),
        "--socket",
        path("second.sock"),
        "--journal",
        path("signer"),
      ],
      path("signer.log"),
    );
    processes.push(signer);
    const serve = () => new Process(["--data", folder, "serve"], path("service.log"));
    let service = serve();
    processes.push(service);
    await Promise.all([signer.ready(), service.ready()]);
    const api = (method: string, route: string, body?: unknown) =>
      callApi({ socket: path("api.sock"), token }, method, route, body);
    const { text, total } = writeDistribution(stage, options.payees);
    const body = { period: PERIOD, format: "csv", content: text };
    const plan = (await api("POST", "/v1/distributions/plan", body)) as {
      payouts: number;
      total: string;
      preflight: { ok: boolean; checks: { name: string; ok: boolean; text: string }[] };
    };
    for (const { name, ok, text: what } of plan.preflight.checks)
      options.log(`preflight ${ok ? "ok " : "NOT OK"} ${name}: ${what}`);
    await api("POST", "/v1/distributions", body);
    await api("POST", `/v1/distributions/${PERIOD}/approve`, { total: formatUsdt(total) });
    options.log(`imported and approved: ${plan.payouts} payouts, ${plan.total} USDT`);
    const confirmed = async () => {
      const batch = (await api("GET", `/v1/distributions/${PERIOD}`)) as { states: Record<string, number> };
      return batch.states["confirmed"] ?? 0;
    };
    let kills = 0;
    for (; kills < options.kills; ) {
      const goal = Math.floor(((kills + 0.3) * options.payees) / options.kills);
      await waitFor(async () => (await confirmed()) >= goal, 300_000, `${goal} payouts`);
      await service.end("SIGKILL");
      kills += 1;
      options.log(`kill -9 number ${kills} after ${goal} payouts`);
      service = serve();
      processes.push(service);
      await service.ready();
    }
    await waitFor(async () => (await confirmed()) >= options.payees, 300_000, "all payouts");
    const reconciliation = (await api("POST", `/v1/distributions/${PERIOD}/reconcile`)) as {
      paid: number;
      sumJournal: string;
      sumLogs: string;
      equal: boolean;
    };
    await service.end("SIGTERM");
    await signer.end("SIGTERM");
    const seen = countOnChain(stage);
    const sumFile = formatUsdt(total);
    const sumJournal = formatUsdt(BigInt(reconciliation.sumJournal));
    const sumLogs = formatUsdt(seen.sum);
    const ok =
      reconciliation.equal &&
      reconciliation.paid === options.payees &&
      seen.payments === options.payees &&
      seen.duplicates === 0 &&
      sumFile === sumJournal &&
      sumJournal === sumLogs &&
      kills === options.kills;
    options.log(
      `${seen.payments} payments on the chain, ${seen.duplicates} twice; file ${sumFile}, journal ${sumJournal}, logs ${sumLogs} USDT`,
    );
    return {
      ok,
      payees: options.payees,
      paid: reconciliation.paid,
      duplicates: seen.duplicates,
      kills,
      sumFile,
      sumJournal,
      sumLogs,
      seconds: Math.round((performance.now() - started) / 1000),
    };
  } finally {
    for (const { child } of processes) if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
    await stage?.stop();
    if (options.keep === true) options.log(`kept: ${folder}`);
    else rmSync(folder, { recursive: true, force: true });
  }
}

/** Straight from the chain, beside everything that the service says. */
function countOnChain({ chain, evm }: Stage): { payments: number; duplicates: number; sum: bigint } {
  const ids = new Map<string, number>();
  let sum = 0n;
  for (let number = 1; number <= chain.head.number; number++) {
    for (const receipt of chain.block(number)?.receipts.values() ?? []) {
      const logs = (receipt["log"] as LogAnswer[] | undefined) ?? [];
      for (const [route, router] of [
        ["V0", evm.contracts.routerV0],
        ["KYC", evm.contracts.routerKyc],
      ] as const) {
        for (const { payoutId, amount } of paidLogs(addressFromHex(router), route, logs)) {
          ids.set(payoutId, (ids.get(payoutId) ?? 0) + 1);
          sum += amount;
        }
      }
    }
  }
  const duplicates = [...ids.values()].filter((count) => count > 1).length;
  return { payments: ids.size, duplicates, sum };
}
