// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.26;

import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";

/// @title Between a vote and what it does
/// @notice OpenZeppelin's timelock with the governor as only proposer, canceller and executor (an open executor could
/// run what has expired), and with nobody who could give a role: not even itself. The delay never changes. Money sent
/// here is lost: nothing takes it out.
contract LucidTimelock is TimelockController {
    /// @notice Fixes everything.
    /// @param delay Time that an operation waits, seconds.
    /// @param governor The only account with roles.
    constructor(
        uint256 delay,
        address governor
    ) TimelockController(delay, _only(governor), _only(governor), address(0)) {
        _revokeRole(DEFAULT_ADMIN_ROLE, address(this));
    }

    function _only(address account) private pure returns (address[] memory list) {
        list = new address[](1);
        list[0] = account;
    }
}
