import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sha256, toHex, u32be } from "@lucid/consensus/base";
import { type Bench, median } from "@lucid/consensus/bench";
import { LevelStore } from "@lucid/storage";
import { LocalExecutor } from "../src/execution/localExecutor.js";
import { WorkerExecutor } from "../src/execution/workerExecutor.js";
import type { BlockEnvironment, ExecutionInput, ExecutionOutput, Executor } from "../src/interfaces.js";
import { initialiseState } from "../src/state/genesisState.js";
import { GWEI, TEST_CHAIN_ID } from "../test/support/wallet.js";
import { StockChain } from "./support/stockChain.js";
import { type SignedBlock, Workload } from "./support/workload.js";

const GAS_LIMIT = 30_000_000n;
const blockRoot = (height: number): Uint8Array => sha256(u32be(height));

/** Milliseconds of the parts of one block. */
interface Timing {
  readonly execute: number;
  readonly commit: number;
  /** Processor time of `execute`: about what it would take on a machine that does nothing else. */
  readonly cpu: number;
  /** Processor time of both parts. */
  readonly wholeCpu: number;
}

interface Compared extends Timing {
  readonly stock: number;
  readonly stockCpu: number;
}

/** Milliseconds of processor time, all threads, since `before`. */
function cpuSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

class Chain {
  readonly executor: Executor;
  height: number;

  constructor(executor: Executor, height: number) {
    this.executor = executor;
    this.height = height;
  }

  environment(): BlockEnvironment {
    return {
      height: this.height + 1,
      timestamp: timestampOf(this.height + 1),
      gasLimit: GAS_LIMIT,
      baseFeePerGas: GWEI,
      coinbase: new Uint8Array(20).fill(0xcb),
      prevRandao: blockRoot(this.height),
    };
  }

  input(block: SignedBlock): ExecutionInput {
    return { env: this.environment(), ...block, withdrawals: [], systemCalls: [] };
  }

  async run(input: ExecutionInput): Promise<Timing & { output: ExecutionOutput }> {
    const start = performance.now();
    const before = process.cpuUsage();
    const output = await this.executor.execute(input);
    const cpu = cpuSince(before);
    const middle = performance.now();
    await this.executor.commit(output.candidate, []);
    this.height += 1;
    return { execute: middle - start, commit: performance.now() - middle, cpu, wholeCpu: cpuSince(before), output };
  }
}

function timestampOf(height: number): bigint {
  return 1_800_000_000n + 120n * BigInt(height);
}

function seconds(milliseconds: number): number {
  return Math.round(milliseconds) / 1000;
}

function argument(args: readonly string[], name: string, fallback: number): number {
  const at = args.indexOf(name);
  return at < 0 ? fallback : Number(args[at + 1]);
}

/** Gas of the last transaction of a block that must succeed as a whole. */
function lastGas(output: ExecutionOutput): bigint {
  assert.ok(
    output.receipts.every(({ status }) => status === 1),
    "a transaction of the workload fails",
  );
  return output.receipts.at(-1)?.gasUsed ?? 1n;
}

