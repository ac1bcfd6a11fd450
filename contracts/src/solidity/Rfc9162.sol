// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.26;

/// @title SHA-256 Merkle trees of RFC 9162 (Certificate Transparency v2), section 2.1
/// @notice Leaf hash = SHA-256(0x00 || data), node hash = SHA-256(0x01 || left || right).
/// @dev The precompile is called in assembly: `sha256(abi.encodePacked(..))` copies its input twice and costs twice the
/// opcodes, and on this chain the price of a registration is mostly these calls.
library Rfc9162 {
    /// @notice Root of the tree without leaves: SHA-256 of nothing.
    bytes32 internal constant EMPTY_ROOT = 0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855;

    /// @notice Hash of a leaf that is itself a hash.
    /// @param data The leaf's 32 bytes.
    /// @return digest SHA-256(0x00 || data).
    function leafOf(bytes32 data) internal view returns (bytes32 digest) {
        assembly ("memory-safe") {
            mstore8(0x00, 0x00)
            mstore(0x01, data)
            if iszero(staticcall(gas(), 0x02, 0x00, 33, 0x00, 32)) {
                revert(0x00, 0x00)
            }
            digest := mload(0x00)
        }
    }

    /// @notice Hash of an inner node.
    /// @param left Hash of the left subtree.
    /// @param right Hash of the right subtree.
    /// @return digest SHA-256(0x01 || left || right).
    function nodeOf(bytes32 left, bytes32 right) internal view returns (bytes32 digest) {
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore8(free, 0x01)
            mstore(add(free, 1), left)
            mstore(add(free, 33), right)
            if iszero(staticcall(gas(), 0x02, free, 65, 0x00, 32)) {
                revert(0x00, 0x00)
            }
            digest := mload(0x00)
        }
    }

    /// @notice Root that an inclusion path leads to (RFC 9162, section 2.1.3.2).
    /// @param leafHash Hash of the leaf, prefix included.
    /// @param index Position of the leaf, from 0.
    /// @param size Number of leaves in the tree.
    /// @param path Sibling hashes from the leaf upwards.
    /// @return valid False when the index is outside the tree or the path has not exactly the length that it needs.
    /// @return root The computed root; to be compared by the caller.
    function rootFromPath(
        bytes32 leafHash,
        uint256 index,
        uint256 size,
        bytes32[] calldata path
    ) internal view returns (bool valid, bytes32 root) {
        if (index >= size) return (false, 0);
        uint256 last = size - 1;
        root = leafHash;
        for (uint256 i = 0; i < path.length; ++i) {
            if (last == 0) return (false, 0);
            if (index & 1 == 1 || index == last) {
                root = nodeOf(path[i], root);
                // The rightmost node of an incomplete level goes up unpaired.
                while (index & 1 == 0 && index != 0) {
                    index >>= 1;
                    last >>= 1;
                }
            } else {
                root = nodeOf(root, path[i]);
            }
            index >>= 1;
            last >>= 1;
        }
        valid = last == 0;
    }
}
