import {
  activeSetRoot,
  BlsVerifier,
  ConsensusState,
  commitVote,
  decodeSsz,
  VOTER_RECORD_BYTES,
  VoterRecord,
  Voters,
  verifyQuorum,
  votersOfHeight,
} from "@lucid/consensus";
import { concatBytes, equalBytes, toHex } from "@lucid/consensus/base";
import { type Invariant, type KeyValueStore, namespaces } from "@lucid/storage";
import { loadRecoveries } from "../recovery/recoveryStore.js";
import { BlockStore } from "./blockStore.js";

const RECORD_KEY = concatBytes(Uint8Array.of(namespaces.voterState), new TextEncoder().encode("record"));

/** What holds between the head, the consensus state, the certificates and what this node has signed. */
export function consensusInvariants(store: KeyValueStore, genesisRoot: Uint8Array): Invariant[] {
  const blocks = new BlockStore(store);
  return [
    {
      name: "chain.consensus",
      summary:
        "The consensus state is that of the head, and the head's certificate is signed by a quorum of its voters.",
      check: async ({ report, looked }) => {
        looked();
        const head = blocks.head();
        const header = head === undefined ? undefined : blocks.block(head.height)?.header;
        const state = blocks.decodedState();
        if (head === undefined || header === undefined || state === undefined) {
          report({ code: "CHAIN_CORRUPT", message: "the consensus state is missing" });
          return;
        }
        if (!equalBytes(ConsensusState.hashTreeRoot(state), header.consensusRoot)) {
          report({ code: "CHAIN_CORRUPT", message: "the consensus state is not the one that the head names" });
        }
        if (!equalBytes(activeSetRoot(state.voters), header.activeSetRoot)) {
          report({ code: "CHAIN_CORRUPT", message: "the voters are not those that the head names" });
        }
        // The certificate of a block that a recovery carried over is of voters that its own state does not know.
        const carried = (await loadRecoveries(store)).some(
          ({ plan }) => plan.height + 1 === head.height && header.slot < plan.slot,
        );
        const commit = carried ? undefined : blocks.commit(head.height);
        const voters = votersOfHeight(state, head.height);
        if (commit === undefined || voters === undefined) return;
        const context = { genesisRoot, forkVersion: header.forkVersion };
        if (!verifyQuorum(commitVote(commit), commit, voters, context, new BlsVerifier())) {
          report({ code: "CHAIN_CORRUPT", message: "the certificate of the head is not signed by a quorum" });
        }
      },
    },
    {
      name: "chain.voterSets",
      summary: "The voters that any header names are there, and are those.",
      check: async ({ report, looked }) => {
        const checked = new Set<string>();
        for (let height = 0; height <= (blocks.head()?.height ?? -1); height++) {
          if (height === 1) height = blocks.base();
          const root = blocks.block(height)?.header.activeSetRoot;
          if (root === undefined || checked.has(toHex(root))) continue;
          looked();
          checked.add(toHex(root));
          const voters = blocks.voters(root);
          if (voters === undefined || !equalBytes(Voters.hashTreeRoot(voters), root)) {
            const message = `the voters that block ${height} names are missing or others`;
            report({ code: "CHAIN_CORRUPT", message, meta: { height } });
          }
        }
      },
    },
    {
      name: "voter.record",
      summary: "What this node has signed can be read, and belongs to this network.",
      check: async ({ report, looked }) => {
        const bytes = store.get(RECORD_KEY);
        if (bytes === undefined) return;
        looked();
        const record = decodeSsz(VoterRecord, bytes, VOTER_RECORD_BYTES);
        if (!equalBytes(record.genesisRoot, genesisRoot)) {
          report({ code: "CHAIN_CORRUPT", message: "the voter record belongs to another network" });
        }
      },
    },
  ];
}
