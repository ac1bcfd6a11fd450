import { ContainerType, type ValueOf } from "@chainsafe/ssz";
import { keepsRoot } from "./keepsRoot.js";
import { bloom, blsSignature, bytes32, u32, u64, u256 } from "./ssz.js";

/**
 * What voters sign (through its root) and what light verifiers read. `hash_tree_root(header)` is the block root, shown
 * as the block's hash by JSON-RPC.
 */
export const Header = keepsRoot(
  new ContainerType(
    {
      forkVersion: u32,
      /** Genesis is 0. */
      height: u32,
      /** Slot for which the block was first proposed; a carried block keeps it. */
      slot: u32,
      /** Round of that slot; 0 is the primary's. */
      round: u32,
      /** Start of the slot, Unix seconds. */
      timestamp: u64,
      /** nodeId of the proposer; 32 zero bytes in genesis. */
      proposer: bytes32,
      /** Block root of the parent; genesisRoot in genesis. */
      parentRoot: bytes32,
      /** Merkle Patricia root of the EVM state after this block. */
      stateRoot: bytes32,
      /** hash_tree_root of the consensus state after this block. */
      consensusRoot: bytes32,
      /** hash_tree_root of the list of voters of the next height (`Voters`), so that headers form a chain of trust. */
      activeSetRoot: bytes32,
      /** Merkle Patricia roots as in Ethereum. */
      transactionsRoot: bytes32,
      receiptsRoot: bytes32,
      withdrawalsRoot: bytes32,
      bodyRoot: bytes32,
      logsBloom: bloom,
      gasUsed: u64,
      gasLimit: u64,
      /** Wei. */
      baseFeePerGas: u256,
      vrfProof: blsSignature,
    },
    { typeName: "Header" },
  ),
);
export type Header = ValueOf<typeof Header>;

/** Block root. */
export function headerRoot(header: Header): Uint8Array {
  return Header.hashTreeRoot(header);
}
