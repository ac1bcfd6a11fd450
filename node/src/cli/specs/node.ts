import { natSettings, rpcLimitSettings, torSettings } from "../../config/index.js";
import type { CommandSpec, OptionSpec } from "../spec.js";
import { hash, integer } from "../values.js";

const nat = Object.keys(natSettings) as (keyof typeof natSettings)[];
const tor = Object.keys(torSettings) as (keyof typeof torSettings)[];
const rpcLimits = Object.keys(rpcLimitSettings) as (keyof typeof rpcLimitSettings)[];

export const passphraseOption: OptionSpec = {
  flags: "--passphrase-file <file>",
  summary: "file whose first line opens the keys (else LUCID_PASSPHRASE, else a question)",
  env: "LUCID_PASSPHRASE_FILE",
};

export const rpcOption: OptionSpec = {
  flags: "--rpc <url>",
  summary: "JSON-RPC address of the node to ask (else node.sock in the data directory)",
  env: "LUCID_RPC",
};

export const initSpec: CommandSpec = {
  name: "init",
  summary: "make a data directory with keys and configuration",
  details:
    "Makes 24 recovery words, shows them once and has them typed back. They bring back the keys and, with the chain, " +
    "every recording; nobody else has them. The keys are kept encrypted with a passphrase. Without --genesis, " +
    "--network devnet makes a private network of this one node. Where lucid testnet operator has made keys, they are taken.",
  options: [
    {
      flags: "--network <name>",
      summary: "network to belong to: devnet, testnet, mainnet or a network file",
      fallback: "devnet",
    },
    { flags: "--genesis <file>", summary: "genesis file of the network to join, where there is no network file" },
    {
      flags: "--mnemonic-file <file>",
      summary: "restore from the recovery words in this file instead of making new ones",
    },
    {
      flags: "--card <file>",
      summary: "also write the recovery card, words included, to this file (print it, then delete it)",
    },
    {
      flags: "--slot-seconds <seconds>",
      summary: "seconds per slot of a new devnet",
      parse: integer(2, 120),
      fallback: 6,
    },
    { flags: "--yes", summary: "ask nothing: the words are printed and the passphrase must be given" },
    passphraseOption,
  ],
  settings: ["dataDir"],
  examples: [
    ["lucid init", "questions and answers; a private devnet of one node"],
    ["lucid init --data node2 --network network.json", "join the network of this file"],
    ["lucid init --data node2 --genesis genesis.json", "the same, of a network without bootstrap nodes"],
    ["lucid init --mnemonic-file words.txt --yes --json", "restore without questions, for scripts"],
  ],
  load: async () => (await import("../commands/init.js")).run,
};

export const startSpec: CommandSpec = {
  name: "start",
  summary: "run the node until a signal",
  details:
    "The first SIGINT or SIGTERM ends it in order within 10 seconds, a second one at once; neither loses anything that was " +
    "acknowledged. With --json one line is printed on stdout when the node is ready: {ready, nodeId, rpc, ws, metrics, pid, data}.",
  options: [passphraseOption],
  settings: [
    "dataDir",
    "validator",
    "rpcEnabled",
    "rpcHost",
    "rpcPort",
    "rpcModules",
    "rpcCors",
    "rpcHosts",
    ...rpcLimits,
    "metricsEnabled",
    "metricsHost",
    "metricsPort",
    "p2pListen",
    "p2pAnnounce",
    "p2pPeers",
    "p2pDirectPeers",
    "p2pBootnodes",
    "p2pDiscovery",
    "p2pMaxPeers",
    ...nat,
    ...tor,
    "logLevel",
    "logFormat",
    "chunkQuota",
    "checkpoint",
    "snapshots",
    "archive",
  ],
  examples: [
    ["lucid start --validator", "propose and vote, JSON-RPC on 127.0.0.1:8545"],
    ["lucid start --data node2 --rpc-port 0 --json", "any free port; one line of JSON when ready"],
  ],
  load: async () => (await import("../commands/start.js")).run,
};

export const devnetSpec: CommandSpec = {
  name: "devnet",
  summary: "run a network of your own on this machine until a signal",
  details:
    "Writes a genesis file and a data directory for each validator and runs one lucid start for each. The first ten accounts of the " +
    'mnemonic "test test test test test test test test test test test junk" hold LUCID. With --data the network is kept ' +
    "and goes on when the command is run again; without it everything is removed at the end. With --json one line is printed when " +
    "all are ready: {rpc, ws, chainId, genesisRoot, validators: [{nodeId, rpc, pid, data}], accounts: [{address, privateKey}]}.",
  options: [
    { flags: "--validators <n>", summary: "number of validators", parse: integer(1, 128), fallback: 1 },
    { flags: "--data <dir>", summary: "folder to keep the network in", env: "LUCID_DEVNET_DATA" },
    {
      flags: "--rpc-port <port>",
      summary: "JSON-RPC port of the first node; 0 takes a free one",
      parse: integer(0, 65_535),
      fallback: 8545,
    },
    { flags: "--slot-seconds <seconds>", summary: "seconds per slot", parse: integer(2, 120), fallback: 6 },
  ],
  examples: [
    ["lucid devnet", "one validator, JSON-RPC on 127.0.0.1:8545, nothing kept"],
    ["lucid devnet --validators 4", "four validators; any one of them may be killed"],
    ["lucid devnet --data my-devnet --slot-seconds 2", "kept in my-devnet, a block every 2 seconds"],
    ["lucid devnet --rpc-port 0 --json", "for scripts"],
  ],
  load: async () => (await import("../commands/devnet.js")).run,
};

