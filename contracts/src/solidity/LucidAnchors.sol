// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.26;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ILucidAnchors} from "./ILucidAnchors.sol";
import {ILucidChunkStore} from "./ILucidChunkStore.sol";
import {Rfc9162} from "./Rfc9162.sol";

/// @title Anchors of recorded sessions
/// @notice Whoever records a session registers its Merkle root here. Everything is keyed by (owner, sessionId), so that
/// nobody can take an id by copying a pending transaction; an owner registers an id once and a root once.
/// The value sent along buys retention and is burnt: no function of this contract can send value, so it stays in the
/// contract's balance for good. No owner, no upgrade, no end.
///
/// Storage challenges draw from the chunks numbered firstChunk .. totalChunks - 1 (see `challengeRange`): each session
/// takes the next chunkCount numbers when it is registered. Sessions at the old end leave the range when their
/// retention and a grace period are over; a lapsed one further inside is in the range and must not be challenged
/// (`paidUntil` says so).
contract LucidAnchors is ILucidAnchors, EIP712 {
    struct Registration {
        bytes32 sessionId;
        bytes32 manifestHash;
        uint64 startedAt;
        address owner;
        bytes32 merkleRoot;
        uint32 chunkCount;
    }

    // Three words.
    struct Anchor {
        bytes32 manifestHash;
        bytes32 merkleRoot;
        uint64 startedAt;
        uint64 registeredAt;
        uint64 paidUntil;
        uint32 number;
        uint32 chunkCount;
    }

    // Two words; all that the drawing of a challenge needs, except paidUntil.
    struct Entry {
        bytes32 sessionId;
        address owner;
        uint64 firstChunk;
        uint32 chunkCount;
    }

    // One word.
    struct Ledger {
        uint32 count; // sessions ever registered = number of the last one
        uint64 totalChunks; // of all sessions ever registered
        uint32 firstNumber; // the oldest session that has not left the range of challenges
        uint64 firstChunk; // and its first chunk
        uint64 sweepAfter; // before this time that session cannot leave
    }

    /// @notice Price of keeping one chunk for one day, wei: 0.0001 LUCID.
    uint256 public constant FEE_PER_CHUNK_DAY = 1e14;
    /// @notice Least retention of a registration, days.
    uint256 public constant MIN_RETENTION_DAYS = 30;
    /// @notice Longest time paid ahead, days: what goes in never comes back, so a slip of the decimal point is refused.
    uint256 public constant MAX_RETENTION_DAYS = 3650;
    /// @notice Time after the end of retention in which a session can still be renewed; nodes keep the chunks so long.
    uint64 public constant RENEWAL_GRACE = 30 days;
    /// @notice Most sessions in a page of `sessionsOf`.
    uint256 public constant MAX_PAGE = 100;
    /// @notice Size of a blob's leaf, bytes; the last one may be shorter.
    uint256 public constant LEAF_SIZE = 4096;

    /// @notice EIP-712 type of the owner's consent in `registerSessionFor`.
    bytes32 public constant REGISTER_SESSION_TYPEHASH =
        keccak256(
            "RegisterSession(bytes32 sessionId,bytes32 manifestHash,uint64 startedAt,address owner,"
            "bytes32 merkleRoot,uint32 chunkCount,uint64 deadline)"
        );

    // Two a registration keep up with any rate of lapsing, since each adds one.
    uint256 private constant SWEEP_PER_REGISTRATION = 2;

    /// @notice Where chunk roots of running recordings are anchored.
    ILucidChunkStore public immutable CHUNK_STORE;

    Ledger private _ledger;
    mapping(address owner => mapping(bytes32 sessionId => Anchor anchor)) private _anchors;
    mapping(uint32 number => Entry entry) private _entries;
    mapping(address owner => mapping(bytes32 merkleRoot => uint32 number)) private _numberOfRoot;
    mapping(address owner => uint32[] numbers) private _numbersOf;

    /// @notice Binds the chunk store and numbers sessions from 1.
    /// @param chunkStore LucidChunkStore of this chain.
    constructor(ILucidChunkStore chunkStore) EIP712("LucidAnchors", "1") {
        CHUNK_STORE = chunkStore;
        _ledger.firstNumber = 1;
    }

    /// @notice Registers a session of the caller; the value buys retention (see `priceOf`), a remainder buys nothing.
    /// @param sessionId UUIDv4, left-aligned.
    /// @param manifestHash RFC 9162 root over the roots of the manifest's parts.
    /// @param startedAt Start of the recording, Unix seconds.
    /// @param owner Must be the caller.
    /// @param merkleRoot RFC 9162 root over the chunk roots, the manifest's parts last.
    /// @param chunkCount Number of chunks with the manifest's parts.
    function registerSession(
        bytes32 sessionId,
        bytes32 manifestHash,
        uint64 startedAt,
        address owner,
        bytes32 merkleRoot,
        uint32 chunkCount
    ) external payable {
        if (msg.sender != owner) revert NotOwner(msg.sender, owner);
        _register(Registration(sessionId, manifestHash, startedAt, owner, merkleRoot, chunkCount));
    }

    /// @notice Registers a session of somebody who signed for it; the caller pays. Replay is excluded since an owner
    /// registers an id once.
    /// @param sessionId UUIDv4, left-aligned.
    /// @param manifestHash RFC 9162 root over the roots of the manifest's parts.
    /// @param startedAt Start of the recording, Unix seconds.
    /// @param owner Who signed.
    /// @param merkleRoot RFC 9162 root over the chunk roots, the manifest's parts last.
    /// @param chunkCount Number of chunks with the manifest's parts.
    /// @param deadline Last second at which the consent holds, Unix seconds.
    /// @param signature Owner's EIP-712 signature of RegisterSession, 65 bytes r || s || v, low s.
    function registerSessionFor(
        bytes32 sessionId,
        bytes32 manifestHash,
        uint64 startedAt,
        address owner,
        bytes32 merkleRoot,
        uint32 chunkCount,
        uint64 deadline,
        bytes calldata signature
    ) external payable {
        Registration memory registration = Registration(
            sessionId,
            manifestHash,
            startedAt,
            owner,
            merkleRoot,
            chunkCount
        );
        if (block.timestamp > deadline) revert SignatureExpired(deadline);
        bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(REGISTER_SESSION_TYPEHASH, registration, deadline)));
        (address signer, ECDSA.RecoverError failure, ) = ECDSA.tryRecover(digest, signature);
        if (failure != ECDSA.RecoverError.NoError || signer != owner) revert BadSignature();
        _register(registration);
    }

    /// @notice Buys more retention for a session; anybody may pay. Days are added to the end of what is paid, also in
    /// the grace period, and the session must be paid up afterwards.
    /// @param owner Owner of the session.
    /// @param sessionId Its id.
    function renew(address owner, bytes32 sessionId) external payable {
        Anchor storage anchor = _anchorOf(owner, sessionId);
        uint64 paidUntil = anchor.paidUntil;
        if (block.timestamp >= paidUntil + RENEWAL_GRACE) revert RetentionEnded(paidUntil);
        // In the grace period the days that were missed are bought as well.
        uint256 least = block.timestamp < paidUntil ? 1 : (block.timestamp - paidUntil) / 1 days + 1;
        uint64 extended = _extend(paidUntil, anchor.chunkCount, least);
        anchor.paidUntil = extended;
        emit RetentionPaid(owner, sessionId, msg.sender, msg.value, extended);
    }

    /// @notice Takes lapsed sessions out of the old end of the range of challenges; anybody may call. Registrations do
    /// the same for a few, so it is needed only after a long time without any.
    /// @param most Most sessions to take out.
    /// @return removed Number of sessions taken out.
    function sweep(uint256 most) external returns (uint256 removed) {
        Ledger memory ledger = _ledger;
        removed = _sweep(ledger, most);
        _ledger = ledger;
    }

    /// @notice A session by owner and id.
    /// @param owner Its owner.
    /// @param sessionId Its id.
    /// @return The session.
    function session(address owner, bytes32 sessionId) external view returns (Session memory) {
        return _view(_anchorOf(owner, sessionId).number);
    }

    /// @notice A session by number.
    /// @param number From 1 to `sessionCount`.
    /// @return The session.
    function sessionByNumber(uint32 number) external view returns (Session memory) {
        if (number == 0 || number > _ledger.count) revert UnknownNumber(number);
        return _view(number);
    }

    /// @notice Sessions of an owner in the order of registration, a page at a time.
    /// @param owner Their owner.
    /// @param offset Sessions to pass over.
    /// @param limit Most sessions to return, up to MAX_PAGE.
    /// @return page The sessions; shorter than limit at the end, empty behind it.
    function sessionsOf(address owner, uint256 offset, uint256 limit) external view returns (Session[] memory page) {
        if (limit > MAX_PAGE) revert PageTooLarge(limit);
        uint32[] storage numbers = _numbersOf[owner];
        uint256 total = numbers.length;
        uint256 size = offset >= total ? 0 : total - offset;
        if (size > limit) size = limit;
        page = new Session[](size);
        for (uint256 i = 0; i < size; ++i) page[i] = _view(numbers[offset + i]);
    }

    /// @notice Number of sessions of an owner.
    /// @param owner The owner.
    /// @return Sessions ever registered by or for it.
    function sessionCountOf(address owner) external view returns (uint256) {
        return _numbersOf[owner].length;
    }

    /// @notice Number of the session that holds a root.
    /// @param owner Its owner.
    /// @param merkleRoot The root.
    /// @return The number, 0 when the owner never registered that root.
    function numberOfRoot(address owner, bytes32 merkleRoot) external view returns (uint32) {
        return _numberOfRoot[owner][merkleRoot];
    }

    /// @notice Number of sessions ever registered; also the number of the last.
    /// @return The count.
    function sessionCount() external view returns (uint32) {
        return _ledger.count;
    }

    /// @notice Running total of the chunks of all sessions ever registered.
    /// @return The total.
    function totalChunks() external view returns (uint64) {
        return _ledger.totalChunks;
    }

    /// @notice What storage challenges draw from.
    /// @return firstNumber Number of the oldest session in the range.
    /// @return lastNumber Number of the newest; below firstNumber when the range is empty.
    /// @return firstChunk Number of the oldest chunk in the range.
    /// @return endChunk Number behind that of the newest chunk; equals totalChunks.
    function challengeRange()
        external
        view
        returns (uint32 firstNumber, uint32 lastNumber, uint64 firstChunk, uint64 endChunk)
    {
        Ledger memory ledger = _ledger;
        return (ledger.firstNumber, ledger.count, ledger.firstChunk, ledger.totalChunks);
    }

    /// @notice Finds the session of a chunk by its number among all chunks.
    /// @param chunk A number in the range of challenges.
    /// @return number Number of the session.
    /// @return index Index of the chunk in it.
    /// @return paidUp Whether the session is paid up now; challenges pass over one that is not.
    function chunkAt(uint64 chunk) external view returns (uint32 number, uint32 index, bool paidUp) {
        Ledger memory ledger = _ledger;
        if (chunk < ledger.firstChunk || chunk >= ledger.totalChunks) revert UnknownChunk(chunk);
        uint32 high = ledger.count;
        number = ledger.firstNumber;
        while (number < high) {
            uint32 middle = number + (high - number + 1) / 2;
            if (_entries[middle].firstChunk <= chunk) number = middle;
            else high = middle - 1;
        }
        Entry storage entry = _entries[number];
        index = uint32(chunk - entry.firstChunk);
        paidUp = block.timestamp < _anchors[entry.owner][entry.sessionId].paidUntil;
    }

    // solhint-disable func-name-mixedcase
    /// @notice Separator of the EIP-712 domain (name LucidAnchors, version 1).
    /// @return The separator.
    function DOMAIN_SEPARATOR() external view returns (bytes32) {
        return _domainSeparatorV4();
    }
    // solhint-enable func-name-mixedcase

    /// @notice Whether a chunk is part of a registered session.
    /// @param owner Owner of the session.
    /// @param sessionId Its id.
    /// @param index Index of the chunk in it.
    /// @param chunkRoot Root (name) of the chunk.
    /// @param path RFC 9162 inclusion path in the session's tree.
    /// @return True when the path leads to the registered root.
    function verifyChunk(
        address owner,
        bytes32 sessionId,
        uint32 index,
        bytes32 chunkRoot,
        bytes32[] calldata path
    ) external view returns (bool) {
        return _inSession(_anchorOf(owner, sessionId), index, chunkRoot, path);
    }

    /// @notice Whether a leaf is part of a chunk of a registered session. chunkRoot = SHA-256(0x02 || u64(blob length)
    /// || root of the blob's tree), so a wrong length fails.
    /// @param owner Owner of the session.
    /// @param sessionId Its id.
    /// @param index Index of the chunk in it.
    /// @param blobLength Length of the chunk's blob, bytes.
    /// @param leafIndex Index of the leaf in the blob.
    /// @param leaf The leaf's bytes: LEAF_SIZE, fewer only for the last.
    /// @param blobPath RFC 9162 inclusion path in the blob's tree.
    /// @param sessionPath RFC 9162 inclusion path in the session's tree.
    /// @return True when both paths lead to the registered root.
    function verifyLeaf(
        address owner,
        bytes32 sessionId,
        uint32 index,
        uint64 blobLength,
        uint64 leafIndex,
        bytes calldata leaf,
        bytes32[] calldata blobPath,
        bytes32[] calldata sessionPath
    ) external view returns (bool) {
        (bool valid, bytes32 chunkRoot) = _chunkRootOf(blobLength, leafIndex, leaf, blobPath);
        return _inSession(_anchorOf(owner, sessionId), index, chunkRoot, sessionPath) && valid;
    }

    /// @notice Price of a retention.
    /// @param chunkCount Chunks of the session.
    /// @param retentionDays Days.
    /// @return Wei to send.
    function priceOf(uint32 chunkCount, uint256 retentionDays) external pure returns (uint256) {
        return uint256(chunkCount) * FEE_PER_CHUNK_DAY * retentionDays;
    }

    function _register(Registration memory registration) private {
        address owner = registration.owner;
        bytes32 sessionId = registration.sessionId;
        uint32 chunkCount = registration.chunkCount;
        if (chunkCount == 0) revert NoChunks();
        if (registration.manifestHash == 0 || registration.merkleRoot == 0) revert ZeroHash();
        Anchor storage anchor = _anchors[owner][sessionId];
        if (anchor.number != 0) revert SessionExists(owner, sessionId, anchor.number);
        uint32 holder = _numberOfRoot[owner][registration.merkleRoot];
        if (holder != 0) revert RootExists(owner, registration.merkleRoot, holder);
        _requireAnchoredChunks(registration);

        uint64 time = uint64(block.timestamp);
        uint64 paidUntil = _extend(time, chunkCount, MIN_RETENTION_DAYS);
        Ledger memory ledger = _ledger;
        _sweep(ledger, SWEEP_PER_REGISTRATION);
        uint32 number = ledger.count + 1;
        uint64 firstChunk = ledger.totalChunks;
        ledger.count = number;
        ledger.totalChunks = firstChunk + chunkCount;
        _ledger = ledger;

        anchor.manifestHash = registration.manifestHash;
        anchor.merkleRoot = registration.merkleRoot;
        anchor.startedAt = registration.startedAt;
        anchor.registeredAt = time;
        anchor.paidUntil = paidUntil;
        anchor.number = number;
        anchor.chunkCount = chunkCount;
        _entries[number] = Entry(sessionId, owner, firstChunk, chunkCount);
        _numberOfRoot[owner][registration.merkleRoot] = number;
        _numbersOf[owner].push(number);

        emit SessionRegistered(
            owner,
            sessionId,
            registration.merkleRoot,
            number,
            registration.manifestHash,
            registration.startedAt,
            chunkCount,
            firstChunk,
            paidUntil
        );
        emit RetentionPaid(owner, sessionId, msg.sender, msg.value, paidUntil);
    }

    // Advances the ledger's old end past sessions whose retention and grace are over; the caller stores it.
    function _sweep(Ledger memory ledger, uint256 most) private returns (uint256 removed) {
        uint64 time = uint64(block.timestamp);
        while (removed < most && ledger.sweepAfter <= time && ledger.firstNumber <= ledger.count) {
            Entry storage entry = _entries[ledger.firstNumber];
            uint64 leavesAt = _anchors[entry.owner][entry.sessionId].paidUntil + RENEWAL_GRACE;
            if (leavesAt > time) {
                // A renewal only puts it off, so until then nobody needs to look again.
                ledger.sweepAfter = leavesAt;
                break;
            }
            ++ledger.firstNumber;
            ledger.firstChunk += entry.chunkCount;
            ++removed;
        }
        if (removed != 0) emit RangeAdvanced(ledger.firstNumber, ledger.firstChunk);
    }

    // Adds what msg.value buys to `from`: at least leastDays, and to at most MAX_RETENTION_DAYS from now.
    function _extend(uint64 from, uint32 chunkCount, uint256 leastDays) private view returns (uint64 until) {
        uint256 dayPrice = chunkCount * FEE_PER_CHUNK_DAY;
        uint256 bought = msg.value / dayPrice;
        if (bought < leastDays) revert RetentionTooShort(msg.value, leastDays * dayPrice);
        uint256 mostDays = (block.timestamp + MAX_RETENTION_DAYS * 1 days - from) / 1 days;
        if (bought > mostDays) revert RetentionTooLong(msg.value, mostDays * dayPrice);
        return from + uint64(bought * 1 days);
    }

    function _requireAnchoredChunks(Registration memory registration) private view {
        uint32 anchored = CHUNK_STORE.countOf(registration.owner, registration.sessionId);
        if (anchored == 0) return;
        if (anchored != registration.chunkCount) revert ChunkCountMismatch(registration.chunkCount, anchored);
        bytes32 root = CHUNK_STORE.rootOf(registration.owner, registration.sessionId);
        if (root != registration.merkleRoot) revert MerkleRootMismatch(registration.merkleRoot, root);
    }

    function _anchorOf(address owner, bytes32 sessionId) private view returns (Anchor storage anchor) {
        anchor = _anchors[owner][sessionId];
        if (anchor.number == 0) revert UnknownSession(owner, sessionId);
    }

    function _view(uint32 number) private view returns (Session memory) {
        Entry memory entry = _entries[number];
        Anchor memory anchor = _anchors[entry.owner][entry.sessionId];
        return
            Session({
                number: number,
                owner: entry.owner,
                sessionId: entry.sessionId,
                manifestHash: anchor.manifestHash,
                merkleRoot: anchor.merkleRoot,
                chunkCount: anchor.chunkCount,
                startedAt: anchor.startedAt,
                registeredAt: anchor.registeredAt,
                paidUntil: anchor.paidUntil,
                firstChunk: entry.firstChunk
            });
    }

    function _inSession(
        Anchor storage anchor,
        uint32 index,
        bytes32 chunkRoot,
        bytes32[] calldata path
    ) private view returns (bool) {
        (bool valid, bytes32 root) = Rfc9162.rootFromPath(Rfc9162.leafOf(chunkRoot), index, anchor.chunkCount, path);
        return valid && root == anchor.merkleRoot;
    }

    function _chunkRootOf(
        uint64 blobLength,
        uint64 leafIndex,
        bytes calldata leaf,
        bytes32[] calldata path
    ) private view returns (bool valid, bytes32 chunkRoot) {
        uint256 leaves = (uint256(blobLength) + LEAF_SIZE - 1) / LEAF_SIZE;
        if (leafIndex >= leaves) return (false, 0);
        uint256 expected = leafIndex == leaves - 1 ? blobLength - (leaves - 1) * LEAF_SIZE : LEAF_SIZE;
        if (leaf.length != expected) return (false, 0);
        bytes32 tree;
        (valid, tree) = Rfc9162.rootFromPath(sha256(abi.encodePacked(uint8(0), leaf)), leafIndex, leaves, path);
        chunkRoot = sha256(abi.encodePacked(uint8(2), blobLength, tree));
    }
}
