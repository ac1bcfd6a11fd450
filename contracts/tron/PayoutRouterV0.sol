// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.26;

import {PayoutRouter} from "./PayoutRouter.sol";

/// @title Payouts without a check of identity
/// @notice See PayoutRouter.
contract PayoutRouterV0 is PayoutRouter {
    /// @notice Fixes everything.
    /// @param setup What the router is made of.
    constructor(Setup memory setup) PayoutRouter(setup) {}

    /// @notice Pays an id, once.
    /// @param payoutId The payout's unique id.
    /// @param to Who is paid.
    /// @param amount How much, 6 decimals.
    function disburse(bytes32 payoutId, address to, uint256 amount) external onlyDisburser whenNotPaused {
        _pay(payoutId, to, amount);
    }
}
