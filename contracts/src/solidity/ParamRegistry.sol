// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.26;

/// @title The parameters that governance may change
/// @notice Keys and their bounds are code: no vote adds a key or leaves the bounds. Only the timelock sets, which runs
/// what the nodes have voted. A key is the parameter's name as bytes32, left-aligned. No owner, no upgrade.
contract ParamRegistry {
    /// @notice A parameter as `all` returns it.
    struct Param {
        bytes32 key; // name, left-aligned ASCII
        uint256 value;
        uint256 min; // smallest value that can be set
        uint256 max; // largest value that can be set
    }

    /// @notice Period of the payouts to nodes, seconds; the payout service checks it.
    bytes32 public constant PAYOUT_EPOCH_LENGTH = "payoutEpochLength";
    /// @notice Largest chunk of a session, bytes of plaintext.
    bytes32 public constant MAX_CHUNK_SIZE = "maxChunkSize";
    /// @notice How long a recorder waits for the policy of a session before it denies it, milliseconds.
    bytes32 public constant POLICY_TIMEOUT_MS = "policyTimeoutMs";

    /// @notice Who may set; its only master is the governor.
    address public immutable TIMELOCK;

    mapping(bytes32 key => uint256 value) private _values;

    /// @notice A parameter has another value from now on.
    /// @param key Its name.
    /// @param before The value until now.
    /// @param value The value from now on.
    event ParamChanged(bytes32 indexed key, uint256 before, uint256 value);

    /// @notice Only the timelock sets parameters.
    /// @param caller Who called.
    error NotTimelock(address caller);

    /// @notice There is no such parameter.
    /// @param key What was given as a name.
    error UnknownKey(bytes32 key);

    /// @notice The value is outside the bounds that the code fixes.
    /// @param key The parameter.
    /// @param value Value given.
    /// @param min Smallest value allowed.
    /// @param max Largest value allowed.
    error OutOfBounds(bytes32 key, uint256 value, uint256 min, uint256 max);

    /// @notice Sets the values that a network starts with: 30 days, 16 MiB, 30 seconds.
    /// @param timelock Who may set.
    constructor(address timelock) {
        TIMELOCK = timelock;
        _values[PAYOUT_EPOCH_LENGTH] = 30 days;
        _values[MAX_CHUNK_SIZE] = 16 * 1024 * 1024;
        _values[POLICY_TIMEOUT_MS] = 30_000;
    }

    /// @notice Sets a parameter.
    /// @param key Its name.
    /// @param value The value from now on.
    function set(bytes32 key, uint256 value) external {
        if (msg.sender != TIMELOCK) revert NotTimelock(msg.sender);
        requireValid(key, value);
        uint256 before = _values[key];
        _values[key] = value;
        emit ParamChanged(key, before, value);
    }

    /// @notice A parameter's value.
    /// @param key Its name.
    /// @return The value.
    function get(bytes32 key) external view returns (uint256) {
        boundsOf(key);
        return _values[key];
    }

    /// @notice All parameters.
    /// @return params Each with value and bounds, always in the same order.
    function all() external view returns (Param[3] memory params) {
        bytes32[3] memory keys = [PAYOUT_EPOCH_LENGTH, MAX_CHUNK_SIZE, POLICY_TIMEOUT_MS];
        for (uint256 i = 0; i < keys.length; ++i) {
            (uint256 min, uint256 max) = boundsOf(keys[i]);
            params[i] = Param({key: keys[i], value: _values[keys[i]], min: min, max: max});
        }
    }

    /// @notice Reverts when `set` would refuse the value; the governor asks before it takes a proposal.
    /// @param key The parameter's name.
    /// @param value The value.
    function requireValid(bytes32 key, uint256 value) public pure {
        (uint256 min, uint256 max) = boundsOf(key);
        if (value < min || value > max) revert OutOfBounds(key, value, min, max);
    }

    /// @notice The bounds of a parameter.
    /// @param key Its name.
    /// @return min Smallest value that can be set.
    /// @return max Largest value that can be set.
    function boundsOf(bytes32 key) public pure returns (uint256 min, uint256 max) {
        if (key == PAYOUT_EPOCH_LENGTH) return (28 days, 31 days);
        if (key == MAX_CHUNK_SIZE) return (1024 * 1024, 64 * 1024 * 1024);
        if (key == POLICY_TIMEOUT_MS) return (1_000, 300_000);
        revert UnknownKey(key);
    }
}
