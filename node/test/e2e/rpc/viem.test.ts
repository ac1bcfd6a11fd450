import assert from "node:assert/strict";
import { BlsVerifier } from "@lucid/consensus";
import { fromHex, toHex } from "@lucid/consensus/base";
import { contractAddresses, lucidAnchorsAbi } from "@lucid/contracts";
import {
  BaseError,
  ContractFunctionRevertedError,
  createPublicClient,
  createWalletClient,
  defineChain,
  encodeFunctionData,
  http,
  InsufficientFundsError,
  NonceTooLowError,
  parseEther,
  webSocket,
} from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { type AnchorProofFile, verifyProof } from "../../../src/proof/index.js";
import { DevnetProcess } from "../../support/devnetProcess.js";
import { testSession } from "../../support/proofFixture.js";

describe("viem, unmodified, against lucid devnet", function () {
  this.timeout(120_000);
  let devnet: DevnetProcess;
  let clients: ReturnType<typeof connect>;

  function connect() {
    const { rpc, chainId } = devnet.ready;
    const chain = defineChain({
      id: chainId,
      name: "Lucid devnet",
      nativeCurrency: { name: "LUCID", symbol: "LUCID", decimals: 18 },
      rpcUrls: { default: { http: [rpc] } },
    });
    const account = privateKeyToAccount(devnet.account(0).privateKey);
    const transport = http(rpc, { batch: true });
    return {
      chain,
      account,
      reader: createPublicClient({ chain, transport, pollingInterval: 200 }),
      wallet: createWalletClient({ chain, transport, account }),
    };
  }

  before(async () => {
    devnet = await DevnetProcess.start();
    clients = connect();
  });
  after(() => devnet.stop());

  const register = (seed: number) => {
    const session = testSession(seed);
    return {
      session,
      request: {
        address: contractAddresses.LucidAnchors,
        abi: lucidAnchorsAbi,
        functionName: "registerSession",
        args: [
          toHex(session.sessionId),
          toHex(session.manifestHash),
          1_700_000_000n,
          clients.account.address,
          toHex(session.merkleRoot),
          session.chunkRoots.length,
        ],
        value: BigInt(session.chunkRoots.length) * 30n * 10n ** 14n,
      } as const,
    };
  };

  it("reads the chain and balances", async () => {
    const { reader, account } = clients;
    assert.equal(await reader.getChainId(), 120122);
    assert.equal(await reader.getBalance({ address: account.address }), parseEther("10000"));
    const block = await reader.getBlock({ blockTag: "finalized", includeTransactions: true });
    assert.equal(block.hash, (await reader.getBlock({ blockNumber: block.number })).hash);
    assert.equal((await reader.getBlock({ blockTag: "pending" })).hash, null);
    const fees = await reader.estimateFeesPerGas();
    assert.ok(fees.maxFeePerGas > fees.maxPriorityFeePerGas);
    const history = await reader.getFeeHistory({ blockCount: 4, rewardPercentiles: [50] });
    assert.ok(history.baseFeePerGas.length >= 1);
  });

  it("sends a transfer and waits for its receipt", async () => {
    const { reader, wallet } = clients;
    const to = `0x${"5e".repeat(20)}` as const;
    const hash = await wallet.sendTransaction({ to, value: parseEther("1.5") });
    const receipt = await reader.waitForTransactionReceipt({ hash });
    assert.equal(receipt.status, "success");
    assert.equal(receipt.gasUsed, 21_000n);
    assert.equal(await reader.getBalance({ address: to }), parseEther("1.5"));
    const transaction = await reader.getTransaction({ hash });
    assert.equal(transaction.blockNumber, receipt.blockNumber);
    assert.equal(transaction.typeHex, "0x2");
  });

  it("simulates, estimates and sends a contract call, and finds its event", async () => {
    const { reader, wallet } = clients;
    const { session, request } = register(1);
    await reader.simulateContract({ ...request, account: clients.account });
    const { abi, functionName, args, address: to, value } = request;
    const call = { account: clients.account, to, value, data: encodeFunctionData({ abi, functionName, args }) };
    const { accessList, gasUsed } = await reader.createAccessList(call);
    assert.equal(accessList[0]?.address, to.toLowerCase());
    const hash = await wallet.writeContract({ ...request, accessList });
    const receipt = await reader.waitForTransactionReceipt({ hash });
    assert.equal(receipt.status, "success");
    assert.equal(receipt.gasUsed, gasUsed);
    const [event] = await reader.getContractEvents({
      address: request.address,
      abi: lucidAnchorsAbi,
      eventName: "SessionRegistered",
      args: { owner: clients.account.address },
      fromBlock: 0n,
      strict: true,
    });
    assert.equal(event?.args.merkleRoot, toHex(session.merkleRoot));
    const stored = await reader.readContract({
      address: request.address,
      abi: lucidAnchorsAbi,
      functionName: "session",
      args: [clients.account.address, toHex(session.sessionId)],
    });
    assert.equal(stored.chunkCount, 5);
  });

  it("gets a portable proof of it that verifies offline", async () => {
    const { session } = register(1);
    const proof = (await clients.reader.request({
      method: "lucid_getAnchorProof" as never,
      params: [toHex(session.sessionId)] as never,
    })) as AnchorProofFile;
    const trust = { genesisRoot: fromHex(devnet.ready.genesisRoot) };
    const proven = verifyProof(JSON.stringify(proof), trust, { verifier: new BlsVerifier() });
    assert.equal(toHex(proven.session.owner), clients.account.address.toLowerCase());
  });

  it("decodes custom errors and knows the usual failures by their texts", async () => {
    const { reader, wallet } = clients;
    const { request } = register(1);
    await assert.rejects(reader.simulateContract({ ...request, account: clients.account }), (error: BaseError) => {
      const cause = error.walk((one) => one instanceof ContractFunctionRevertedError);
      assert.ok(cause instanceof ContractFunctionRevertedError);
      return cause.data?.errorName === "SessionExists";
    });
    const to = `0x${"5e".repeat(20)}` as const;
    const isCause = (kind: new (...args: never[]) => Error) => (error: unknown) =>
      error instanceof BaseError && error.walk((one) => one instanceof kind) !== null;
    await assert.rejects(
      wallet.sendTransaction({ to, value: parseEther("1"), nonce: 0, gas: 21_000n }),
      isCause(NonceTooLowError),
    );
    await assert.rejects(
      wallet.sendTransaction({ to, value: parseEther("20000"), gas: 21_000n }),
      isCause(InsufficientFundsError),
    );
  });

  it("watches blocks and events over a WebSocket", async () => {
    const { chain, wallet } = clients;
    const live = createPublicClient({ chain, transport: webSocket(devnet.ready.ws) });
    const { request } = register(2);
    const seen = new Promise<{ heads: readonly bigint[]; events: number }>((resolve, reject) => {
      const heads: bigint[] = [];
      let events = 0;
      const check = () => {
        if (heads.length < 2 || events < 1) return;
        endBlocks();
        endEvents();
        resolve({ heads, events });
      };
      const endBlocks = live.watchBlocks({
        onBlock: (block) => {
          heads.push(block.number);
          check();
        },
        onError: reject,
      });
      const endEvents = live.watchContractEvent({
        address: request.address,
        abi: lucidAnchorsAbi,
        eventName: "SessionRegistered",
        onLogs: (logs) => {
          events += logs.length;
          check();
        },
        onError: reject,
      });
    });
    await wallet.writeContract(request);
    const { heads } = await seen;
    assert.equal(heads[1], (heads[0] ?? 0n) + 1n);
    (await live.transport.getRpcClient()).close();
  });

  it("polls filters over HTTP", async () => {
    const { reader, wallet } = clients;
    const filter = await reader.createContractEventFilter({
      address: contractAddresses.LucidAnchors,
      abi: lucidAnchorsAbi,
    });
    const blocks = await reader.createBlockFilter();
    const { request } = register(3);
    const hash = await wallet.writeContract(request);
    const receipt = await reader.waitForTransactionReceipt({ hash });
    const logs = await reader.getFilterChanges({ filter });
    assert.deepEqual(new Set(logs.map((log) => log.transactionHash)), new Set([hash]));
    assert.ok((await reader.getFilterChanges({ filter: blocks })).includes(receipt.blockHash));
    assert.equal(await reader.uninstallFilter({ filter }), true);
  });
});
