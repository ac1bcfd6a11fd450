// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.26;

/// @title The ids that were paid, shared by the routers
/// @notice Both routers mark an id here before they pay, so that no id is paid twice whatever the route. Only the two
/// routers that the deployer names, once, may mark. No owner, no upgrade, nothing is ever unmarked.
contract PaidRegistry {
    /// @notice Who may name the routers, once.
    address public immutable DEPLOYER;

    /// @notice Router for payees without a check of identity; zero until the routers are named.
    address public routerV0;
    /// @notice Router for payees with a check of identity; zero until the routers are named.
    address public routerKyc;
    /// @notice Whether an id was paid.
    mapping(bytes32 payoutId => bool done) public paid;

    /// @notice The routers are named, for good.
    /// @param v0 Router for payees without a check of identity.
    /// @param kyc Router for payees with a check of identity.
    event RoutersNamed(address indexed v0, address indexed kyc);

    /// @notice An id is paid by the transaction that this log is in.
    /// @param payoutId The id.
    /// @param router Who pays.
    event Marked(bytes32 indexed payoutId, address indexed router);

    /// @notice Only the deployer names the routers.
    /// @param caller Who called.
    error NotDeployer(address caller);

    /// @notice The routers are named already.
    error RoutersKnown();

    /// @notice The routers must be two contracts that use this registry.
    /// @param router What was given.
    error BadRouter(address router);

    /// @notice Only the two routers mark.
    /// @param caller Who called.
    error NotRouter(address caller);

    /// @notice The id was paid before.
    /// @param payoutId The id.
    error AlreadyPaid(bytes32 payoutId);

    /// @notice The deployer is who may name the routers.
    constructor() {
        DEPLOYER = msg.sender;
    }

    /// @notice Names the routers; once.
    /// @param v0 Router for payees without a check of identity.
    /// @param kyc Router for payees with a check of identity.
    function nameRouters(address v0, address kyc) external {
        if (msg.sender != DEPLOYER) revert NotDeployer(msg.sender);
        if (routerV0 != address(0)) revert RoutersKnown();
        if (v0 == kyc || v0.code.length == 0) revert BadRouter(v0);
        if (kyc.code.length == 0) revert BadRouter(kyc);
        routerV0 = v0;
        routerKyc = kyc;
        emit RoutersNamed(v0, kyc);
    }

    /// @notice Marks an id as paid.
    /// @param payoutId The id.
    function mark(bytes32 payoutId) external {
        if (msg.sender != routerV0 && msg.sender != routerKyc) revert NotRouter(msg.sender);
        if (paid[payoutId]) revert AlreadyPaid(payoutId);
        paid[payoutId] = true;
        emit Marked(payoutId, msg.sender);
    }
}
