import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { toHex } from "@lucid/consensus/base";
import { contractAddresses } from "@lucid/contracts";
import { DevnetProcess } from "../../support/devnetProcess.js";
import { testSession } from "../../support/proofFixture.js";

const run = promisify(execFile);

/** The `cast` binary, or why it is not there: the package has none for this platform. */
function findCast(): string | undefined {
  try {
    const manifest = createRequire(import.meta.url).resolve("@foundry-rs/cast/package.json");
    return join(dirname(manifest), "../../.bin/cast");
  } catch {
    return undefined;
  }
}

describe("cast, unmodified, against lucid devnet", function () {
  this.timeout(120_000);
  let devnet: DevnetProcess;
  let binary: string;
  before(async function () {
    const found = findCast();
    const works = found !== undefined && (await run(found, ["--version"]).catch(() => undefined)) !== undefined;
    if (found === undefined || !works) return this.skip();
    binary = found;
    devnet = await DevnetProcess.start();
  });
  after(() => devnet?.stop());

  const cast = async (command: string, ...args: string[]): Promise<string> => {
    const { stdout } = await run(binary, [command, ...args, "--rpc-url", devnet.ready.rpc]);
    return stdout.trim();
  };
  const anchors = contractAddresses.LucidAnchors;
  const key = () => ["--private-key", devnet.account(2).privateKey];

  it("reads the chain, blocks and balances", async () => {
    assert.equal(await cast("chain-id"), "120122");
    assert.equal(await cast("balance", devnet.account(2).address), (10_000n * 10n ** 18n).toString());
    assert.match(await cast("client"), /^Lucid\/v/);
    assert.ok(Number(await cast("block-number")) >= 0);
    assert.match(await cast("block", "latest"), /baseFeePerGas +\d+/);
    assert.ok(BigInt(await cast("gas-price")) >= 10n ** 9n);
    assert.ok((await cast("code", anchors)).length > 1_000);
    assert.equal(await cast("nonce", devnet.account(2).address), "0");
  });

  it("sends a transfer and shows its receipt", async () => {
    const to = `0x${"7e".repeat(20)}`;
    const receipt = JSON.parse(await cast("send", to, "--value", "1ether", "--json", ...key())) as Record<
      string,
      string
    >;
    assert.equal(receipt["status"], "0x1");
    assert.equal(await cast("balance", to), (10n ** 18n).toString());
    assert.match(await cast("receipt", receipt["transactionHash"] ?? ""), /status +1/);
    assert.match(await cast("tx", receipt["transactionHash"] ?? ""), /chainId +120122/);
  });

  it("calls, estimates and sends to a contract, and finds the event", async () => {
    const price = await cast("call", anchors, "priceOf(uint32,uint256)(uint256)", "5", "30");
    assert.match(price, /^15000000000000000/);
    const { sessionId, manifestHash, merkleRoot, chunkRoots } = testSession(9);
    const owner = devnet.account(2).address;
    const values = [
      toHex(sessionId),
      toHex(manifestHash),
      "1700000000",
      owner,
      toHex(merkleRoot),
      String(chunkRoots.length),
    ];
    const signature = "registerSession(bytes32,bytes32,uint64,address,bytes32,uint32)";
    const gas = await cast("estimate", anchors, signature, ...values, "--value", "0.015ether", "--from", owner);
    assert.ok(BigInt(gas) > 100_000n);
    const listed = await cast("access-list", anchors, signature, ...values, "--value", "0.015ether", "--from", owner);
    assert.match(listed, /gas used: \d+/);
    assert.match(listed, new RegExp(`- address: ${anchors}\\s+keys:\\s+0x[0-9a-f]{64}`, "i"));
    const sent = await cast("send", anchors, signature, ...values, "--value", "0.015ether", "--json", ...key());
    assert.equal((JSON.parse(sent) as Record<string, string>)["status"], "0x1");
    const event = "SessionRegistered(address,bytes32,bytes32,uint32,bytes32,uint64,uint32,uint64,uint64)";
    const logs = JSON.parse(await cast("logs", "--from-block", "0", "--address", anchors, event, "--json")) as {
      topics: string[];
    }[];
    assert.equal(logs[0]?.topics[2], toHex(sessionId));
    const slot = await cast("storage", anchors, "0");
    assert.match(slot, /^0x[0-9a-f]{64}$/);
    assert.match(await cast("proof", anchors, "0"), /"accountProof"/);
    // The package's wrapper ends with status 0 whatever happened, so the text tells.
    const again = ["call", anchors, signature, ...values, "--from", owner, "--rpc-url", devnet.ready.rpc];
    assert.match((await run(binary, again)).stderr, /error code 3: execution reverted, data: "0x/);
  });

  it("works over a WebSocket too (it has no command that subscribes)", async () => {
    const { stdout } = await run(binary, ["block-number", "--rpc-url", devnet.ready.ws]);
    assert.ok(Number(stdout.trim()) >= 1);
  });
});
