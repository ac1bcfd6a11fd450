// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.26;

/// @title What LucidAnchors reads of LucidChunkStore
/// @notice See LucidChunkStore.
interface ILucidChunkStore {
    /// @notice Number of chunk roots that an owner has anchored for a session.
    /// @param owner Account that anchored them.
    /// @param sessionId The session.
    /// @return count Number of roots, 0 for a session without any.
    function countOf(address owner, bytes32 sessionId) external view returns (uint32 count);

    /// @notice RFC 9162 root over the anchored chunk roots, in order.
    /// @param owner Account that anchored them.
    /// @param sessionId The session.
    /// @return root The tree's root; SHA-256 of nothing when there are no roots.
    function rootOf(address owner, bytes32 sessionId) external view returns (bytes32 root);
}
