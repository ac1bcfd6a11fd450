// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.26;

/// @title What NodeRegistry takes, returns, emits and reverts with
/// @notice See NodeRegistry for the meaning of the words.
interface INodeRegistry {
    /// @notice A node that is there from the start; it has no bond.
    struct GenesisNode {
        bytes32 nodeId; // SHA-256 of the BLS key
        bytes32 peerId; // Ed25519 public key
        address operator;
    }

    /// @notice A registered node as the views return it.
    struct Node {
        bytes32 nodeId; // SHA-256 of the BLS key
        address operator;
        bytes32 peerId; // Ed25519 public key
        bytes32 poolId; // 0: in no pool
        uint32 poolJoins; // pools joined so far, which the next pool owner's consent names
        uint32 capacityMiB; // storage that it offers
        uint64 registeredAt; // Unix seconds, 0 for a genesis node
        uint64 retiredAt; // Unix seconds, 0 while it takes part
        bool eligible; // has a vote in governance
        address bondPayer; // who gets the bond back
        uint256 bond; // wei, 0 when there was none or it is withdrawn or burnt
    }

    /// @notice One change of the right to vote, as the system finds it at an epoch boundary.
    struct EligibilityChange {
        bytes32 nodeId;
        address operator;
        bool eligible;
    }

    /// @notice Names a registration: a copied key under another account is another registration.
    struct NodeName {
        bytes32 nodeId;
        address operator;
    }

    /// @notice A node was registered. Consensus checks the proof of possession and ignores the node when it fails.
    /// @param nodeId SHA-256 of the BLS key.
    /// @param operator Account that owns the node.
    /// @param poolId Its pool, 0 for none.
    /// @param blsKey BLS12-381 public key, 48 bytes.
    /// @param proofOfPossession Signature that proves the key, 96 bytes.
    /// @param peerId Ed25519 public key.
    /// @param capacityMiB Storage that it offers, MiB.
    event NodeRegistered(
        bytes32 indexed nodeId,
        address indexed operator,
        bytes32 indexed poolId,
        bytes blsKey,
        bytes proofOfPossession,
        bytes32 peerId,
        uint32 capacityMiB
    );

    /// @notice An operator changed a node.
    /// @param nodeId The node.
    /// @param operator Account that owns the node.
    /// @param poolId Its pool from now on, 0 for none.
    /// @param peerId Ed25519 public key.
    /// @param capacityMiB Storage that it offers, MiB.
    event NodeUpdated(
        bytes32 indexed nodeId,
        address indexed operator,
        bytes32 indexed poolId,
        bytes32 peerId,
        uint32 capacityMiB
    );

    /// @notice An operator took a node out for good.
    /// @param nodeId The node.
    /// @param operator Account that owned the node.
    /// @param bondFreeAt From when the bond can be withdrawn, Unix seconds.
    event NodeRetired(bytes32 indexed nodeId, address indexed operator, uint64 bondFreeAt);

    /// @notice A bond went back to who had paid it.
    /// @param nodeId The node.
    /// @param operator Account that owned the node.
    /// @param payer Who had paid it.
    /// @param amount Wei.
    event BondWithdrawn(bytes32 indexed nodeId, address indexed operator, address indexed payer, uint256 amount);

    /// @notice A node was jailed and its bond burnt. A system call has no receipt: `node` shows it, not the logs.
    /// @param nodeId The node.
    /// @param operator Account that owns the node.
    /// @param amount Wei.
    event BondBurnt(bytes32 indexed nodeId, address indexed operator, uint256 amount);

    /// @notice A node got or lost its vote. In the logs of `retire` only: a system call has no receipt.
    /// @param nodeId The node.
    /// @param operator Whose votes changed.
    /// @param eligible Whether it has a vote now.
    event EligibilityChanged(bytes32 indexed nodeId, address indexed operator, bool eligible);

    /// @notice Only the system address calls this, from consensus.
    /// @param caller Who called.
    error NotSystem(address caller);

    /// @notice A BLS key has 48 bytes, its proof of possession 96.
    /// @param keyLength Bytes of the key given.
    /// @param proofLength Bytes of the proof given.
    error BadKeyLength(uint256 keyLength, uint256 proofLength);

    /// @notice A BLS key registers once, ever.
    /// @param nodeId Its node.
    /// @param operator Account that registered it.
    error KeyUsed(bytes32 nodeId, address operator);

    /// @notice This account has no such node.
    /// @param nodeId The node.
    /// @param operator The account.
    error UnknownNode(bytes32 nodeId, address operator);

    /// @notice The node is retired.
    /// @param nodeId The node.
    error AlreadyRetired(bytes32 nodeId);

    /// @notice MAX_NODES nodes take part.
    error RegistryFull();

    /// @notice The value is not the bond.
    /// @param paid Value sent, wei.
    /// @param required The bond, wei.
    error WrongBond(uint256 paid, uint256 required);

    /// @notice The signature is not that of the pool's owner over these values.
    error BadPoolSignature();

    /// @notice The signature is not the operator's over these values.
    error BadOperatorSignature();

    /// @notice The operator's consent has run out.
    /// @param deadline Last second at which it held, Unix seconds.
    error SignatureExpired(uint64 deadline);

    /// @notice The bond is locked while the node takes part and for a time after.
    /// @param freeAt From when it can be withdrawn, Unix seconds; the largest number while the node takes part.
    error BondLocked(uint64 freeAt);

    /// @notice There is nothing to withdraw.
    /// @param nodeId The node.
    error NoBond(bytes32 nodeId);

    /// @notice The account did not take the bond.
    /// @param payer The account.
    error TransferFailed(address payer);

    /// @notice A page has at most MAX_PAGE nodes.
    /// @param limit Nodes asked for.
    error PageTooLarge(uint256 limit);

    /// @notice Votes of a time that is not over are not known yet (ERC-5805).
    /// @param timepoint Time asked for, Unix seconds.
    /// @param clock Now, Unix seconds.
    error ERC5805FutureLookup(uint256 timepoint, uint48 clock);

    /// @notice An operator's votes are its eligible nodes; they cannot be given away.
    error DelegationDisabled();
}
