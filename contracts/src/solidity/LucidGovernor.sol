// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.26;

import {GovernorCountingSimple} from "@openzeppelin/contracts/governance/extensions/GovernorCountingSimple.sol";
import {GovernorStorage} from "@openzeppelin/contracts/governance/extensions/GovernorStorage.sol";
import {
    GovernorTimelockControl,
    TimelockController
} from "@openzeppelin/contracts/governance/extensions/GovernorTimelockControl.sol";
import {GovernorVotes, IVotes} from "@openzeppelin/contracts/governance/extensions/GovernorVotes.sol";
import {Governor} from "@openzeppelin/contracts/governance/Governor.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {Bytes} from "@openzeppelin/contracts/utils/Bytes.sol";
import {ParamRegistry} from "./ParamRegistry.sol";
import {SignerRegistry} from "./SignerRegistry.sol";

/// @title Votes of the network's nodes
/// @notice Whoever operates an eligible node may propose and votes with one vote a node, as counted when the vote
/// opens. A proposal passes when a third of all eligible nodes took part (for or abstain) and more are for it than
/// against. It can do two things and nothing else: set a parameter, or rotate the signers; what the registry would
/// refuse is not taken as a proposal either. What passed waits in the timelock and expires if nobody runs it in time.
/// OpenZeppelin's governor holds more entrances; they ask for the timelock as caller, which calls the two registries
/// only.
contract LucidGovernor is
    Governor,
    GovernorCountingSimple,
    GovernorStorage,
    GovernorVotes,
    GovernorTimelockControl
{
    /// @notice When things happen.
    struct Timing {
        uint256 votingDelay; // from the proposal until the vote opens, seconds
        uint256 votingPeriod; // while the vote is open, seconds
        uint256 grace; // in which what passed must be queued, and what waited must run, seconds
    }

    /// @notice Registry whose parameters can be set.
    address public immutable PARAMS;
    /// @notice Registry whose signers can be rotated.
    address public immutable SIGNERS;
    /// @notice In which what passed must be queued, and what waited in the timelock must run, seconds.
    uint256 public immutable GRACE;

    uint256 private immutable _DELAY;
    uint256 private immutable _PERIOD;

    /// @notice A proposal can call `set` of ParamRegistry and `rotate` of SignerRegistry only.
    /// @param target Contract that it wanted to call.
    /// @param selector Function that it wanted to call.
    error ActionNotAllowed(address target, bytes4 selector);

    /// @notice No action takes money.
    /// @param value Wei that it wanted to send.
    error ValueNotAllowed(uint256 value);

    /// @notice The account had no eligible node when the vote opened.
    /// @param account The account.
    error NoVotes(address account);

    /// @notice Fixes everything.
    /// @param votes NodeRegistry.
    /// @param timelock_ Where passed proposals wait.
    /// @param params Registry whose parameters can be set.
    /// @param signers Registry whose signers can be rotated.
    /// @param timing When things happen.
    constructor(
        IVotes votes,
        TimelockController timelock_,
        ParamRegistry params,
        SignerRegistry signers,
        Timing memory timing
    ) Governor("LucidGovernor") GovernorVotes(votes) GovernorTimelockControl(timelock_) {
        PARAMS = address(params);
        SIGNERS = address(signers);
        GRACE = timing.grace;
        _DELAY = timing.votingDelay;
        _PERIOD = timing.votingPeriod;
    }

    /// @notice State of a proposal. OpenZeppelin's timelock knows no end; here what nobody queues or runs expires.
    /// @param proposalId The proposal.
    /// @return Its state.
    function state(
        uint256 proposalId
    ) public view override(Governor, GovernorTimelockControl) returns (ProposalState) {
        ProposalState found = super.state(proposalId);
        uint256 since;
        if (found == ProposalState.Succeeded) since = proposalDeadline(proposalId);
        else if (found == ProposalState.Queued) since = proposalEta(proposalId);
        else return found;
        return block.timestamp > since + GRACE ? ProposalState.Expired : found;
    }

    /// @notice Nodes that must take part, for or abstaining: a third of all, rounded up.
    /// @param timepoint When the vote opened, Unix seconds.
    /// @return Their number.
    function quorum(uint256 timepoint) public view override returns (uint256) {
        return (token().getPastTotalSupply(timepoint) + 2) / 3;
    }

    /// @notice Time from the proposal until the vote opens.
    /// @return Seconds.
    function votingDelay() public view override returns (uint256) {
        return _DELAY;
    }

    /// @notice Time in which the vote is open.
    /// @return Seconds.
    function votingPeriod() public view override returns (uint256) {
        return _PERIOD;
    }

    /// @notice Whether a proposal goes through the timelock: every one does.
    /// @param proposalId The proposal.
    /// @return True.
    function proposalNeedsQueuing(
        uint256 proposalId
    ) public view override(Governor, GovernorTimelockControl) returns (bool) {
        return super.proposalNeedsQueuing(proposalId);
    }

    /// @notice Eligible nodes that a proposer needs.
    /// @return One.
    function proposalThreshold() public pure override returns (uint256) {
        return 1;
    }

    function _propose(
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        string memory description,
        address proposer
    ) internal override(Governor, GovernorStorage) returns (uint256 proposalId) {
        proposalId = super._propose(targets, values, calldatas, description, proposer);
        for (uint256 i = 0; i < targets.length; ++i) _requireAllowed(targets[i], values[i], calldatas[i]);
    }

    function _countVote(
        uint256 proposalId,
        address account,
        uint8 support,
        uint256 totalWeight,
        bytes memory params
    ) internal override(Governor, GovernorCountingSimple) returns (uint256) {
        if (totalWeight == 0) revert NoVotes(account);
        return super._countVote(proposalId, account, support, totalWeight, params);
    }

    function _queueOperations(
        uint256 proposalId,
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(Governor, GovernorTimelockControl) returns (uint48) {
        return super._queueOperations(proposalId, targets, values, calldatas, descriptionHash);
    }

    function _executeOperations(
        uint256 proposalId,
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(Governor, GovernorTimelockControl) {
        super._executeOperations(proposalId, targets, values, calldatas, descriptionHash);
    }

    function _cancel(
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory calldatas,
        bytes32 descriptionHash
    ) internal override(Governor, GovernorTimelockControl) returns (uint256) {
        return super._cancel(targets, values, calldatas, descriptionHash);
    }

    function _executor() internal view override(Governor, GovernorTimelockControl) returns (address) {
        return super._executor();
    }

    // The registry itself says what is wrong with the arguments, by the same function that its setter uses.
    function _requireAllowed(address target, uint256 value, bytes memory data) private view {
        bytes4 selector = bytes4(data);
        bytes4 check;
        if (target == PARAMS && selector == ParamRegistry.set.selector) {
            check = ParamRegistry.requireValid.selector;
        } else if (target == SIGNERS && selector == SignerRegistry.rotate.selector) {
            check = SignerRegistry.requireValid.selector;
        } else {
            revert ActionNotAllowed(target, selector);
        }
        if (value != 0) revert ValueNotAllowed(value);
        Address.functionStaticCall(target, bytes.concat(check, Bytes.slice(data, 4)));
    }
}
