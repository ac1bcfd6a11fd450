import type { CommandSpec, OptionSpec } from "../spec.js";
import { hostList, oneHost } from "../testnet/hosts.js";
import { foundingSigners, fundedAccounts, genesisTime, networkName } from "../testnet/termValues.js";
import { integer, lucidAmount } from "../values.js";
import { passphraseOption, rpcOption } from "./node.js";

const presetOption: OptionSpec = {
  flags: "--preset <rules>",
  summary: "rules that the network follows: a devnet has short slots, epochs of 10 slots and a faucet",
  choices: ["testnet", "devnet"],
  fallback: "testnet",
};

export const testnetSpec: CommandSpec = {
  name: "testnet",
  summary: "found a network of several operators",
  details:
    "Each operator makes keys with lucid testnet operator and sends the public file; one of the group puts the files together with " +
    "lucid testnet create; everybody compares what lucid testnet show prints, and starts. docs/join-testnet.md shows it from the beginning.",
  commands: [
    {
      name: "operator",
      summary: "make the keys of a founding operator, and the public file for the others",
      details:
        "The keys stay in the data directory, which lucid init completes when the network's file is there. The file that is sent holds " +
        "public keys, the proof that the BLS key belongs to the account, and the addresses of --p2p-announce.",
      options: [
        { flags: "--name <name>", summary: "how the others know you (default: from the node id)" },
        presetOption,
        {
          flags: "--out <file>",
          summary: "also write the public file here (else operator.json in the data directory)",
        },
        { flags: "--mnemonic-file <file>", summary: "take the recovery words in this file instead of making new ones" },
        { flags: "--yes", summary: "ask nothing: the words are printed and the passphrase must be given" },
        passphraseOption,
      ],
      settings: ["dataDir", "p2pAnnounce"],
      examples: [
        [
          "lucid testnet operator --data alice --name alice --p2p-announce /dns4/alice.example/tcp/30120",
          "keys in alice/, the file to send is alice/operator.json",
        ],
      ],
      load: async () => (await import("../commands/testnetOperator.js")).run,
    },
    {
      name: "create",
      summary: "write the file, the keys and the start commands of a new network",
      details:
        "With operators' public files it needs no keys: it writes network.json for everybody and START.md. The same files and options " +
        "(with --genesis-time) give the same network, whoever runs it. Without files it makes a data directory for each of --validators " +
        "nodes, for tests and for one person with several machines; all get the same passphrase.",
      arguments: [{ name: "[files...]", summary: "operators' public files" }],
      options: [
        { flags: "--out <dir>", summary: "folder to write to", fallback: "testnet" },
        { flags: "--name <name>", summary: "name of the network (default: testnet or devnet)", parse: networkName },
        presetOption,
        {
          flags: "--genesis-time <time>",
          summary:
            "first slot: 2026-12-01T12:00:00Z, Unix seconds, or +600 (default: in 10 minutes, on a devnet in 30 s)",
          parse: genesisTime,
        },
        {
          flags: "--slot-seconds <seconds>",
          summary: "seconds per slot of --preset devnet (default: 6)",
          parse: integer(2, 120),
        },
        {
          flags: "--balance <lucid>",
          summary: "LUCID of each operator's account (default: 10000)",
          parse: lucidAmount,
        },
        {
          flags: "--fund <accounts>",
          summary: "LUCID of other accounts: 0x...=1000,0x...=5",
          parse: fundedAccounts,
        },
        {
          flags: "--signers <addresses>",
          summary: "the three first signers of payouts, TRON addresses (a devnet has well-known ones)",
          parse: foundingSigners,
        },
        {
          flags: "--bootnodes <addresses>",
          summary: "bootstrap nodes beside the operators, with their peer ids",
        },
        {
          flags: "--bootnode <host>",
          summary: "make a bootstrap node of this host too, with a key in the folder bootnode",
          parse: oneHost,
        },
        {
          flags: "--validators <n>",
          summary: "without files: number of operators (default: 4)",
          parse: integer(1, 128),
        },
        {
          flags: "--hosts <hosts>",
          summary: "without files: a host for each operator, or one for all (default: 127.0.0.1)",
          parse: hostList,
        },
        { flags: "--light-kdf", summary: "encrypt the keys in milliseconds, which protects weak passphrases less" },
        passphraseOption,
      ],
      examples: [
        [
          "lucid testnet create alice.json bob.json carol.json dan.json --name ours --signers T...,T...,T...",
          "of what four operators have sent",
        ],
        ["lucid testnet create --preset devnet --validators 4 --out lab", "four nodes on this machine"],
        [
          "lucid testnet create --preset devnet --hosts 10.0.0.1,10.0.0.2,10.0.0.3,10.0.0.4 --validators 4 --bootnode 10.0.0.9",
          "four machines and a bootstrap node",
        ],
      ],
      load: async () => (await import("../commands/testnetCreate.js")).run,
    },
    {
      name: "show",
      summary: "check a network file and print what it founds, to compare with others",
      arguments: [{ name: "<network>", summary: "file, or the name of a network of this release" }],
      examples: [["lucid testnet show network.json", "genesis root, first slot, validators, bootstrap nodes"]],
      load: async () => (await import("../commands/testnetShow.js")).run,
    },
    {
      name: "faucet",
      summary: "give LUCID of this data directory's account to newcomers, over HTTP",
      details:
        'POST / with {"address": "0x..."} sends LUCID; GET / tells what the faucet gives and how often it still does today. Gifts of ' +
        "the last 24 hours are counted in faucet.json in the data directory: a restart forgives nobody. Use an account of its own that " +
        "testnet create --fund has filled. It is no faucet for a mainnet.",
      options: [
        { flags: "--amount <lucid>", summary: "LUCID of one gift (default: 200)", parse: lucidAmount },
        {
          flags: "--per-address <n>",
          summary: "gifts to one account in 24 hours (default: 1)",
          parse: integer(1, 100),
        },
        {
          flags: "--per-ip <n>",
          summary: "gifts to one IPv4 address, or to one /64 of IPv6, in 24 hours (default: 3)",
          parse: integer(1, 10_000),
        },
        { flags: "--daily <n>", summary: "gifts to all in 24 hours (default: 100)", parse: integer(1, 10_000) },
        { flags: "--host <address>", summary: "address to listen on (default: 127.0.0.1)" },
        {
          flags: "--port <port>",
          summary: "port to listen on, 0 for a free one (default: 8650)",
          parse: integer(0, 65_535),
        },
        rpcOption,
        passphraseOption,
      ],
      settings: ["dataDir"],
      examples: [
        ["lucid testnet faucet --data faucet --host 0.0.0.0", "200 LUCID for each account that asks, once a day"],
      ],
      load: async () => (await import("../commands/testnetFaucet.js")).run,
    },
  ],
};
