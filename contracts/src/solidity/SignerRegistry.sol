// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.26;

/// @title Who signs payouts on TRON
/// @notice Two of three TRON accounts sign for the operator. Governance replaces all three at once; each set has a
/// number (its epoch) and a digest. The payout service never asks this chain: it is given a file with epoch, signers
/// and digest, which two signers of the set before must have signed. No owner, no upgrade.
contract SignerRegistry {
    /// @notice Signatures that a payout needs.
    uint256 public constant THRESHOLD = 2;
    /// @notice First byte of every address of TRON's networks.
    bytes1 public constant ADDRESS_PREFIX = 0x41;

    /// @notice Who may rotate; its only master is the governor.
    address public immutable TIMELOCK;

    /// @notice Number of the set; it starts at 0 and rises by one with every rotation.
    uint64 public epoch;

    bytes21[3] private _signers;

    /// @notice Another set signs from now on.
    /// @param epoch Its number.
    /// @param signers TRON addresses, 21 bytes each.
    /// @param digest SHA-256 of abi.encode(epoch, signers, threshold, chain id), which the set before signs.
    event SignersRotated(uint64 indexed epoch, bytes21[3] signers, bytes32 digest);

    /// @notice Only the timelock rotates.
    /// @param caller Who called.
    error NotTimelock(address caller);

    /// @notice A rotation names the number that follows: one that was overtaken must not run.
    /// @param given Number given.
    /// @param expected The number that follows.
    error WrongEpoch(uint64 given, uint64 expected);

    /// @notice Three distinct addresses of TRON are needed.
    /// @param signer The first that is none or is there twice.
    error BadSigner(bytes21 signer);

    /// @notice Sets the signers that a network starts with, epoch 0.
    /// @param timelock Who may rotate.
    /// @param first TRON addresses, 21 bytes each.
    constructor(address timelock, bytes21[3] memory first) {
        TIMELOCK = timelock;
        _requireSigners(first);
        _signers = first;
    }

    /// @notice Replaces the signers.
    /// @param next Number of the new set: the current one plus one.
    /// @param signers TRON addresses, 21 bytes each.
    function rotate(uint64 next, bytes21[3] calldata signers) external {
        if (msg.sender != TIMELOCK) revert NotTimelock(msg.sender);
        requireValid(next, signers);
        epoch = next;
        _signers = signers;
        emit SignersRotated(next, signers, digestOf(next, signers));
    }

    /// @notice The set that signs now.
    /// @return number Its epoch.
    /// @return signers TRON addresses, 21 bytes each.
    /// @return digest SHA-256 of abi.encode(epoch, signers, threshold, chain id).
    function current() external view returns (uint64 number, bytes21[3] memory signers, bytes32 digest) {
        number = epoch;
        signers = _signers;
        digest = digestOf(number, signers);
    }

    /// @notice Reverts when `rotate` would refuse the set; the governor asks before it takes a proposal.
    /// @param next Number of the new set.
    /// @param signers TRON addresses, 21 bytes each.
    function requireValid(uint64 next, bytes21[3] memory signers) public view {
        if (next != epoch + 1) revert WrongEpoch(next, epoch + 1);
        _requireSigners(signers);
    }

    /// @notice What the set before signs, so that the payout service takes a set.
    /// @param number Epoch of the set.
    /// @param signers TRON addresses, 21 bytes each.
    /// @return SHA-256 of abi.encode(epoch, signers, threshold, chain id).
    function digestOf(uint64 number, bytes21[3] memory signers) public view returns (bytes32) {
        return sha256(abi.encode(number, signers, THRESHOLD, block.chainid));
    }

    function _requireSigners(bytes21[3] memory signers) private pure {
        for (uint256 i = 0; i < signers.length; ++i) {
            bytes21 signer = signers[i];
            if (bytes1(signer) != ADDRESS_PREFIX || signer << 8 == 0) revert BadSigner(signer);
            for (uint256 j = 0; j < i; ++j) {
                if (signers[j] == signer) revert BadSigner(signer);
            }
        }
    }
}
