// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.26;

import {IERC5805} from "@openzeppelin/contracts/interfaces/IERC5805.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {INodeRegistry} from "./INodeRegistry.sol";

/// @title Registry of the network's nodes
/// @notice Consensus reads the events of this contract from executed blocks; what it finds out (who may vote in
/// governance, who is jailed) comes back by calls from the system address at epoch boundaries. An operator's votes are
/// its eligible nodes, kept by time (ERC-6372), so that a proposal counts the nodes of its own moment.
/// A registration locks a bond: it makes identities cost something and buys no influence. Only consensus can check a
/// proof of possession, so registrations are kept by key and operator: who copies a pending one under an account of
/// theirs, with a proof that is not theirs, takes the key from nobody. No owner, no upgrade.
contract NodeRegistry is INodeRegistry, IERC5805, EIP712 {
    using Checkpoints for Checkpoints.Trace208;

    // Four words.
    struct Record {
        address bondPayer;
        uint32 capacityMiB;
        uint32 poolJoins; // pools joined so far; part of the next join's consent, so that none is used twice
        bool known;
        bool eligible;
        bytes32 peerId;
        bytes32 poolId;
        uint128 bond;
        uint48 registeredAt;
        uint48 retiredAt;
    }

    /// @notice Caller of the system calls: no key exists for it.
    address public constant SYSTEM = 0xffffFFFfFFffffffffffffffFfFFFfffFFFfFFfE;
    /// @notice Most nodes that take part at a time.
    uint256 public constant MAX_NODES = 10_000;
    /// @notice Most nodes in a page of `nodesOf`.
    uint256 public constant MAX_PAGE = 100;
    /// @notice EIP-712 type of a pool owner's consent; poolId is SHA-256 of the owner's address.
    bytes32 public constant JOIN_POOL_TYPEHASH = keccak256("JoinPool(bytes32 nodeId,address operator,uint32 joins)");
    /// @notice EIP-712 type of an operator's consent in `registerFor`.
    bytes32 public constant REGISTER_NODE_TYPEHASH =
        keccak256(
            "RegisterNode(bytes blsKey,bytes proofOfPossession,address operator,bytes32 peerId,bytes32 poolId,"
            "uint32 capacityMiB,uint64 deadline)"
        );

    /// @notice Bond of a registration, wei.
    uint256 public immutable REGISTRATION_BOND;
    /// @notice Time from `retire` until the bond is free: the credit window, in which evidence can still come, seconds.
    uint256 public immutable BOND_LOCK;

    /// @notice Nodes that take part.
    uint256 public activeCount;
    /// @notice Sum of the bonds burnt so far, wei; they stay in this contract's balance for good.
    uint256 public burntBonds;

    mapping(bytes32 nodeId => mapping(address operator => Record record)) private _records;
    mapping(address operator => bytes32[] nodeIds) private _nodesOf;
    mapping(address operator => Checkpoints.Trace208 trace) private _votes;
    Checkpoints.Trace208 private _totalVotes;

    modifier onlySystem() {
        if (msg.sender != SYSTEM) revert NotSystem(msg.sender);
        _;
    }

    /// @notice Enters the genesis nodes.
    /// @param bond Bond of a registration, wei.
    /// @param bondLock Time from `retire` until the bond is free, seconds.
    /// @param nodes The nodes of the genesis.
    constructor(uint256 bond, uint256 bondLock, GenesisNode[] memory nodes) EIP712("NodeRegistry", "1") {
        REGISTRATION_BOND = bond;
        BOND_LOCK = bondLock;
        activeCount = nodes.length;
        for (uint256 i = 0; i < nodes.length; ++i) {
            GenesisNode memory given = nodes[i];
            Record storage entry = _records[given.nodeId][given.operator];
            if (entry.known) revert KeyUsed(given.nodeId, given.operator);
            entry.known = true;
            entry.peerId = given.peerId;
            _nodesOf[given.operator].push(given.nodeId);
        }
    }

    /// @notice Registers a node of the caller; the value is the bond.
    /// @param blsKey BLS12-381 public key, 48 bytes.
    /// @param proofOfPossession Signature over chain id, key and operator, 96 bytes; consensus checks it.
    /// @param peerId Ed25519 public key.
    /// @param poolId SHA-256 of the pool owner's address, 0 for no pool.
    /// @param poolSignature The pool owner's EIP-712 signature of JoinPool, empty for no pool.
    /// @param capacityMiB Storage that it offers, MiB.
    function register(
        bytes calldata blsKey,
        bytes calldata proofOfPossession,
        bytes32 peerId,
        bytes32 poolId,
        bytes calldata poolSignature,
        uint32 capacityMiB
    ) external payable {
        _register(msg.sender, blsKey, proofOfPossession, peerId, poolId, poolSignature, capacityMiB);
    }

    /// @notice Registers a node of somebody who signed for it; the caller pays bond and gas and gets the bond back.
    /// Replay is excluded since a key registers once.
    /// @param operator Who signed, and owns the node.
    /// @param blsKey BLS12-381 public key, 48 bytes.
    /// @param proofOfPossession Signature over chain id, key and operator, 96 bytes; consensus checks it.
    /// @param peerId Ed25519 public key.
    /// @param poolId SHA-256 of the pool owner's address, 0 for no pool.
    /// @param poolSignature The pool owner's EIP-712 signature of JoinPool, empty for no pool.
    /// @param capacityMiB Storage that it offers, MiB.
    /// @param deadline Last second at which the consent holds, Unix seconds.
    /// @param signature Operator's EIP-712 signature of RegisterNode, 65 bytes r || s || v, low s.
    function registerFor(
        address operator,
        bytes calldata blsKey,
        bytes calldata proofOfPossession,
        bytes32 peerId,
        bytes32 poolId,
        bytes calldata poolSignature,
        uint32 capacityMiB,
        uint64 deadline,
        bytes calldata signature
    ) external payable {
        if (block.timestamp > deadline) revert SignatureExpired(deadline);
        bytes32 consent = keccak256(
            abi.encode(
                REGISTER_NODE_TYPEHASH,
                keccak256(blsKey),
                keccak256(proofOfPossession),
                operator,
                peerId,
                poolId,
                capacityMiB,
                deadline
            )
        );
        if (_signerOf(consent, signature) != operator || operator == address(0)) revert BadOperatorSignature();
        _register(operator, blsKey, proofOfPossession, peerId, poolId, poolSignature, capacityMiB);
    }

    /// @notice Changes a node of the caller.
    /// @param nodeId The node.
    /// @param peerId Ed25519 public key.
    /// @param poolId Its pool from now on, 0 for none.
    /// @param poolSignature The pool owner's EIP-712 signature of JoinPool; empty when the pool stays or there is none.
    /// @param capacityMiB Storage that it offers, MiB.
    function update(
        bytes32 nodeId,
        bytes32 peerId,
        bytes32 poolId,
        bytes calldata poolSignature,
        uint32 capacityMiB
    ) external {
        Record storage entry = _activeOf(nodeId);
        if (poolId != entry.poolId) _joinPool(nodeId, msg.sender, entry, poolId, poolSignature);
        entry.peerId = peerId;
        entry.capacityMiB = capacityMiB;
        emit NodeUpdated(nodeId, msg.sender, poolId, peerId, capacityMiB);
    }

    /// @notice Takes a node of the caller out for good; its key never registers again.
    /// @param nodeId The node.
    function retire(bytes32 nodeId) external {
        Record storage entry = _activeOf(nodeId);
        entry.retiredAt = uint48(block.timestamp);
        --activeCount;
        emit NodeRetired(nodeId, msg.sender, uint64(block.timestamp + BOND_LOCK));
        _setEligible(nodeId, msg.sender, entry, false);
    }

    /// @notice Sends the bond of a retired node back to who had paid it; anybody may call.
    /// @param nodeId The node.
    /// @param operator Account that owned it.
    function withdrawBond(bytes32 nodeId, address operator) external {
        Record storage entry = _recordOf(nodeId, operator);
        uint256 amount = entry.bond;
        if (amount == 0) revert NoBond(nodeId);
        if (entry.retiredAt == 0) revert BondLocked(type(uint64).max);
        uint256 freeAt = uint256(entry.retiredAt) + BOND_LOCK;
        if (block.timestamp < freeAt) revert BondLocked(uint64(freeAt));
        address payer = entry.bondPayer;
        entry.bond = 0;
        emit BondWithdrawn(nodeId, operator, payer, amount);
        (bool sent, ) = payer.call{value: amount}("");
        if (!sent) revert TransferFailed(payer);
    }

    /// @notice Records who may vote in governance; consensus calls it at an epoch boundary. An unknown or retired node
    /// is passed over: a system call must not fail.
    /// @param changes At most 256.
    function recordEligibility(EligibilityChange[] calldata changes) external onlySystem {
        for (uint256 i = 0; i < changes.length; ++i) {
            EligibilityChange calldata change = changes[i];
            Record storage entry = _records[change.nodeId][change.operator];
            if (!entry.known || entry.retiredAt != 0) continue;
            _setEligible(change.nodeId, change.operator, entry, change.eligible);
        }
    }

    /// @notice Burns the bonds of jailed nodes; consensus calls it. An unknown node or one without bond is passed over.
    /// @param names The nodes.
    function burnBonds(NodeName[] calldata names) external onlySystem {
        for (uint256 i = 0; i < names.length; ++i) {
            Record storage entry = _records[names[i].nodeId][names[i].operator];
            uint256 amount = entry.bond;
            if (amount == 0) continue;
            entry.bond = 0;
            burntBonds += amount;
            emit BondBurnt(names[i].nodeId, names[i].operator, amount);
        }
    }

    /// @notice A node.
    /// @param nodeId SHA-256 of its BLS key.
    /// @param operator Account that owns it.
    /// @return The node.
    function node(bytes32 nodeId, address operator) external view returns (Node memory) {
        return _view(nodeId, operator, _recordOf(nodeId, operator));
    }

    /// @notice Nodes of an operator in the order of registration, retired ones included, a page at a time.
    /// @param operator Their operator.
    /// @param offset Nodes to pass over.
    /// @param limit Most nodes to return, up to MAX_PAGE.
    /// @return page The nodes; shorter than limit at the end, empty behind it.
    function nodesOf(address operator, uint256 offset, uint256 limit) external view returns (Node[] memory page) {
        if (limit > MAX_PAGE) revert PageTooLarge(limit);
        bytes32[] storage nodeIds = _nodesOf[operator];
        uint256 total = nodeIds.length;
        uint256 size = offset >= total ? 0 : total - offset;
        if (size > limit) size = limit;
        page = new Node[](size);
        for (uint256 i = 0; i < size; ++i) {
            bytes32 nodeId = nodeIds[offset + i];
            page[i] = _view(nodeId, operator, _records[nodeId][operator]);
        }
    }

    /// @notice Votes of an account now.
    /// @param account The account.
    /// @return Its eligible nodes.
    function getVotes(address account) external view returns (uint256) {
        return _votes[account].latest();
    }

    /// @notice Votes of an account at a time that is over.
    /// @param account The account.
    /// @param timepoint Unix seconds.
    /// @return Its eligible nodes at the end of that second.
    function getPastVotes(address account, uint256 timepoint) external view returns (uint256) {
        return _votes[account].upperLookupRecent(_past(timepoint));
    }

    /// @notice Votes of all at a time that is over.
    /// @param timepoint Unix seconds.
    /// @return All eligible nodes at the end of that second.
    function getPastTotalSupply(uint256 timepoint) external view returns (uint256) {
        return _totalVotes.upperLookupRecent(_past(timepoint));
    }

    // solhint-disable func-name-mixedcase
    /// @notice Separator of the EIP-712 domain (name NodeRegistry, version 1).
    /// @return The separator.
    function DOMAIN_SEPARATOR() external view returns (bytes32) {
        return _domainSeparatorV4();
    }

    /// @notice Votes are kept by time (ERC-6372).
    /// @return The mode's name.
    function CLOCK_MODE() external pure returns (string memory) {
        return "mode=timestamp";
    }
    // solhint-enable func-name-mixedcase

    /// @notice Every account votes for itself.
    /// @param account The account.
    /// @return The account.
    function delegates(address account) external pure returns (address) {
        return account;
    }

    /// @notice Reverts: votes cannot be given away.
    function delegate(address) external pure {
        revert DelegationDisabled();
    }

    /// @notice Reverts: votes cannot be given away.
    function delegateBySig(address, uint256, uint256, uint8, bytes32, bytes32) external pure {
        revert DelegationDisabled();
    }

    /// @notice Now.
    /// @return Unix seconds.
    function clock() public view returns (uint48) {
        return uint48(block.timestamp);
    }

    function _register(
        address operator,
        bytes calldata blsKey,
        bytes calldata proofOfPossession,
        bytes32 peerId,
        bytes32 poolId,
        bytes calldata poolSignature,
        uint32 capacityMiB
    ) private {
        if (blsKey.length != 48 || proofOfPossession.length != 96) {
            revert BadKeyLength(blsKey.length, proofOfPossession.length);
        }
        if (msg.value != REGISTRATION_BOND) revert WrongBond(msg.value, REGISTRATION_BOND);
        if (activeCount == MAX_NODES) revert RegistryFull();
        bytes32 nodeId = sha256(blsKey);
        Record storage entry = _records[nodeId][operator];
        if (entry.known) revert KeyUsed(nodeId, operator);
        entry.known = true;
        entry.capacityMiB = capacityMiB;
        entry.bondPayer = msg.sender;
        entry.peerId = peerId;
        entry.bond = uint128(msg.value);
        entry.registeredAt = uint48(block.timestamp);
        if (poolId != 0) _joinPool(nodeId, operator, entry, poolId, poolSignature);
        _nodesOf[operator].push(nodeId);
        ++activeCount;
        emit NodeRegistered(nodeId, operator, poolId, blsKey, proofOfPossession, peerId, capacityMiB);
    }

    // Leaving needs nobody's consent.
    function _joinPool(
        bytes32 nodeId,
        address operator,
        Record storage entry,
        bytes32 poolId,
        bytes calldata signature
    ) private {
        entry.poolId = poolId;
        if (poolId == 0) return;
        bytes32 consent = keccak256(abi.encode(JOIN_POOL_TYPEHASH, nodeId, operator, entry.poolJoins));
        ++entry.poolJoins;
        address owner = _signerOf(consent, signature);
        if (owner == address(0) || sha256(abi.encodePacked(owner)) != poolId) revert BadPoolSignature();
    }

    function _setEligible(bytes32 nodeId, address operator, Record storage entry, bool eligible) private {
        if (entry.eligible == eligible) return;
        entry.eligible = eligible;
        (uint256 before, uint256 votes) = _move(_votes[operator], eligible);
        _move(_totalVotes, eligible);
        emit EligibilityChanged(nodeId, operator, eligible);
        emit DelegateVotesChanged(operator, before, votes);
    }

    function _move(Checkpoints.Trace208 storage trace, bool up) private returns (uint256, uint256) {
        uint208 votes = trace.latest();
        return trace.push(clock(), up ? votes + 1 : votes - 1);
    }

    function _signerOf(bytes32 structHash, bytes calldata signature) private view returns (address) {
        (address signer, ECDSA.RecoverError failure, ) = ECDSA.tryRecover(_hashTypedDataV4(structHash), signature);
        return failure == ECDSA.RecoverError.NoError ? signer : address(0);
    }

    function _recordOf(bytes32 nodeId, address operator) private view returns (Record storage entry) {
        entry = _records[nodeId][operator];
        if (!entry.known) revert UnknownNode(nodeId, operator);
    }

    // Of the caller.
    function _activeOf(bytes32 nodeId) private view returns (Record storage entry) {
        entry = _recordOf(nodeId, msg.sender);
        if (entry.retiredAt != 0) revert AlreadyRetired(nodeId);
    }

    function _past(uint256 timepoint) private view returns (uint48) {
        if (timepoint >= clock()) revert ERC5805FutureLookup(timepoint, clock());
        return uint48(timepoint);
    }

    function _view(bytes32 nodeId, address operator, Record memory entry) private pure returns (Node memory) {
        return
            Node({
                nodeId: nodeId,
                operator: operator,
                peerId: entry.peerId,
                poolId: entry.poolId,
                poolJoins: entry.poolJoins,
                capacityMiB: entry.capacityMiB,
                registeredAt: entry.registeredAt,
                retiredAt: entry.retiredAt,
                eligible: entry.eligible,
                bondPayer: entry.bondPayer,
                bond: entry.bond
            });
    }
}
