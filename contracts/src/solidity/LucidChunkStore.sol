// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.26;

import {ILucidChunkStore} from "./ILucidChunkStore.sol";
import {Rfc9162} from "./Rfc9162.sol";

/// @title Chunk roots of recordings that are still running
/// @notice A long recording anchors its chunk roots in batches. They are appended to an RFC 9162 tree of which only the
/// frontier is kept: one word for each set bit of the number of leaves. LucidAnchors.registerSession then demands
/// the same count and root. What is appended after the registration is in no session and binds nobody.
/// @dev Keyed by (owner, sessionId), so that nobody can take an id by copying a pending transaction.
contract LucidChunkStore is ILucidChunkStore {
    struct Tree {
        uint32 count;
        // frontier[level]: root of a complete subtree of 2^level leaves, meaningful where that bit of count is set.
        bytes32[32] frontier;
    }

    /// @notice Most roots in one call: bounds calldata, log and execution time of one transaction.
    uint256 public constant MAX_ROOTS = 256;

    mapping(address owner => mapping(bytes32 sessionId => Tree tree)) private _trees;

    /// @notice A batch was appended; one event a batch, since one a chunk would cost 1,550 gas more each.
    /// @param owner Account that anchored.
    /// @param sessionId The session.
    /// @param firstIndex Index of the first root of the batch.
    /// @param chunkRoots The roots, in order.
    event ChunksAnchored(
        address indexed owner,
        bytes32 indexed sessionId,
        uint32 firstIndex,
        bytes32[] chunkRoots
    );

    /// @notice The batch holds no root or more than MAX_ROOTS.
    /// @param count Roots given.
    error BatchSize(uint256 count);

    /// @notice The batch does not start where the tree ends: it was sent twice, or one before it is missing.
    /// @param given firstIndex of the call.
    /// @param expected Number of roots that are anchored.
    error UnexpectedIndex(uint32 given, uint32 expected);

    /// @notice The tree would have more than 2^32 - 1 leaves.
    /// @param count Number of roots that are anchored.
    error TreeFull(uint32 count);

    /// @notice Appends chunk roots to the caller's session.
    /// @param sessionId The session, UUIDv4 left-aligned.
    /// @param firstIndex Index of the first root; must equal countOf(caller, sessionId).
    /// @param chunkRoots 1 to MAX_ROOTS roots, in order.
    function anchorChunks(bytes32 sessionId, uint32 firstIndex, bytes32[] calldata chunkRoots) external {
        uint256 added = chunkRoots.length;
        if (added == 0 || added > MAX_ROOTS) revert BatchSize(added);
        Tree storage tree = _trees[msg.sender][sessionId];
        uint32 count = tree.count;
        if (firstIndex != count) revert UnexpectedIndex(firstIndex, count);
        if (added > type(uint32).max - count) revert TreeFull(count);

        bytes32[32] memory nodes;
        uint256 written = 0; // bit per level: nodes[level] is newer than the stored one
        for (uint256 i = 0; i < added; ++i) {
            bytes32 node = Rfc9162.leafOf(chunkRoots[i]);
            uint256 level = 0;
            for (uint256 size = count + i; size & 1 == 1; size >>= 1) {
                bytes32 left = (written >> level) & 1 == 1 ? nodes[level] : tree.frontier[level];
                node = Rfc9162.nodeOf(left, node);
                ++level;
            }
            nodes[level] = node;
            written |= 1 << level;
        }

        uint32 end = count + uint32(added);
        // Levels that fell out of the count keep their stale word: clearing it now makes writing it again dearer.
        for (uint256 level = 0; level < 32; ++level) {
            if ((written & end) >> level & 1 == 1) tree.frontier[level] = nodes[level];
        }
        tree.count = end;
        emit ChunksAnchored(msg.sender, sessionId, firstIndex, chunkRoots);
    }

    /// @inheritdoc ILucidChunkStore
    function countOf(address owner, bytes32 sessionId) external view returns (uint32 count) {
        return _trees[owner][sessionId].count;
    }

    /// @inheritdoc ILucidChunkStore
    function rootOf(address owner, bytes32 sessionId) external view returns (bytes32 root) {
        Tree storage tree = _trees[owner][sessionId];
        uint256 size = tree.count;
        if (size == 0) return Rfc9162.EMPTY_ROOT;
        bool started = false;
        for (uint256 level = 0; size != 0; ++level) {
            if (size & 1 == 1) {
                bytes32 node = tree.frontier[level];
                root = started ? Rfc9162.nodeOf(node, root) : node;
                started = true;
            }
            size >>= 1;
        }
    }
}