export const statusSpec: CommandSpec = {
  name: "status",
  summary: "show what the node does: slot, head, quorum, peers, storage",
  options: [{ flags: "--watch", summary: "draw it again every second until a signal" }, rpcOption],
  settings: ["dataDir"],
  examples: [
    ["lucid status", "one screen"],
    ["lucid status --json", "one line of JSON"],
    ["lucid status --watch", "a screen that stays up to date"],
  ],
  load: async () => (await import("../commands/status.js")).run,
};

export const doctorSpec: CommandSpec = {
  name: "doctor",
  summary: "check clock, disk, ports, memory, keys (and power and heat on a Raspberry Pi)",
  details: "Exit code 0 when a node can run here (warnings allowed), 4 when something keeps it from running.",
  options: [{ flags: "--ntp <host>", summary: "time server to compare the clock with", fallback: "pool.ntp.org" }],
  settings: ["dataDir", "rpcHost", "rpcPort", "metricsHost", "metricsPort"],
  examples: [["lucid doctor", "each check with its result and what to do"]],
  load: async () => (await import("../commands/doctor.js")).run,
};

export const healthSpec: CommandSpec = {
  name: "health",
  summary: "exit 0 when the node is ready, 6 when it is not (for containers without a shell)",
  options: [
    { flags: "--live", summary: "only ask whether the process answers" },
    { flags: "--timeout <ms>", summary: "longest wait for the answer", parse: integer(100, 60_000), fallback: 3000 },
    { flags: "--url <url>", summary: "address of the node's health server (else metrics.host and metrics.port)" },
  ],
  settings: ["dataDir", "metricsHost", "metricsPort"],
  examples: [["lucid health --metrics-port 9545", "as a container's health check"]],
  load: async () => (await import("../commands/health.js")).run,
};

export const dbSpec: CommandSpec = {
  name: "db",
  summary: "check, compact, export or import the database of a stopped node",
  commands: [
    {
      name: "check",
      summary: "walk all invariants of the database; nothing is changed",
      details: "Exit code 0 when all hold, 4 when one does not. The node must be stopped.",
      options: [
        { flags: "--chunks", summary: "also read every chunk and compare it with its name" },
        { flags: "--signatures", summary: "also verify the signatures of every block's certificate" },
      ],
      settings: ["dataDir"],
      examples: [["lucid db check --data node2", "each invariant with what was found"]],
      load: async () => (await import("../commands/dbCheck.js")).run,
    },
    {
      name: "compact",
      summary: "give unused space of the database back to the disk",
      settings: ["dataDir"],
      examples: [["lucid db compact", "the node must be stopped"]],
      load: async () => (await import("../commands/dbCompact.js")).run,
    },
    {
      name: "export",
      summary: "write the chain to one file, for another node of the network or as a backup",
      details:
        "The file holds blocks, state, receipts and indexes with a checksum. It holds nothing that belongs to this node alone: " +
        "no keys, chunks or waiting transactions, and not what the voter has signed (lucid protection export writes that). " +
        "The node must be stopped. docs/data-directory.md has the format.",
      arguments: [{ name: "<file>", summary: "file to write" }],
      options: [{ flags: "--force", summary: "replace a file that exists" }],
      settings: ["dataDir"],
      examples: [["lucid db export chain.lucid", "all of the chain in one file"]],
      load: async () => (await import("../commands/dbExport.js")).run,
    },
    {
      name: "import",
      summary: "take the chain from a file made by lucid db export",
      details:
        "Checksum, network, every invariant and the signatures of every block are checked before the chain is put to use; until " +
        "then what was there stays in place. Keys, chunks, waiting transactions and what the voter has signed stay those of this " +
        "node. After an import that was killed, run it again or give --abandon. The node must be stopped.",
      arguments: [{ name: "[file]", summary: "file made by lucid db export" }],
      options: [
        { flags: "--replace", summary: "put it in the place of a chain that is there" },
        { flags: "--abandon", summary: "remove what an interrupted import left, and import nothing" },
      ],
      settings: ["dataDir"],
      examples: [
        ["lucid db import chain.lucid --data node2", "into a data directory made by lucid init"],
        ["lucid db import chain.lucid --replace", "instead of the chain that is there"],
      ],
      load: async () => (await import("../commands/dbImport.js")).run,
    },
  ],
};

export const configSpec: CommandSpec = {
  name: "config",
  summary: "show the settings",
  commands: [
    {
      name: "show",
      summary: "print every setting as the node would take it",
      options: [{ flags: "--origin", summary: "also where each value comes from: flag, environment, file or default" }],
      settings: startSpec.settings ?? [],
      examples: [["lucid config show --origin", "find out why a value is what it is"]],
      load: async () => (await import("../commands/configShow.js")).run,
    },
  ],
};

export const verifySpec: CommandSpec = {
  name: "verify",
  summary: "check a portable proof file offline and say what it proves",
  details: "Needs no node and no network. Exit code 0 when the proof holds, 4 when it does not.",
  arguments: [{ name: "<file>", summary: "proof file made by lucid session prove" }],
  options: [
    { flags: "--genesis <file>", summary: "genesis file of the network that you trust" },
    { flags: "--genesis-root <hash>", summary: "genesis root that you trust, instead of the file", parse: hash },
    {
      flags: "--checkpoint <root>",
      summary: "root of a block that you trust, for a proof of a node that began with a snapshot",
      parse: hash,
    },
  ],
  examples: [
    ["lucid verify session.proof.json", "against the genesis root that the proof names; it is printed, compare it"],
    ["lucid verify session.proof.json --genesis genesis.json", "against a genesis file of yours"],
  ],
  load: async () => (await import("../commands/verify.js")).run,
};