export const bench: Bench = {
  name: "execute",
  summary: "blocks of 30 Mgas of registrations and of the worst call of our contracts, against @ethereumjs/vm alone",
  async run({ args, log }) {
    const before = argument(args, "--sessions", 2_000);
    const rounds = argument(args, "--rounds", 5);
    const folder = await mkdtemp(join(tmpdir(), "lucid-bench-"));
    try {
      return await measure(folder, before, rounds, log);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

class Comparison {
  readonly chain: Chain;
  readonly #stock: StockChain;
  readonly #log: (line: string) => void;

  constructor(chain: Chain, stock: StockChain, log: (line: string) => void) {
    this.chain = chain;
    this.#stock = stock;
    this.#log = log;
  }

  nextTimestamp(): bigint {
    return timestampOf(this.chain.height + 1);
  }

  /** The block on both, the same roots required. */
  async run(block: SignedBlock): Promise<Compared & { readonly output: ExecutionOutput }> {
    const input = this.chain.input(block);
    const ours = await this.chain.run(input);
    const start = performance.now();
    const before = process.cpuUsage();
    const root = await this.#stock.run(input);
    const stock = performance.now() - start;
    const stockCpu = cpuSince(before);
    assert.equal(toHex(root), toHex(ours.output.stateRoot), "the state roots differ");
    return { ...ours, stock, stockCpu };
  }

  async rounds(name: string, rounds: number, make: () => SignedBlock) {
    const all: Compared[] = [];
    for (let round = 0; round < rounds; round++) {
      const result = await this.run(make());
      all.push(result);
      const [execute, commit, stock] = [result.execute, result.commit, result.stock].map((ms) => ms.toFixed(0));
      this.#log(`${name}: execute ${execute} ms, commit ${commit} ms; @ethereumjs/vm alone ${stock} ms`);
    }
    return {
      execute: median(all.map(({ execute }) => execute)),
      commit: median(all.map(({ commit }) => commit)),
      cpu: median(all.map(({ cpu }) => cpu)),
      best: Math.min(...all.map(({ execute }) => execute)),
      whole: median(all.map(({ execute, commit }) => execute + commit)),
      wholeCpu: median(all.map(({ wholeCpu }) => wholeCpu)),
      stock: median(all.map(({ stock }) => stock)),
      stockCpu: median(all.map(({ stockCpu }) => stockCpu)),
    };
  }
}

async function measure(
  folder: string,
  before: number,
  rounds: number,
  log: (line: string) => void,
): Promise<Record<string, number | string | boolean>> {
  const workload = new Workload(200);
  const alloc = await workload.alloc();
  const level = { location: join(folder, "ours") };
  const store = await LevelStore.open(level);
  await initialiseState(store, alloc);
  const options = { chainId: TEST_CHAIN_ID, keepBlocks: 128, archive: false };
  const local = await LocalExecutor.open(options, { store, blockRoot });
  const stock = await StockChain.create(join(folder, "stock"), alloc);
  const both = new Comparison(new Chain(local, 0), stock, log);

  const registrationGas = lastGas((await both.run(workload.registrations(4, both.nextTimestamp()))).output);
  const anchoringGas = lastGas((await both.run(workload.anchoring(2, 4_000_000n))).output);
  const perBlock = Number(GAS_LIMIT / registrationGas);
  const worstPerBlock = Number(GAS_LIMIT / anchoringGas);
  log(
    `registerSession: ${registrationGas} gas, ${perBlock} a block; anchorChunks of 256: ${anchoringGas}, ${worstPerBlock}`,
  );
  for (let done = 0; done < before; done += perBlock) {
    await both.run(workload.registrations(perBlock, both.nextTimestamp()));
  }
  log(`${before} sessions registered before measuring`);
  const full = await both.rounds("registrations", rounds, () => workload.registrations(perBlock, both.nextTimestamp()));
  const worst = await both.rounds("worst block", rounds, () =>
    workload.anchoring(worstPerBlock, anchoringGas + 20_000n),
  );
  const { height } = both.chain;
  await local.stop();
  await stock.close();

  // On its own thread, as the node runs it: hand-over and answer included.
  const worker = await WorkerExecutor.open({ ...options, level }, { blockRoot });
  const threaded = new Chain(worker, height);
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const block = workload.registrations(perBlock, timestampOf(threaded.height + 1));
    times.push((await threaded.run(threaded.input(block))).execute);
  }
  await worker.stop();
  await store.close();
  return {
    gasPerRegistration: Number(registrationGas),
    registrationsPerBlock: perBlock,
    sessionsBefore: before,
    fullBlockSeconds: seconds(full.execute),
    fullBlockBestSeconds: seconds(full.best),
    fullBlockCpuSeconds: seconds(full.cpu),
    commitSeconds: seconds(full.commit),
    workerBlockSeconds: seconds(median(times)),
    worstBlockSeconds: seconds(worst.execute),
    worstBlockBestSeconds: seconds(worst.best),
    worstBlockCpuSeconds: seconds(worst.cpu),
    megagasPerSecond: Math.round((perBlock * Number(registrationGas)) / 1000 / full.execute),
    ethereumjsBlockSeconds: seconds(full.stock),
    vsEthereumjs: Math.round((10 * full.stock) / full.whole) / 10,
    vsEthereumjsByCpu: Math.round((10 * full.stockCpu) / full.wholeCpu) / 10,
    worstVsEthereumjs: Math.round((10 * worst.stock) / worst.whole) / 10,
    goalFullBlock: full.execute <= 400,
    goalWorstBlock: worst.execute <= 1000,
    goalRatio: full.stock >= 4 * full.whole,
  };
}
