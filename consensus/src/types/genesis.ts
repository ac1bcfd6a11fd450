import { ContainerType, ListCompositeType, type ValueOf } from "@chainsafe/ssz";
import { blsPublicKey, blsSignature, bytes20, bytes32, shortText, u32, u64, VOTER_LIMIT } from "./ssz.js";

export const GenesisValidator = new ContainerType(
  {
    blsPublicKey,
    /** See `possessionMessage`. */
    proofOfPossession: blsSignature,
    /** Ed25519 public key; the libp2p peer id is its identity multihash. */
    peerId: bytes32,
    /** The operator's account: rewards, votes. */
    operator: bytes20,
  },
  { typeName: "GenesisValidator" },
);
export type GenesisValidator = ValueOf<typeof GenesisValidator>;

/** All that makes a network this network; its hash_tree_root is the network id inside every signature. */
export const Genesis = new ContainerType(
  {
    forkVersion: u32,
    /** Name of the network, and of the compiled-in preset that it follows. */
    network: shortText,
    preset: shortText,
    chainId: u64,
    /** Unix seconds of the start of slot 0. */
    genesisTime: u64,
    /** Seconds. */
    slotDuration: u32,
    /** Merkle Patricia root of the genesis alloc. */
    stateRoot: bytes32,
    validators: new ListCompositeType(GenesisValidator, VOTER_LIMIT),
  },
  { typeName: "Genesis" },
);
export type Genesis = ValueOf<typeof Genesis>;
