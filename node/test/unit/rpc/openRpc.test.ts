import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { rpcDocument } from "../../../src/rpc/index.js";
import { RpcNode } from "../../support/rpcNode.js";

interface Document {
  readonly openrpc: string;
  readonly methods: readonly {
    readonly name: string;
    readonly params: readonly { readonly name: string; readonly required: boolean; readonly schema: object }[];
    readonly result: { readonly schema: object };
  }[];
  readonly components: { readonly schemas: Record<string, object> };
}

/** What viem, ethers, cast and explorers need, and this network's own. */
const REQUIRED = `
  eth_chainId eth_syncing eth_blockNumber eth_gasPrice eth_maxPriorityFeePerGas eth_feeHistory eth_accounts
  eth_getBalance eth_getCode eth_getStorageAt eth_getTransactionCount eth_getProof eth_call eth_estimateGas
  eth_sendRawTransaction eth_getBlockByNumber eth_getBlockByHash eth_getBlockTransactionCountByNumber
  eth_getBlockTransactionCountByHash eth_getBlockReceipts eth_getUncleByBlockHashAndIndex
  eth_getUncleByBlockNumberAndIndex eth_getUncleCountByBlockHash eth_getUncleCountByBlockNumber
  eth_getTransactionByHash eth_getTransactionByBlockHashAndIndex eth_getTransactionByBlockNumberAndIndex
  eth_getTransactionReceipt eth_getLogs eth_newFilter eth_newBlockFilter eth_newPendingTransactionFilter
  eth_getFilterChanges eth_getFilterLogs eth_uninstallFilter eth_subscribe eth_unsubscribe eth_capabilities
  net_version net_listening net_peerCount web3_clientVersion web3_sha3 txpool_status txpool_content txpool_inspect
  lucid_nodeInfo lucid_consensusStatus lucid_getSession lucid_getSessionsByOwner lucid_getAnchorProof lucid_getFinality
  lucid_getParams lucid_getGovernance lucid_getProposal rpc.discover`
  .split(/\s+/)
  .filter(Boolean);

describe("json-rpc: OpenRPC document", () => {
  let node: RpcNode;
  let document: Document;
  before(async () => {
    node = await RpcNode.start();
    document = (await node.call("rpc.discover")) as Document;
  });
  after(() => node.stop());

  it("names every method that clients need, and all that can be called", () => {
    const names = document.methods.map(({ name }) => name);
    assert.deepEqual(
      REQUIRED.filter((name) => !names.includes(name)),
      [],
    );
    assert.deepEqual(
      names,
      node.core.dispatcher.table.list().map(({ name }) => name),
    );
  });

  it("holds schemas that resolve and compile", () => {
    const ajv = new Ajv2020({ strict: false });
    ajv.addSchema({ $id: "doc", components: document.components });
    const compile = (schema: object) => {
      const text = JSON.stringify(schema).replaceAll('"#/components/', '"doc#/components/');
      return ajv.compile(JSON.parse(text) as object);
    };
    for (const method of document.methods) {
      for (const param of method.params) compile(param.schema);
      compile(method.result.schema);
    }
    for (const [name, schema] of Object.entries(document.components.schemas)) {
      assert.ok(!JSON.stringify(schema).includes("$defs"), name);
    }
  });

  it("describes answers as they are", async () => {
    const ajv = new Ajv2020({ strict: false });
    await node.chain.mine();
    const text = JSON.stringify({ ...document.components.schemas["Block"], components: document.components });
    const validate = ajv.compile(JSON.parse(text) as object);
    assert.equal(
      validate(await node.call("eth_getBlockByNumber", "latest", true)),
      true,
      JSON.stringify(validate.errors),
    );
  });

  it("is the page docs/rpc.md", () => {
    const page = readFileSync(new URL("../../../../../docs/rpc.md", import.meta.url), "utf8");
    assert.equal(page, rpcDocument(), "docs/rpc.md is stale; run npm run docs");
  });

  it("says which parameters can be left out", () => {
    const balance = document.methods.find(({ name }) => name === "eth_getBalance");
    assert.deepEqual(
      balance?.params.map(({ name, required }) => [name, required]),
      [
        ["address", true],
        ["block", false],
      ],
    );
  });
});
