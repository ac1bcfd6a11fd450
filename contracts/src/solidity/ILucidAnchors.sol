// SPDX-License-Identifier: UNLICENSED
pragma solidity 0.8.26;

/// @title What LucidAnchors returns, emits and reverts with
/// @notice See LucidAnchors for the meaning of the words.
interface ILucidAnchors {
    /// @notice A registered session as the views return it.
    struct Session {
        uint32 number; // from 1
        address owner;
        bytes32 sessionId;
        bytes32 manifestHash;
        bytes32 merkleRoot;
        uint32 chunkCount;
        uint64 startedAt; // Unix seconds, as the owner says
        uint64 registeredAt; // Unix seconds, of the block
        uint64 paidUntil; // Unix seconds; the session is paid up before this time
        uint64 firstChunk; // number of its first chunk among all chunks
    }

    /// @notice A session was registered.
    /// @param owner Owner of the session.
    /// @param sessionId Its id.
    /// @param merkleRoot RFC 9162 root over the chunk roots, the manifest's parts last.
    /// @param number Its number, from 1.
    /// @param manifestHash RFC 9162 root over the roots of the manifest's parts.
    /// @param startedAt Start of the recording, Unix seconds, as the owner says.
    /// @param chunkCount Number of chunks with the manifest's parts.
    /// @param firstChunk Number of its first chunk among all chunks.
    /// @param paidUntil End of the retention, Unix seconds.
    event SessionRegistered(
        address indexed owner,
        bytes32 indexed sessionId,
        bytes32 indexed merkleRoot,
        uint32 number,
        bytes32 manifestHash,
        uint64 startedAt,
        uint32 chunkCount,
        uint64 firstChunk,
        uint64 paidUntil
    );

    /// @notice Retention was bought, by a registration or a renewal.
    /// @param owner Owner of the session.
    /// @param sessionId Its id.
    /// @param payer Account that paid.
    /// @param paid Value burnt, wei.
    /// @param paidUntil End of the retention, Unix seconds.
    event RetentionPaid(
        address indexed owner,
        bytes32 indexed sessionId,
        address indexed payer,
        uint256 paid,
        uint64 paidUntil
    );

    /// @notice The oldest sessions left the range of storage challenges.
    /// @param firstNumber Number of the oldest session still in it.
    /// @param firstChunk Number of the oldest chunk still in it.
    event RangeAdvanced(uint32 firstNumber, uint64 firstChunk);

    /// @notice Only the owner registers; others need the owner's signature and `registerSessionFor`.
    /// @param caller Who called.
    /// @param owner Who should have.
    error NotOwner(address caller, address owner);

    /// @notice The owner has registered this id before.
    /// @param owner The owner.
    /// @param sessionId The id.
    /// @param number Number of the session that has it.
    error SessionExists(address owner, bytes32 sessionId, uint32 number);

    /// @notice The owner has registered this root before.
    /// @param owner The owner.
    /// @param merkleRoot The root.
    /// @param number Number of the session that has it.
    error RootExists(address owner, bytes32 merkleRoot, uint32 number);

    /// @notice The owner has no session of this id.
    /// @param owner The owner.
    /// @param sessionId The id.
    error UnknownSession(address owner, bytes32 sessionId);

    /// @notice There is no session of this number.
    /// @param number The number.
    error UnknownNumber(uint32 number);

    /// @notice No chunk of this number is in the range of challenges.
    /// @param chunk The number.
    error UnknownChunk(uint64 chunk);

    /// @notice A session has at least one chunk.
    error NoChunks();

    /// @notice manifestHash or merkleRoot is zero.
    error ZeroHash();

    /// @notice Chunks of this session were anchored while it ran, and their number is another.
    /// @param given chunkCount of the registration.
    /// @param anchored Roots in LucidChunkStore.
    error ChunkCountMismatch(uint32 given, uint32 anchored);

    /// @notice Chunks of this session were anchored while it ran, and their root is another.
    /// @param given merkleRoot of the registration.
    /// @param anchored Root in LucidChunkStore.
    error MerkleRootMismatch(bytes32 given, bytes32 anchored);

    /// @notice The value buys less than the least retention.
    /// @param paid Value sent, wei.
    /// @param required Least value, wei.
    error RetentionTooShort(uint256 paid, uint256 required);

    /// @notice The value buys more than the longest retention from now.
    /// @param paid Value sent, wei.
    /// @param most Value of the longest retention, wei.
    error RetentionTooLong(uint256 paid, uint256 most);

    /// @notice Retention and grace are over; the chunks may be gone.
    /// @param paidUntil End of the retention, Unix seconds.
    error RetentionEnded(uint64 paidUntil);

    /// @notice The signature is not the owner's over these values.
    error BadSignature();

    /// @notice The owner's consent has run out.
    /// @param deadline Last second at which it held, Unix seconds.
    error SignatureExpired(uint64 deadline);

    /// @notice A page has at most MAX_PAGE sessions.
    /// @param limit Sessions asked for.
    error PageTooLarge(uint256 limit);
}
