/**
 * `node dist/test/emulator/main.js [PORT]`: one emulated TRON node on loopback with a block every second, until it is ended. Prints one
 * line {url, genesisId, operator, contracts}; the operator account has 1,000 TRX, the routers hold no USDT.
 */
import { createHash } from "node:crypto";
import { addressFromHex } from "../../src/domain/address.js";
import { TronChain } from "./chain.js";
import { FastLedger } from "./fastLedger.js";
import { EmulatorServer } from "./httpServer.js";
import { NodeView } from "./nodeView.js";

const BLOCK_MS = 1000;
/** More than the lag of solidification. */
const BLOCKS_BEFORE = 30;

const account = (name: string) => createHash("sha256").update(name).digest("hex").slice(0, 40);
const contracts = {
  routerV0: account("router v0"),
  routerKyc: account("router kyc"),
  registry: account("registry"),
  usdt: account("usdt"),
};
const operator = account("operator");
const ledger = new FastLedger({
  ...contracts,
  disburser: operator,
  complianceSigner: account("compliance"),
  chainId: 3448148188,
});
const started = Date.now();
const chain = new TronChain({ ledger, blockMs: BLOCK_MS, genesisTime: started - BLOCKS_BEFORE * BLOCK_MS });
chain.createAccount(`41${operator}`, 1_000_000_000);
await chain.produce(BLOCKS_BEFORE);
const server = new EmulatorServer(new NodeView("emulator", chain));
const url = await server.start(Number(process.argv[2] ?? 0));
const timer = setInterval(() => void chain.produceAt(Date.now()), BLOCK_MS);
const addresses = Object.entries(contracts).map(([name, hex]) => [name, addressFromHex(`41${hex}`)]);
const line = {
  url,
  genesisId: chain.genesisId,
  operator: addressFromHex(`41${operator}`),
  contracts: Object.fromEntries(addresses),
};
process.stdout.write(`${JSON.stringify(line)}\n`);
process.once("SIGTERM", () => {
  clearInterval(timer);
  void server.stop();
});
