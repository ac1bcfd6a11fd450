// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.26;

/// @title USDT as it behaves on TRON, for tests
/// @notice `transfer` returns false although it worked, as Tether's contract there does; the rest are its switches.
contract TestTether {
    /// @notice How a transfer misbehaves.
    enum Trick {
        None,
        SaysTrueMovesNothing,
        TakesOneMore,
        GivesInstead
    }

    string public constant name = "Tether USD";
    string public constant symbol = "USDT";
    uint8 public constant decimals = 6;

    mapping(address who => uint256 balance) public balanceOf;
    mapping(address who => bool listed) public getBlackListStatus;
    bool public paused;
    bool public deprecated;
    uint256 public basisPointsRate;
    uint256 public maximumFee;
    uint256 public totalSupply;
    Trick public trick;

    event Transfer(address indexed from, address indexed to, uint256 value);

    function mint(address to, uint256 value) external {
        balanceOf[to] += value;
        totalSupply += value;
        emit Transfer(address(0), to, value);
    }

    function setPaused(bool value) external {
        paused = value;
    }

    function setDeprecated(bool value) external {
        deprecated = value;
    }

    function setBlackList(address who, bool listed) external {
        getBlackListStatus[who] = listed;
    }

    function setFee(uint256 basisPoints, uint256 most) external {
        basisPointsRate = basisPoints;
        maximumFee = most;
    }

    function setTrick(Trick value) external {
        trick = value;
    }

    function transfer(address to, uint256 value) external returns (bool) {
        require(!paused, "paused");
        require(!getBlackListStatus[msg.sender], "blacklisted");
        if (trick == Trick.SaysTrueMovesNothing) return true;
        if (trick == Trick.GivesInstead) {
            balanceOf[msg.sender] += value;
            return true;
        }
        uint256 fee = (value * basisPointsRate) / 10_000;
        if (fee > maximumFee) fee = maximumFee;
        balanceOf[msg.sender] -= value;
        if (trick == Trick.TakesOneMore) --balanceOf[msg.sender];
        balanceOf[to] += value - fee;
        balanceOf[address(this)] += fee;
        emit Transfer(msg.sender, to, value - fee);
        return false;
    }
}
