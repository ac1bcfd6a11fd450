import type { CommandSpec, OptionSpec } from "../spec.js";
import { address, byteSize, integer, mediaType } from "../values.js";
import { passphraseOption, rpcOption } from "./node.js";

export const nodeOption: OptionSpec = {
  flags: "--node <where>",
  summary: "the node to use: its data directory or its node.sock (else the one in --data)",
  env: "LUCID_NODE",
};
const daysOption: OptionSpec = {
  flags: "--days <n>",
  summary: "days of retention to pay for",
  parse: integer(30, 3650),
  fallback: 30,
};
const chunkSizeOption: OptionSpec = {
  flags: "--chunk-size <size>",
  summary: "plaintext of one chunk, 64KiB to the network's maxChunkSize (default: 8 MiB - 4 KiB, or that if less)",
  parse: byteSize(64 * 1024, 64 * 1024 * 1024, "64KiB to 64MiB"),
};
const policyOption: OptionSpec = {
  flags: "--policy <file>",
  summary: "JSON policy of the session; waited for up to the network's policyTimeoutMs, then the session is denied",
};

const detailOptions: readonly OptionSpec[] = [
  { flags: "--title <text>", summary: "title, kept encrypted in the index" },
  { flags: "--tag <names>", summary: "tags, separated by commas" },
  { flags: "--folder <path>", summary: "folder in the catalogue, such as work/2026" },
];

