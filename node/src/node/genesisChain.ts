import {
  BlsVerifier,
  type ChainConfig,
  ConsensusState,
  chainConfig,
  genesisBlock,
  genesisState,
} from "@lucid/consensus";
import { equalBytes, toHex } from "@lucid/consensus/base";
import type { BatchOp, KeyValueStore } from "@lucid/storage";
import { BlockStore, storedBlock } from "../chain/blockStore.js";
import { NodeError } from "../errors.js";
import { consensusGenesis, type GenesisFile, genesisAlloc } from "../networks/index.js";
import { initialiseState } from "../state/index.js";

/** The rules of the network that a genesis file founds. @throws ConsensusError BAD_GENESIS */
export function configOf(file: GenesisFile): ChainConfig {
  return chainConfig(consensusGenesis(file));
}

/** What block 0 leaves in the database, beside its EVM state. */
export function genesisOps(blocks: BlockStore, config: ChainConfig): BatchOp[] {
  const state = genesisState(config, new BlsVerifier());
  return blocks.finalOps({
    block: storedBlock(genesisBlock(config, state)),
    receipts: [],
    transactionHashes: [],
    senders: [],
    coinbase: new Uint8Array(20),
    prevRandao: state.mix,
    commit: undefined,
    voters: state.voters.members,
    consensusState: ConsensusState.serialize(state),
  });
}

/**
 * Writes genesis (EVM state, block 0, consensus state, head) in one synced batch, unless the database has a chain.
 * @throws NodeError GENESIS_INVALID when the file's accounts do not make its state root
 */
export async function initialiseChain(store: KeyValueStore, file: GenesisFile, config: ChainConfig): Promise<void> {
  const blocks = new BlockStore(store);
  if (blocks.head() !== undefined) return;
  const ops = genesisOps(blocks, config);
  const root = await initialiseState(store, genesisAlloc(file), ops);
  if (equalBytes(root, config.genesis.stateRoot)) return;
  throw new NodeError({
    code: "GENESIS_INVALID",
    message: `the genesis accounts make the state root ${toHex(root)}, the file says ${file.stateRoot}`,
  });
}
