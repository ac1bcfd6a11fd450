import { existsSync } from "node:fs";
import { type ChainConfig, nextBaseFee } from "@lucid/consensus";
import { toHex } from "@lucid/consensus/base";
import { type DataPaths, dataPaths, type KeyValueStore, openDatabase, openDataDirectory } from "@lucid/storage";
import { Chain } from "../chain/chain.js";
import { NodeError } from "../errors.js";
import { DatabaseStateReader, WorkerCallRunner, WorkerExecutor } from "../execution/index.js";
import { ParamReader } from "../governance/params.js";
import type { BlockEnvironment, Executor, StateReader } from "../interfaces.js";
import { TransactionPool } from "../mempool/index.js";
import { loadGenesisFile, type NetworkFacts, networkFacts } from "../networks/index.js";
import { withRecoveries } from "../recovery/recoveryStore.js";
import type { Checkpoint } from "../sync/checkpoint.js";
import { checkpointOf, restoringMark, startFromCheckpoint } from "./checkpointStart.js";
import { checkClock } from "./clockCheck.js";
import { configOf, initialiseChain } from "./genesisChain.js";
import type { StartContext } from "./startContext.js";

/** Blocks whose Merkle proofs are kept. */
export const KEEP_PROOFS = 128;

export interface OpenChain {
  readonly paths: DataPaths;
  readonly config: ChainConfig;
  /** Bootstrap nodes and the like. */
  readonly facts: NetworkFacts;
  /** A final block that is trusted. */
  readonly checkpoint: Checkpoint | undefined;
  readonly store: KeyValueStore;
  readonly chain: Chain;
  readonly executor: Executor;
  readonly state: StateReader;
  readonly mempool: TransactionPool;
  readonly params: ParamReader;
  /** Blocks whose state is kept; Infinity for an archive. */
  readonly keepState: number;
}

/**
 * Takes the data directory, opens the database, and puts execution and the mempool on top of it.
 * @throws StorageError DATA_LOCKED, DATA_NETWORK, DB_CORRUPT, ...; NodeError GENESIS_FILE, CHAIN_CORRUPT
 */
export async function openChain(context: StartContext, clientVersion: string): Promise<OpenChain> {
  const { options, clock, logging, resources } = context;
  const { config: settings } = options;
  const log = logging.module("node");
  const paths = dataPaths(settings.dataDir);
  const file = await loadGenesisFile(paths.genesis);
  const founded = configOf(file);
  const expected = { network: founded.network, genesisRoot: toHex(founded.genesisRoot) };
  // A start from a snapshot that was killed is taken up again, whatever it left.
  const importing = existsSync(restoringMark(paths));
  const directory = await openDataDirectory(settings.dataDir, expected, { importing });
  resources.add("data directory", () => directory.close());
  const facts = await networkFacts(paths.network, file, expected.genesisRoot);
  const checkpoint = checkpointOf(settings.chain.checkpoint, facts);
  await startFromCheckpoint(context, { config: founded, paths, facts, checkpoint }, clientVersion);
  const store = await openDatabase({
    location: paths.chain,
    onMigration: ({ from, summary }) => log.info({ from, summary }, "database migrated"),
  });
  resources.add("database", () => store.close());
  await initialiseChain(store, file, founded);
  const config = await withRecoveries(founded, store);
  const chainId = Number(config.genesis.chainId);
  const chain = new Chain(
    { chainId, genesisRoot: config.genesisRoot },
    { store, onListenerError: (error) => log.error({ error }, "a listener of final blocks failed") },
  );
  checkClock(clock, chain.head().header);

  const blockRoot = (height: number) => chain.rootAt(height);
  const level = { location: paths.chain };
  const keepBlocks = Math.max(2 * config.params.epochSlots, KEEP_PROOFS);
  const { archive } = settings.chain;
  const executor = await WorkerExecutor.open(
    { chainId, keepBlocks, archive, level },
    { blockRoot, onFailure: context.onFatal },
  );
  resources.add("executor", () => executor.stop());
  const calls = new WorkerCallRunner({ chainId, level }, blockRoot);
  resources.add("calls", () => calls.stop());
  const state = new DatabaseStateReader({ store, calls, environment: (height) => environmentOf(chain, height) });

  const mempool = await TransactionPool.open(
    { chainId, gasLimit: config.params.gasLimit },
    {
      store,
      clock,
      account: (address) => state.account(address, chain.head().header.height),
      nextBaseFee: () => nextBaseFee(chain.head().header),
      sendersOf: (height) => chain.senders(height),
    },
  );
  resources.add("mempool", () => mempool.stop());
  return {
    paths,
    config,
    facts,
    checkpoint,
    store,
    chain,
    executor,
    state,
    mempool,
    params: new ParamReader({ chain, state }),
    keepState: archive ? Number.POSITIVE_INFINITY : keepBlocks,
  };
}

/** What the EVM saw of a final block; calls on its state see the same. */
function environmentOf(chain: Chain, height: number): BlockEnvironment {
  const block = chain.blockByHeight(height);
  if (block === undefined) {
    throw new NodeError({ code: "UNKNOWN_HEIGHT", message: `block ${height} is above the head`, meta: { height } });
  }
  const { timestamp, gasLimit, baseFeePerGas } = block.header;
  const [coinbase, prevRandao] = [chain.coinbase(height), chain.prevRandao(height)];
  return { height, timestamp, gasLimit, baseFeePerGas, coinbase, prevRandao };
}