export const sessionSpec: CommandSpec = {
  name: "session",
  summary: "record, store, fetch and prove sessions",
  details:
    "Sessions are cut, compressed and encrypted in this process with the keys of the data directory; the node gets ciphertext only. " +
    "The anchor is a transaction of the owner's account.",
  commands: [
    {
      name: "put",
      summary: "encrypt, store and anchor a finished recording",
      details:
        "An interrupted put goes on where it was when it is run again with the same file. - reads standard input.",
      arguments: [{ name: "<file>", summary: "recording to store, or - for standard input" }],
      options: [chunkSizeOption, daysOption, ...detailOptions, nodeOption, passphraseOption],
      settings: ["dataDir"],
      examples: [
        ["lucid session put recording.mkv", "store it for 30 days"],
        [
          "lucid session put recording.mkv --title 'Quarterly review' --tag finance,review",
          "with a title only you can read",
        ],
        ["lucid session put recording.mkv --days 365 --json", "a year; one line of JSON at the end"],
      ],
      load: async () => (await import("../commands/sessionPut.js")).run,
    },
    {
      name: "record",
      summary: "record what a command writes to its standard output",
      details:
        "Chunks are stored while the command runs. A command that dies is started again and the gap is noted in the manifest. Ctrl-C " +
        "ends the command and closes, stores and anchors the session; a second one leaves at once, and the next session command " +
        "closes it with a gap marker.",
      arguments: [
        { name: "[command...]", summary: "after --, the command and its arguments; none reads standard input" },
      ],
      options: [
        chunkSizeOption,
        policyOption,
        daysOption,
        {
          flags: "--restarts <n>",
          summary: "how often a command that dies is started again",
          parse: integer(0, 1000),
          fallback: 5,
        },
        ...detailOptions,
        nodeOption,
        passphraseOption,
      ],
      settings: ["dataDir"],
      examples: [
        ["lucid session record -- ffmpeg -f x11grab -i :0 -f matroska -", "record the screen"],
        ["asciinema rec - | lucid session record", "record standard input"],
      ],
      load: async () => (await import("../commands/sessionRecord.js")).run,
    },
    {
      name: "get",
      summary: "fetch a session, verify everything, and write it to a file",
      details: "The file appears under its name only after every byte was verified; on failure nothing is written.",
      arguments: [{ name: "[id]", summary: "session id; not needed with --key" }],
      options: [
        { flags: "-o, --out <file>", summary: "file to write", required: true },
        { flags: "--key <file>", summary: "key file of a shared session (lucid session share); needs no passphrase" },
        { flags: "--range <a-b>", summary: "only the bytes from a up to b, b not included" },
        {
          flags: "--owner <address>",
          summary: "owner of the session, if it is not this data directory's account",
          parse: address,
        },
        { flags: "--force", summary: "replace the file if it exists" },
        nodeOption,
        passphraseOption,
      ],
      settings: ["dataDir"],
      examples: [
        ["lucid session get 1b4e28ba-2fa1-4d3b-883f-0016d3cca427 -o recording.mkv", "the same bytes as went in"],
        ["lucid session get --key friend.key.json -o recording.mkv", "a session that somebody shared"],
      ],
      load: async () => (await import("../commands/sessionGet.js")).run,
    },
    {
      name: "serve",
      summary: "play a session in a browser on this machine, from any place in it, until a signal",
      details:
        "Serves the recording over HTTP on 127.0.0.1, under an address that cannot be guessed, with ranges: only the chunks that a player asks for are " +
        "fetched, and each is verified before a byte of it is sent. With --json one line is printed when it is ready: {sessionId, page, url, type, bytes, pid}.",
      arguments: [{ name: "[id]", summary: "session id; not needed with --key" }],
      options: [
        {
          flags: "--port <port>",
          summary: "port on 127.0.0.1; 0 takes a free one",
          parse: integer(0, 65_535),
          fallback: 0,
        },
        {
          flags: "--type <type>",
          summary: "media type, such as video/webm (else by the first bytes)",
          parse: mediaType,
        },
        { flags: "--key <file>", summary: "key file of a shared session (lucid session share); needs no passphrase" },
        {
          flags: "--owner <address>",
          summary: "owner of the session, if it is not this data directory's account",
          parse: address,
        },
        nodeOption,
        passphraseOption,
      ],
      settings: ["dataDir"],
      examples: [
        ["lucid session serve 1b4e28ba-2fa1-4d3b-883f-0016d3cca427", "prints the address to open"],
        ["lucid session serve --key friend.key.json", "a session that somebody shared"],
      ],
      load: async () => (await import("../commands/sessionServe.js")).run,
    },
    {
      name: "list",
      summary: "list the owner's sessions: on chain and not yet anchored",
      details:
        "Titles, tags and folders are encrypted: they are shown when LUCID_PASSPHRASE or --passphrase-file opens the keys, or with --titles, " +
        "which asks for the passphrase.",
      options: [
        { flags: "--owner <address>", summary: "another account's sessions", parse: address },
        { flags: "--titles", summary: "open the index to show titles, tags and folders" },
        nodeOption,
        passphraseOption,
      ],
      settings: ["dataDir"],
      examples: [
        ["lucid session list", "newest last"],
        ["lucid session list --titles", "with titles, tags and folders"],
      ],
      load: async () => (await import("../commands/sessionList.js")).run,
    },
    {
      name: "edit",
      summary: "change title, tags and folder of a session",
      details:
        "They are in the encrypted index that all nodes keep, signed by the owner. An empty text takes a title or a folder away; --remove takes " +
        "the session's entry out of the index and leaves the session as it is.",
      arguments: [{ name: "<id>", summary: "session id" }],
      options: [
        ...detailOptions,
        { flags: "--untag <names>", summary: "tags to take away, separated by commas" },
        { flags: "--remove", summary: "remove the whole entry" },
        nodeOption,
        passphraseOption,
      ],
      settings: ["dataDir"],
      examples: [
        ["lucid session edit 1b4e28ba-2fa1-4d3b-883f-0016d3cca427 --title 'Board meeting' --untag draft", "change it"],
      ],
      load: async () => (await import("../commands/sessionEdit.js")).run,
    },
    {
      name: "share",
      summary: "write a key file that opens one session and no other",
      arguments: [{ name: "<id>", summary: "session id" }],
      options: [
        { flags: "-o, --out <file>", summary: "file to write (default: ID.key.json)" },
        { flags: "--with <names>", summary: "note in the index to whom it goes, separated by commas" },
        { flags: "--force", summary: "replace the file if it exists" },
        nodeOption,
        passphraseOption,
      ],
      settings: ["dataDir"],
      examples: [
        [
          "lucid session share 1b4e28ba-2fa1-4d3b-883f-0016d3cca427 -o friend.key.json --with Ann",
          "send the file by a safe way",
        ],
      ],
      load: async () => (await import("../commands/sessionShare.js")).run,
    },
    {
      name: "keep",
      summary: "keep the key of a session that somebody shared in your own index",
      details:
        "Then lucid session get ID works without the key file, on every machine with your keys, and lucid recover brings the session back.",
      arguments: [{ name: "<file>", summary: "key file that lucid session share wrote" }],
      options: [...detailOptions, nodeOption, passphraseOption],
      settings: ["dataDir"],
      examples: [["lucid session keep friend.key.json --title 'From Ann'", "with a title of your own"]],
      load: async () => (await import("../commands/sessionShare.js")).keep,
    },
    {
      name: "compact",
      summary: "make room in the owner's part of the index",
      details:
        "Entries that were deleted more than 30 days ago are removed from all nodes. Needed only near 10,000 entries.",
      options: [nodeOption, passphraseOption],
      settings: ["dataDir"],
      examples: [["lucid session compact", "nothing happens without old deletions"]],
      load: async () => (await import("../commands/sessionEdit.js")).compact,
    },
    {
      name: "prove",
      summary: "write a portable proof that a session is anchored",
      arguments: [{ name: "<id>", summary: "session id" }],
      options: [
        { flags: "-o, --out <file>", summary: "file to write (default: ID.proof.json)" },
        { flags: "--chunk <index>", summary: "also prove this chunk", parse: integer(0, 0xffff_fffe) },
        {
          flags: "--owner <address>",
          summary: "owner of the session, if it is not this data directory's account",
          parse: address,
        },
        { flags: "--force", summary: "replace the file if it exists" },
        nodeOption,
      ],
      settings: ["dataDir"],
      examples: [["lucid session prove 1b4e28ba-2fa1-4d3b-883f-0016d3cca427", "then anybody can lucid verify it"]],
      load: async () => (await import("../commands/sessionProve.js")).run,
    },
    {
      name: "verify",
      summary: "fetch every chunk of a session and check it against the chain, writing nothing",
      arguments: [{ name: "<id>", summary: "session id" }],
      options: [
        {
          flags: "--owner <address>",
          summary: "owner of the session, if it is not this data directory's account",
          parse: address,
        },
        nodeOption,
        passphraseOption,
      ],
      settings: ["dataDir"],
      examples: [["lucid session verify 1b4e28ba-2fa1-4d3b-883f-0016d3cca427", "a drill: could it be restored now?"]],
      load: async () => (await import("../commands/sessionVerify.js")).run,
    },
  ],
};

