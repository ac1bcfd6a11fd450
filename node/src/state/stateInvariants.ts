import { equalBytes } from "@lucid/consensus/base";
import { type Invariant, type KeyValueStore, namespaces, prefixRange } from "@lucid/storage";
import type { GenesisAccount } from "../genesis/index.js";
import { decodeAccount } from "./account.js";
import { genesisStateRoot } from "./genesisState.js";
import { EMPTY_CODE_HASH, keccak256 } from "./keccak.js";
import { stateKeys } from "./keys.js";
import { readStateHead } from "./stateHead.js";

/** What holds in the flat tables of the EVM state of a database that nobody writes to. */
export function stateInvariants(store: KeyValueStore): Invariant[] {
  return [
    {
      name: "state.code",
      summary: "Every account's code is there and has its hash.",
      check: async ({ report, looked }) => {
        for await (const [key, value] of store.entries(prefixRange(Uint8Array.of(namespaces.account)))) {
          looked();
          const { codeHash } = decodeAccount(value);
          if (equalBytes(codeHash, EMPTY_CODE_HASH)) continue;
          const code = store.get(stateKeys.code(codeHash));
          if (code !== undefined && equalBytes(keccak256(code), codeHash)) continue;
          const address = Buffer.from(key.subarray(1)).toString("hex");
          report({ code: "STATE_CORRUPT", message: `the code of account 0x${address} is missing or damaged` });
        }
      },
    },
    {
      name: "state.root",
      summary: "A trie built anew from all accounts and slots has the root that the state names.",
      check: async ({ report, looked }) => {
        const accounts: GenesisAccount[] = [];
        for await (const [key, value] of store.entries(prefixRange(Uint8Array.of(namespaces.account)))) {
          looked();
          const address = key.slice(1);
          const { nonce, balance, codeHash } = decodeAccount(value);
          const code = equalBytes(codeHash, EMPTY_CODE_HASH) ? undefined : store.get(stateKeys.code(codeHash));
          accounts.push({
            address,
            nonce,
            balance,
            code: code ?? new Uint8Array(),
            storage: await slots(store, address),
          });
        }
        const root = readStateHead(store)?.root;
        if (root === undefined || !equalBytes(await genesisStateRoot(accounts), root)) {
          report({ code: "STATE_CORRUPT", message: "the accounts and slots do not make the root of the state" });
        }
      },
    },
  ];
}

async function slots(store: KeyValueStore, address: Uint8Array): Promise<GenesisAccount["storage"]> {
  const prefix = stateKeys.slot(address, new Uint8Array());
  const found: (readonly [Uint8Array, Uint8Array])[] = [];
  for await (const [key, value] of store.entries(prefixRange(prefix))) {
    const word = new Uint8Array(32);
    word.set(value, 32 - value.length);
    found.push([key.slice(prefix.length), word]);
  }
  return found;
}
