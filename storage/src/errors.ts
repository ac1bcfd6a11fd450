import { CodedError, type ErrorInfo, ExitCode } from "@lucid/consensus/base";

/**
 * Error codes of the storage package. One entry per code, grouped by the part that throws it; append to your group.
 * docs/errors.md is generated from this table.
 */
export const storageErrorInfo = {
  // --- database ---
  DB_LOCKED: {
    summary: "The database is in use by another process.",
    fix: "Stop the other process (a running lucid start holds the lock), or name another data directory.",
    exitCode: ExitCode.Environment,
  },
  DB_MISSING: {
    summary: "There is no database in the folder.",
    fix: "Start the node once, which makes it, or name the right data directory with --data.",
    exitCode: ExitCode.NotFound,
  },
  DB_CORRUPT: {
    summary: "The database is damaged.",
    fix: "Restore the data directory from a backup or a snapshot, or sync it again from the network.",
    exitCode: ExitCode.Environment,
  },
  DB_CLOSED: {
    summary: "The database was used before it was opened or after it was closed.",
    fix: "Start the node again; report it if it happens while the node is not stopping.",
    exitCode: ExitCode.Internal,
  },
  DB_IO: {
    summary: "The operating system refused to read or write a file of the database.",
    fix: "Check the permissions of the data directory and the health of the disk, then start again.",
    exitCode: ExitCode.Environment,
  },
  DB_INVALID: {
    summary: "A database operation was called with an empty key or a value that is no bytes.",
    fix: "Report it: this is a defect.",
    exitCode: ExitCode.Internal,
  },
  DISK_FULL: {
    summary: "The disk has no space left.",
    fix: "Free space on the disk of the data directory, then start again; nothing that was acknowledged is lost.",
    exitCode: ExitCode.NoSpace,
  },
  RECORD_CORRUPT: {
    summary: "A record of the database cannot be decoded.",
    fix: "Run lucid db check; if it reports the record, restore the data directory or sync it again.",
    exitCode: ExitCode.Environment,
  },
  DB_NEWER: {
    summary: "The database was written by a newer version of this program.",
    fix: "Install that version or a later one; this version does not touch the database.",
    exitCode: ExitCode.Environment,
  },
  DB_MIGRATION: {
    summary: "The database is of an old version for which there is no complete path to the present one.",
    fix: "Start it once with an earlier release of this program, or sync the data directory again.",
    exitCode: ExitCode.Environment,
  },
  DB_FOREIGN_RECORD: {
    summary: "The database holds a record that belongs to no namespace of this version.",
    fix: "Use the version of the program that wrote it, or restore the data directory from a backup.",
    exitCode: ExitCode.Environment,
  },
  DB_INDEX: {
    summary: "An index of the database and the records that it points at do not agree.",
    fix: "Restore the data directory from a backup, or sync it again from the network.",
    exitCode: ExitCode.Environment,
  },
  DB_TOTALS: {
    summary: "A stored sum is not the sum of its records.",
    fix: "Restore the data directory from a backup, or sync it again from the network.",
    exitCode: ExitCode.Environment,
  },
  EXPORT_DAMAGED: {
    summary: "The file is no complete export of a database.",
    fix: "Make the export again; the target database was not put to use.",
    exitCode: ExitCode.BadInput,
  },
  EXPORT_NETWORK: {
    summary: "The export is of another network.",
    fix: "Name a data directory of that network with --data.",
    exitCode: ExitCode.BadInput,
  },
  IMPORT_NOT_EMPTY: {
    summary: "The database to import into holds a chain already.",
    fix: "Give --replace to put the export in its place, or name a new data directory with --data.",
    exitCode: ExitCode.Environment,
  },
  IMPORT_INTERRUPTED: {
    summary: "An import into this data directory was interrupted; what was there before is untouched.",
    fix: "Run `lucid db import` again with the file, or `lucid db import --abandon` to go on without it.",
    exitCode: ExitCode.Environment,
  },
  // --- files and the data directory ---
  IO_NOT_FOUND: {
    summary: "A file or folder of the data directory does not exist.",
    fix: "Check the path; if a file of the data directory is missing, restore it from a backup.",
    exitCode: ExitCode.NotFound,
  },
  IO_EXISTS: {
    summary: "A file or folder that was to be created exists already.",
    fix: "Choose another path, or move what is there away.",
    exitCode: ExitCode.Environment,
  },
  IO_DENIED: {
    summary: "This user may not read or write the file or folder.",
    fix: "Change its owner or permissions, or run the command as its owner.",
    exitCode: ExitCode.Secret,
  },
  IO_FAILED: {
    summary: "The operating system could not read or write a file.",
    fix: "Check the disk and the path that the message names.",
    exitCode: ExitCode.Environment,
  },
  IO_TOO_LARGE: {
    summary: "A file is larger than a file of its kind can be.",
    fix: "Check that the path names the right file.",
    exitCode: ExitCode.BadInput,
  },
  DATA_MISSING: {
    summary: "The folder holds no Lucid data directory.",
    fix: "Run lucid init, or name the right folder with --data.",
    exitCode: ExitCode.Environment,
  },
  DATA_EXISTS: {
    summary: "The folder holds a Lucid data directory already, or files that are not ours.",
    fix: "Name an empty or a new folder with --data.",
    exitCode: ExitCode.Environment,
  },
  DATA_LOCKED: {
    summary: "The data directory is in use by another process.",
    fix: "Stop the other process, or name another data directory with --data.",
    exitCode: ExitCode.Environment,
  },
  DATA_NETWORK: {
    summary: "The data directory belongs to another network.",
    fix: "Name the data directory of this network with --data, or choose its network with --network.",
    exitCode: ExitCode.Environment,
  },
  DATA_NEWER: {
    summary: "The data directory was written by a newer version of this program.",
    fix: "Install that version or a later one; this version does not touch the data directory.",
    exitCode: ExitCode.Environment,
  },
  DATA_DAMAGED: {
    summary: "The VERSION file of the data directory is damaged.",
    fix: "Restore the VERSION file from a backup; it is a line of JSON with format, network and genesisRoot.",
    exitCode: ExitCode.Environment,
  },
  FAULT_INJECTED: {
    summary: "A test made the disk fail here.",
    fix: "Nothing to do: only tests inject faults.",
    exitCode: ExitCode.Internal,
  },
  // --- keys ---
  MNEMONIC_WORD_COUNT: {
    summary: "A mnemonic has 12, 15, 18, 21 or 24 words; this one has not.",
    fix: "Type all words of the recovery card, in order, with one space between them.",
    exitCode: ExitCode.Secret,
  },
  MNEMONIC_UNKNOWN_WORD: {
    summary: "A word of the mnemonic is not in the BIP-39 English word list.",
    fix: "Check the spelling of the word at the position that the message names.",
    exitCode: ExitCode.Secret,
  },
  MNEMONIC_CHECKSUM: {
    summary: "The words are known, but together they are no mnemonic: a word is wrong or two are swapped.",
    fix: "Compare each word and the order with the recovery card.",
    exitCode: ExitCode.Secret,
  },
  KEYSTORE_PASSPHRASE: {
    summary: "The passphrase does not open the keystore.",
    fix: "Give the passphrase that was chosen when the keystore was made (prompt, LUCID_PASSPHRASE or --passphrase-file).",
    exitCode: ExitCode.Secret,
  },
  KEYSTORE_DAMAGED: {
    summary: "The keystore file is no valid keystore.",
    fix: "Restore the file from a backup, or make it again from the mnemonic.",
    exitCode: ExitCode.BadInput,
  },
  KEYSTORE_UNSUPPORTED: {
    summary: "The keystore uses a version, cipher or cost that this program does not accept.",
    fix: "Make the keystore again with lucid account import, from the mnemonic or the private key.",
    exitCode: ExitCode.BadInput,
  },
  KEY_INVALID: {
    summary: "A private key, public key or seed has the wrong length or is out of range.",
    fix: "Give a key of the stated form.",
    exitCode: ExitCode.Secret,
  },
  ADDRESS_INVALID: {
    summary: "The text is no account address, or its mixed-case checksum is wrong.",
    fix: "Give 0x and 40 hex digits, copied and not typed.",
    exitCode: ExitCode.BadInput,
  },
  SECRET_EXPOSED: {
    summary: "A file with a secret can be read by other users of this machine.",
    fix: "Run chmod 600 on the file that the message names.",
    exitCode: ExitCode.Secret,
  },
  // --- chunk store ---
  STORE_FULL: {
    summary: "The chunk store takes no more chunks: its quota or its disk is nearly used up.",
    fix: "Raise the quota (lucid config show names the setting), free space on the disk, or use another node.",
    exitCode: ExitCode.NoSpace,
  },
  STORE_BUSY: {
    summary: "The chunk store has as many chunks waiting as it may hold.",
    fix: "Try again in a moment.",
    exitCode: ExitCode.Unreachable,
  },
  STORE_CLOSED: {
    summary: "The chunk store was used after it was closed.",
    fix: "Start the node again; report it if it happens while the node is not stopping.",
    exitCode: ExitCode.Internal,
  },
  CHUNK_DAMAGED: {
    summary: "The stored copy of a chunk is damaged.",
    fix: "Run lucid storage repair, or fetch the chunk from another node.",
    exitCode: ExitCode.BadInput,
  },
  CHUNK_MISSING: {
    summary: "The file of a stored chunk is gone.",
    fix: "Run lucid storage repair, or fetch the chunk from another node; check the disk.",
    exitCode: ExitCode.BadInput,
  },
  CHUNK_TOO_LARGE: {
    summary: "The blob is larger than a chunk of this network may be.",
    fix: "Record the session again with a smaller --chunk-size.",
    exitCode: ExitCode.BadInput,
  },
  CHUNK_RANGE: {
    summary: "The range is outside the chunk.",
    fix: "Ask for bytes within the size of the chunk.",
    exitCode: ExitCode.Usage,
  },
  // --- chunks and sessions ---
  CHUNK_TRUNCATED: {
    summary: "A chunk is shorter than it must be.",
    fix: "Fetch it from another node; lucid storage repair replaces a damaged copy.",
    exitCode: ExitCode.BadInput,
  },
  CHUNK_MALFORMED: {
    summary: "The bytes are not a chunk.",
    fix: "Fetch the chunk from another node.",
    exitCode: ExitCode.BadInput,
  },
  CHUNK_VERSION: {
    summary: "The chunk has a format version that this program does not know.",
    fix: "Upgrade lucid.",
    exitCode: ExitCode.BadInput,
  },
  CHUNK_ROOT_MISMATCH: {
    summary: "The bytes of a chunk are not the ones that its root names.",
    fix: "Fetch the chunk from another node; the copy at hand is damaged.",
    exitCode: ExitCode.BadInput,
  },
  CHUNK_AUTH: {
    summary: "A chunk does not authenticate: it is damaged or was made with another key.",
    fix: "Use the mnemonic or the session key of its owner, and fetch the chunk from another node.",
    exitCode: ExitCode.BadInput,
  },
  CHUNK_BOMB: {
    summary: "A chunk would unpack to more than it may.",
    fix: "Do not trust the session: whoever made it did so on purpose.",
    exitCode: ExitCode.BadInput,
  },
  CHUNK_COMPRESSION: {
    summary: "The compressed content of a chunk is damaged although its seal holds.",
    fix: "Do not trust the session; the program that recorded it was faulty.",
    exitCode: ExitCode.BadInput,
  },
  CHUNK_NOT_FOUND: {
    summary: "A chunk of the session is nowhere to be found.",
    fix: "Try again when more nodes are reachable.",
    exitCode: ExitCode.NotFound,
  },
  CHUNK_SIZE: {
    summary: "The chunk size is out of range.",
    fix: "Give --chunk-size a number of bytes from 65536 to the network's maxChunkSize.",
    exitCode: ExitCode.Usage,
  },
  SESSION_KEY_WRONG: {
    summary: "The key does not open the session.",
    fix: "Use the mnemonic of the session's owner, or the session key that was shared.",
    exitCode: ExitCode.Secret,
  },
  SESSION_UNKNOWN: {
    summary: "There is no such session here.",
    fix: "Run lucid session list to see the sessions.",
    exitCode: ExitCode.NotFound,
  },
  SESSION_STATE: {
    summary: "The session is in a state in which this cannot be done.",
    fix: "Run lucid session list to see its state.",
    exitCode: ExitCode.Usage,
  },
  SESSION_TOO_LARGE: {
    summary: "The session has more chunks than a session can have.",
    fix: "Use a larger --chunk-size, or split the recording.",
    exitCode: ExitCode.BadInput,
  },
  SESSION_ABORTED: {
    summary: "The work on the session was interrupted.",
    fix: "Run the same command again: it goes on where it was.",
    exitCode: ExitCode.Interrupted,
  },
  SESSION_RANGE: {
    summary: "The range is outside the session.",
    fix: "Give a range of bytes within the length of the session.",
    exitCode: ExitCode.Usage,
  },
  MANIFEST_MALFORMED: {
    summary: "The manifest of the session is not one that this format allows.",
    fix: "Do not trust the session; the program that recorded it was faulty or hostile.",
    exitCode: ExitCode.BadInput,
  },
  MANIFEST_MISMATCH: {
    summary: "The manifest does not agree with the chain or with the chunks.",
    fix: "Do not trust the session: its manifest lies about it.",
    exitCode: ExitCode.BadInput,
  },
  MANIFEST_NOT_FOUND: {
    summary: "The manifest of the session is nowhere to be found.",
    fix: "Try again when more nodes are reachable.",
    exitCode: ExitCode.NotFound,
  },
  SOURCE_CHANGED: {
    summary: "The file is not the one of which a part was already stored.",
    fix: "Give the unchanged file, or start a new session for the new one.",
    exitCode: ExitCode.BadInput,
  },
  SINK_FAILED: {
    summary: "The node did not take a chunk.",
    fix: "Check lucid status, then run the same command again: it goes on where it was.",
    exitCode: ExitCode.Unreachable,
  },
  RECORD_COMMAND: {
    summary: "The command to be recorded cannot be run.",
    fix: "Check its name and its arguments by running it without lucid.",
    exitCode: ExitCode.BadInput,
  },
  WORKER_FAILED: {
    summary: "A worker thread of the session pipeline died.",
    fix: "Run the same command again: it goes on where it was; report it if it happens again.",
    exitCode: ExitCode.Internal,
  },
  // --- encrypted index ---
  INDEX_ENTRY_MALFORMED: {
    summary: "The bytes are no entry of the index.",
    fix: "Nothing to do: the entry was refused.",
    exitCode: ExitCode.BadInput,
  },
  INDEX_ENTRY_TOO_LARGE: {
    summary: "An entry of the index is longer than 4 KiB.",
    fix: "Shorten the title, or give fewer tags.",
    exitCode: ExitCode.BadInput,
  },
  INDEX_SIGNATURE: {
    summary: "An entry of the index is not signed by the owner that it names.",
    fix: "Nothing to do: the entry was refused; ask another node if it came from yours.",
    exitCode: ExitCode.BadInput,
  },
  INDEX_CLOCK_AHEAD: {
    summary: "An entry of the index is dated more than ten minutes ahead.",
    fix: "Set the clock of this machine (lucid doctor tells how far it is off), or wait until the time has come.",
    exitCode: ExitCode.Environment,
  },
  INDEX_OWNER_REFUSED: {
    summary: "The owner of an entry has neither a session nor enough LUCID.",
    fix: "Anchor a session with this account first, or send LUCID to it.",
    exitCode: ExitCode.BadInput,
  },
  INDEX_FULL: {
    summary: "The owner's part of the index is full.",
    fix: "Run lucid session compact, or remove titles of sessions that are gone.",
    exitCode: ExitCode.NoSpace,
  },
  INDEX_STORE_FULL: {
    summary: "The index of the node holds as many entries as it may.",
    fix: "Use another node, or ask its operator.",
    exitCode: ExitCode.NoSpace,
  },
  INDEX_OUTDATED: {
    summary: "The index holds a newer entry of the session already.",
    fix: "Run the command again: it starts from the newer one.",
    exitCode: ExitCode.Usage,
  },
  INDEX_KEY_WRONG: {
    summary: "The key does not open an entry of the index.",
    fix: "Use the mnemonic of the owner; an entry that nobody can open was written with another one.",
    exitCode: ExitCode.Secret,
  },
  INDEX_DETAILS_INVALID: {
    summary: "The details of a session are not ones that the format allows.",
    fix: "Give printable texts within the limits that the message names; or upgrade lucid if a newer one wrote them.",
    exitCode: ExitCode.BadInput,
  },
  INDEX_SYNC_BAD_FRAME: {
    summary: "A frame of the index's reconciliation is one that no honest node sends.",
    fix: "Nothing to do: the peer was left.",
    exitCode: ExitCode.BadInput,
  },
} as const satisfies Record<string, ErrorInfo>;

export type StorageErrorCode = keyof typeof storageErrorInfo;

export class StorageError extends CodedError<StorageErrorCode> {}