export const recoverSpec: CommandSpec = {
  name: "recover",
  summary: "recovery words in, catalogue and recordings out",
  details:
    "Needs the words and a node of the network that has caught up, nothing else: no data directory, no passphrase. The sessions come from the " +
    "chain, titles and tags from the encrypted index, recordings from the nodes that keep them; every byte is verified. What is in the " +
    "folder already is left alone, so an interrupted recovery goes on when it is run again.",
  options: [
    { flags: "--mnemonic-file <file>", summary: "file with the recovery words (else they are asked for)" },
    { flags: "-o, --out <folder>", summary: "folder to write the recordings to; without it the catalogue is shown" },
    { flags: "--chain-only", summary: "do not use the index: what the chain alone brings back" },
    nodeOption,
  ],
  settings: ["dataDir"],
  examples: [
    ["lucid recover --node /var/lib/lucid", "asks for the words and shows what there is"],
    ["lucid recover --mnemonic-file words.txt --out recordings", "every recording to a file"],
  ],
  load: async () => (await import("../commands/recover.js")).run,
};

export const accountSpec: CommandSpec = {
  name: "account",
  summary: "the owner's account on the chain",
  commands: [
    {
      name: "show",
      summary: "print the account's address and the node's identity",
      settings: ["dataDir"],
      examples: [["lucid account show", "no passphrase needed"]],
      load: async () => (await import("../commands/account.js")).show,
    },
    {
      name: "balance",
      summary: "print the balance of an account",
      arguments: [{ name: "[address]", summary: "another account" }],
      options: [rpcOption],
      settings: ["dataDir"],
      examples: [["lucid account balance", "in LUCID"]],
      load: async () => (await import("../commands/account.js")).balance,
    },
    {
      name: "send",
      summary: "send LUCID and wait until it is final",
      arguments: [
        { name: "<to>", summary: "address to pay" },
        { name: "<amount>", summary: "amount in LUCID, such as 1.5" },
      ],
      options: [{ flags: "--yes", summary: "do not ask whether the address is right" }, rpcOption, passphraseOption],
      settings: ["dataDir"],
      examples: [["lucid account send 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 1.5", "1.5 LUCID"]],
      load: async () => (await import("../commands/account.js")).send,
    },
    {
      name: "import",
      summary: "use another private key as the account that pays",
      details:
        "Replaces keys/account.json (the old file is kept beside it). Recordings stay readable by the recovery words, which do not change; " +
        "sessions anchored from now on belong to the new account.",
      arguments: [{ name: "<file>", summary: "Web3 keystore (JSON), or a file with the private key in hex" }],
      options: [
        { flags: "--keystore-passphrase-file <file>", summary: "file whose first line opens the keystore to import" },
        { flags: "--yes", summary: "do not ask" },
        passphraseOption,
      ],
      settings: ["dataDir"],
      examples: [["lucid account import key.json", "the keystore's passphrase is asked for"]],
      load: async () => (await import("../commands/account.js")).importKey,
    },
  ],
};
