import type { CommandSpec, OptionSpec } from "../spec.js";
import { address, byteSize, integer, lucidAmount, signature } from "../values.js";
import { passphraseOption, rpcOption } from "./node.js";
import { nodeOption } from "./user.js";

const poolOptions: readonly OptionSpec[] = [
  { flags: "--pool <address>", summary: "join the pool of this account", parse: address },
  {
    flags: "--pool-signature <hex>",
    summary: "the pool owner's consent, from lucid validator pool sign",
    parse: signature,
  },
];
const capacityOption: OptionSpec = {
  flags: "--capacity <size>",
  summary: "storage to offer to the network (register: default is the quota of the chunk store)",
  parse: byteSize(0, 0xffff_ffff * 2 ** 20, "0 to 4PiB"),
};

export const validatorSpec: CommandSpec = {
  name: "validator",
  summary: "register a node with the network, change it, take it out",
  details:
    "A registration is a transaction of the data directory's account and locks a bond, which comes back some time after retiring. " +
    "The founding nodes of a network are registered from the start.",
  commands: [
    {
      name: "register",
      summary: "register the node of this data directory",
      details:
        "With --consent nothing is sent: the file that it writes lets somebody else pay, with --for, for this node. The node stays " +
        "yours; the bond goes back to who paid.",
      options: [
        capacityOption,
        ...poolOptions,
        { flags: "--consent <file>", summary: "write a signed consent for a sponsor instead of sending" },
        {
          flags: "--hours <n>",
          summary: "how long the consent holds",
          parse: integer(1, 8760),
          fallback: 24,
        },
        { flags: "--for <file>", summary: "pay for the node of this consent file" },
        nodeOption,
        passphraseOption,
      ],
      settings: ["dataDir"],
      examples: [
        ["lucid validator register --capacity 500GiB", "waits until it is final"],
        ["lucid validator register --consent node.json", "somebody else pays ..."],
        ["lucid validator register --for node.json", "... with this"],
      ],
      load: async () => (await import("../commands/validatorRegister.js")).run,
    },
    {
      name: "update",
      summary: "change the node's pool, capacity or peer key (the one of the data directory is taken)",
      options: [
        capacityOption,
        ...poolOptions,
        { flags: "--leave-pool", summary: "leave the pool" },
        nodeOption,
        passphraseOption,
      ],
      settings: ["dataDir"],
      examples: [
        ["lucid validator update --capacity 1TiB", "the rest stays as it is"],
        ["lucid validator update --leave-pool", "needs nobody's consent"],
      ],
      load: async () => (await import("../commands/validatorChange.js")).update,
    },
    {
      name: "retire",
      summary: "take the node out for good",
      options: [{ flags: "--yes", summary: "do not ask" }, nodeOption, passphraseOption],
      settings: ["dataDir"],
      examples: [["lucid validator retire", "prints when the bond is free"]],
      load: async () => (await import("../commands/validatorChange.js")).retire,
    },
    {
      name: "withdraw",
      summary: "send the bond of a retired node back to who paid it",
      options: [nodeOption, passphraseOption],
      settings: ["dataDir"],
      examples: [["lucid validator withdraw", "a credit window after retiring"]],
      load: async () => (await import("../commands/validatorChange.js")).withdraw,
    },
    {
      name: "keys",
      summary: "print the public keys of the node; needs neither passphrase nor node",
      settings: ["dataDir"],
      examples: [["lucid validator keys --json", "for a pool's owner"]],
      load: async () => (await import("../commands/validatorKeys.js")).keys,
    },
    {
      name: "pool",
      summary: "name a pool and let nodes join it",
      commands: [
        {
          name: "id",
          summary: "print the id of an account's pool",
          arguments: [{ name: "[owner]", summary: "another account" }],
          settings: ["dataDir"],
          examples: [["lucid validator pool id", "the pool of this data directory's account"]],
          load: async () => (await import("../commands/validatorKeys.js")).poolId,
        },
        {
          name: "sign",
          summary: "let a node join the pool of this data directory's account",
          details: "The signature holds for one join of this node under this account.",
          arguments: [
            { name: "<node>", summary: "node id, as lucid validator keys prints it" },
            { name: "<account>", summary: "account of the node's owner" },
          ],
          options: [nodeOption, passphraseOption],
          settings: ["dataDir"],
          examples: [
            [
              "lucid validator pool sign 0x3e8b...1f0a 0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
              "give the signature to the node's owner",
            ],
          ],
          load: async () => (await import("../commands/validatorKeys.js")).poolSign,
        },
      ],
    },
  ],
};

export const faucetSpec: CommandSpec = {
  name: "faucet",
  summary: "get LUCID on a devnet, or from a faucet of a testnet",
  arguments: [{ name: "[address]", summary: "account to fill (default: the one of the data directory)" }],
  options: [
    { flags: "--amount <lucid>", summary: "amount on a devnet (default: 100)", parse: lucidAmount },
    { flags: "--from <url>", summary: "ask this faucet (lucid testnet faucet); it says how much it gives" },
    rpcOption,
  ],
  settings: ["dataDir"],
  examples: [
    ["lucid faucet 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --rpc http://127.0.0.1:8545", "100 LUCID of a devnet"],
    ["lucid faucet --from http://faucet.example:8650", "for the account of the data directory"],
  ],
  load: async () => (await import("../commands/faucet.js")).run,
};
