// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.26;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {PaidRegistry} from "./PaidRegistry.sol";

/// @title What both payout routers share
/// @notice A router holds USDT and pays it out, each id once. Who may do what is fixed at deployment; a lost role means
/// a new router, and the money of the old one goes back to the treasury, which neither role can choose.
/// USDT on TRON returns false from a transfer that worked: what counts is that the router's own balance has fallen by
/// exactly the amount.
abstract contract PayoutRouter is Pausable {
    /// @notice What a router is made of.
    struct Setup {
        PaidRegistry registry; // the paid ids, shared by the routers
        IERC20 usdt; // the token
        address disburser; // who pays out: the operator's 2-of-3 account
        address pauser; // who pauses and goes on
        address treasury; // where the money goes back to
        uint256 maxAmount; // most of one payout, 6 decimals
    }

    /// @notice The paid ids, shared by the routers.
    PaidRegistry public immutable REGISTRY;
    /// @notice The token.
    IERC20 public immutable USDT;
    /// @notice Who pays out: the operator's 2-of-3 account.
    address public immutable DISBURSER;
    /// @notice Who pauses and goes on.
    address public immutable PAUSER;
    /// @notice Where the money goes back to.
    address public immutable TREASURY;
    /// @notice Most of one payout, 6 decimals.
    uint256 public immutable MAX_AMOUNT;

    /// @notice A payout is done.
    /// @param payoutId Its id.
    /// @param to Who was paid.
    /// @param amount How much, 6 decimals.
    event Paid(bytes32 indexed payoutId, address indexed to, uint256 amount);

    /// @notice Money went back to the treasury.
    /// @param caller Who asked for it.
    /// @param amount How much, 6 decimals.
    event Returned(address indexed caller, uint256 amount);

    /// @notice A role is nobody, or two roles are one account.
    error BadSetup();

    /// @notice Only the disburser pays out.
    /// @param caller Who called.
    error NotDisburser(address caller);

    /// @notice Only the pauser pauses and goes on.
    /// @param caller Who called.
    error NotPauser(address caller);

    /// @notice Nobody, this router or the token itself cannot be paid.
    /// @param to Who was named.
    error BadPayee(address to);

    /// @notice The amount is zero or more than one payout may be.
    /// @param amount Amount given.
    /// @param maxAmount Most of one payout.
    error BadAmount(uint256 amount, uint256 maxAmount);

    /// @notice The router's balance did not fall by the amount.
    /// @param before Balance before.
    /// @param left Balance after.
    /// @param amount The amount.
    error TransferFailed(uint256 before, uint256 left, uint256 amount);

    modifier onlyDisburser() {
        if (msg.sender != DISBURSER) revert NotDisburser(msg.sender);
        _;
    }

    modifier onlyPauser() {
        if (msg.sender != PAUSER) revert NotPauser(msg.sender);
        _;
    }

    /// @notice Fixes everything.
    /// @param setup What the router is made of.
    constructor(Setup memory setup) {
        REGISTRY = setup.registry;
        USDT = setup.usdt;
        DISBURSER = setup.disburser;
        PAUSER = setup.pauser;
        TREASURY = setup.treasury;
        MAX_AMOUNT = setup.maxAmount;
        bool nobody = DISBURSER == address(0) || PAUSER == address(0) || TREASURY == address(0) || MAX_AMOUNT == 0;
        bool missing = address(REGISTRY).code.length == 0 || address(USDT).code.length == 0;
        // The treasury is out of the disburser's reach, else the cap and the check of identity could be gone round.
        if (nobody || missing || DISBURSER == PAUSER || DISBURSER == TREASURY) revert BadSetup();
    }

    /// @notice Stops payouts.
    function pause() external onlyPauser {
        _pause();
    }

    /// @notice Goes on with payouts.
    function unpause() external onlyPauser {
        _unpause();
    }

    /// @notice Sends money back to the treasury, also while paused: no lost role may lock it in.
    /// @param amount How much, 6 decimals.
    function returnToTreasury(uint256 amount) external {
        if (msg.sender != DISBURSER && msg.sender != PAUSER) revert NotDisburser(msg.sender);
        emit Returned(msg.sender, amount);
        _transfer(TREASURY, amount);
    }

    function _pay(bytes32 payoutId, address to, uint256 amount) internal {
        if (to == address(0) || to == address(this) || to == address(USDT)) revert BadPayee(to);
        if (amount == 0 || amount > MAX_AMOUNT) revert BadAmount(amount, MAX_AMOUNT);
        REGISTRY.mark(payoutId);
        emit Paid(payoutId, to, amount);
        _transfer(to, amount);
    }

    function _transfer(address to, uint256 amount) private {
        uint256 before = USDT.balanceOf(address(this));
        // What it returns is not looked at; a revert goes through.
        USDT.transfer(to, amount);
        uint256 left = USDT.balanceOf(address(this));
        if (left > before || before - left != amount) revert TransferFailed(before, left, amount);
    }
}
