import {
  type ChainConfig,
  commitVote,
  forkVersionAt,
  genesisBlock,
  genesisState,
  type Verifier,
  type VoterSet,
  Voters,
  verifyQuorum,
  ZERO_ROOT,
} from "@lucid/consensus";
import { equalBytes } from "@lucid/consensus/base";
import type { Invariant, KeyValueStore } from "@lucid/storage";
import { BlockStore, storedBlock } from "./blockStore.js";

const corrupt = (message: string) => ({ code: "CHAIN_CORRUPT", message });

/**
 * The chain starts with the network's own genesis, and each block is signed by more than 2/3 of the voters that the block
 * before it names. With `chain.blocks` it makes a database from anywhere as good as blocks from the network. It takes one
 * verification of an aggregate signature a block, so it is not part of every check.
 */
export function signatureInvariant(store: KeyValueStore, config: ChainConfig, verifier: Verifier): Invariant {
  const blocks = new BlockStore(store);
  return {
    name: "chain.signatures",
    summary: "Genesis is the network's, and each block has the signatures of a quorum of its voters.",
    check: async ({ report, looked }) => {
      const first = storedBlock(genesisBlock(config, genesisState(config, verifier)));
      if (!equalBytes(blocks.block(0)?.root ?? ZERO_ROOT, first.root)) {
        return report(corrupt("block 0 is not the genesis block of this network"));
      }
      const head = blocks.head()?.height ?? 0;
      let voters: VoterSet | undefined;
      let named: Uint8Array = ZERO_ROOT;
      // The first block of a snapshot was signed by voters that are not here; `chain.head` and the checkpoint vouch for it.
      const base = blocks.base();
      for (let height = base === 1 ? 1 : base + 1; height <= head; height++) {
        looked();
        const activeSetRoot = blocks.block(height - 1)?.header.activeSetRoot;
        const commit = blocks.commit(height);
        // What is missing is reported by the invariants of blocks and certificates.
        if (activeSetRoot === undefined || commit === undefined) continue;
        if (voters === undefined || !equalBytes(named, activeSetRoot)) {
          voters = votersOf(blocks, activeSetRoot);
          named = activeSetRoot;
        }
        if (voters === undefined) {
          report(corrupt(`the voters of block ${height} are not there`));
          continue;
        }
        const context = { genesisRoot: config.genesisRoot, forkVersion: forkVersionAt(config, commit.slot) };
        if (!verifyQuorum(commitVote(commit), commit, voters, context, verifier)) {
          report(corrupt(`the certificate of block ${height} is not signed by a quorum of its voters`));
        }
      }
      return undefined;
    },
  };
}

/** Only the members count here; who proposes when does not. */
function votersOf(blocks: BlockStore, activeSetRoot: Uint8Array): VoterSet | undefined {
  const members = blocks.voters(activeSetRoot);
  if (members === undefined || !equalBytes(Voters.hashTreeRoot(members), activeSetRoot)) return undefined;
  return { seed: ZERO_ROOT, members, primaries: [], fallbacks: [] };
}
