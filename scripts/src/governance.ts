/**
 * `npm run netsim -- governance [--json]`: a whole life on a devnet of five validators, by the command line. A sixth node
 * registers and becomes eligible; a smaller maxChunkSize is proposed, voted for by it too, queued, executed, and a chunk
 * above it is refused from that block on; the signers of payouts are rotated and their file is written. On the way what
 * must be refused is tried.
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contractAddresses, lucidGovernorAbi, nodeRegistryAbi, paramRegistryAbi } from "@lucid/contracts";
import { encodeFunctionData, type Hex, stringToHex, toFunctionSelector } from "viem";
import { ChunkWatch } from "./governance/chunkWatch.js";
import { check, type Fields, Life, PASSPHRASE } from "./governance/life.js";
import { addSixthNode, type SixthNode } from "./governance/sixthNode.js";
import { lucid, type RunningDevnet, startDevnet } from "./lucid.js";

const VALIDATORS = 5;
/** Long enough for a command to be refused within the two slots before a vote opens. */
const SLOT_SECONDS = 5;
const MIB = 2 ** 20;
/** Addresses of USDT's contract and of two others that everybody can look up; no keys are needed here. */
const SIGNERS = [
  "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t",
  "TXYZopYRdj2D9XRtbG411XZZ3kM5VkAeBf",
  "TG3XXyExBkPp9nzdajDZsozEu4BkaSJozs",
] as const;

export interface GovernanceResult {
  readonly ok: boolean;
  readonly validators: number;
  /** The node that registered and voted. */
  readonly sixth: string;
  readonly proposals: readonly string[];
  readonly refused: readonly string[];
  /** Chunks above the new bound, sent while the change ran: all before its block were taken, all from it on refused. */
  readonly chunks: { readonly taken: number; readonly refused: number };
  readonly signersEpoch: number;
  readonly seconds: number;
}

/** What may be proposed at all is the governor's rule; the command line cannot even ask for anything else. */
async function refuseForeignCalls(life: Life, nodeId: string): Promise<void> {
  const from = (await life.ask("lucid_getNode", nodeId))["operator"];
  const propose = (target: Hex, data: Hex) =>
    life.ask(
      "eth_call",
      {
        from,
        to: contractAddresses.LucidGovernor,
        data: encodeFunctionData({
          abi: lucidGovernorAbi,
          functionName: "propose",
          args: [[target], [0n], [data], "netsim"],
        }),
      },
      "latest",
    );
  const args = [stringToHex("maxChunkSize", { size: 32 }), BigInt(2 * MIB)] as const;
  const set = encodeFunctionData({ abi: paramRegistryAbi, functionName: "set", args });
  await propose(contractAddresses.ParamRegistry, set);
  const refused = new RegExp(toFunctionSelector("ActionNotAllowed(address,bytes4)"));
  await life.mustRefuse("a proposal with a foreign target", refused, propose(contractAddresses.LucidGovernor, set));
  const burn = encodeFunctionData({ abi: nodeRegistryAbi, functionName: "burnBonds", args: [[]] });
  await life.mustRefuse("a proposal with a foreign selector", refused, propose(contractAddresses.ParamRegistry, burn));
}

/** Somebody with an account and no node. @returns the data directory */
async function makeStranger(folder: string, faucet: string): Promise<string> {
  const data = join(folder, "stranger");
  const env = { LUCID_DATA: data, LUCID_PASSPHRASE: PASSPHRASE };
  await lucid(["init", "--genesis", join(folder, "devnet", "genesis.json"), "--yes"], { env });
  await lucid(["faucet", "--amount", "5", "--rpc", faucet], { env });
  return data;
}

/** A set of signers is voted for, and the file for the payout service says so. @returns the epoch of the set */
async function exportSigners(life: Life, folder: string): Promise<number> {
  const out = join(folder, "signers.json");
  const exported = await life.run(life.data(2), ["gov", "signers", "export", "-o", out]);
  await life.run(life.data(1), ["gov", "signers", "check", out]);
  for (const [name, value] of [
    ["epoch", 2],
    ["digest", "00".repeat(32)],
  ] as const) {
    const changed = join(folder, `${name}.json`);
    await writeFile(changed, JSON.stringify({ ...JSON.parse(await readFile(out, "utf8")), [name]: value }));
    await life.mustRefuse(
      `a signer file with another ${name}`,
      new RegExp(name),
      life.run(life.data(1), ["gov", "signers", "check", changed]),
    );
  }
  return Number(exported["epoch"]);
}

async function live(
  folder: string,
  devnet: RunningDevnet,
  sixthOf: (life: Life) => Promise<SixthNode>,
  say: (text: string) => void,
): Promise<Omit<GovernanceResult, "seconds">> {
  const life = new Life(devnet, say);
  const [one, two, three] = [life.data(1), life.data(2), life.data(3)];
  const propose = (...words: readonly string[]) => life.run(life.data(0), ["gov", "propose", ...words]);
  const sixth = await sixthOf(life);
  say(`five validators run; a sixth node has registered: ${sixth.nodeId}`);
  const stranger = await makeStranger(folder, devnet.rpc);
  await life.mustRefuse(
    "a proposal of somebody without a node",
    /no eligible node/,
    life.run(stranger, ["gov", "propose", "set", "maxChunkSize", "2MiB"], life.data(0)),
  );
  await life.mustRefuse(
    "a proposal before the node is eligible",
    /no eligible node/,
    life.run(sixth.data, [...["gov", "propose", "set", "maxChunkSize", "2MiB"]]),
  );
  const nodes = [...devnet.validators.map(({ nodeId }) => nodeId), sixth.nodeId];
  await life.until("all six are eligible", async () =>
    (await Promise.all(nodes.map((id) => life.eligible(id)))).every(Boolean),
  );
  say("all six nodes may vote");
  await life.mustRefuse("a value out of bounds", /can be/, propose("set", "maxChunkSize", "65MiB"));
  await life.mustRefuse("an unknown parameter", /no parameter/, propose("set", "slotDuration", "1"));
  await life.mustRefuse("a signer twice", /there twice/, propose("rotate", SIGNERS[0], SIGNERS[1], SIGNERS[0]));
  await life.mustRefuse(
    "an export before a rotation",
    /genesis/,
    life.run(two, ["gov", "signers", "export", "-o", join(folder, "none.json")]),
  );
  await refuseForeignCalls(life, nodes[0] ?? "");

  const file = join(folder, "recording.bin");
  await writeFile(file, Buffer.alloc(3 * MIB, 7));
  const put = (size: string) => life.run(life.data(0), ["session", "put", file, "--chunk-size", size]);
  let watch: ChunkWatch | undefined;
  const [first, second] = await Promise.all([
    life.pass(["set", "maxChunkSize", "1MiB"], {
      proposer: 0,
      voters: [
        [one, "against"],
        [two, "abstain"],
        [sixth.data, "for"],
        [life.data(4), "for"],
      ],
      refusals: true,
      stranger,
      waiting: async () => {
        await put("2MiB");
        watch = new ChunkWatch(life, 1.5 * MIB);
      },
    }),
    life.pass(["rotate", ...SIGNERS], {
      proposer: 3,
      voters: [
        [three, "for"],
        [two, "for"],
      ],
      refusals: false,
    }),
  ]);
  const chunks = (await watch?.stop(first.block)) ?? { taken: 0, refused: 0 };
  await life.mustRefuse("a chunk above the new bound", /more than this network allows/, put("2MiB"));
  await put("1MiB");
  const params = await life.run(life.data(0), ["gov", "params"]);
  check((params["maxChunkSize"] as Fields)["value"] === MIB, "maxChunkSize is not what was voted for");
  const shown = await life.run(life.data(0), ["gov", "show", first.id]);
  const { for: ayes, against, abstain } = shown["votes"] as Fields;
  check([ayes, against, abstain].map(Number).join() === "2,1,1", "the votes are not those that were given");
  return {
    ok: true,
    validators: VALIDATORS,
    sixth: sixth.nodeId,
    proposals: [first.id, second.id],
    refused: life.refused,
    chunks,
    signersEpoch: await exportSigners(life, folder),
  };
}

/** @returns the result; the folder of the run is removed */
export async function governance(say: (text: string) => void): Promise<GovernanceResult> {
  const started = performance.now();
  const folder = await mkdtemp(join(tmpdir(), "lucid-gov-"));
  let devnet: RunningDevnet | undefined;
  let sixth: SixthNode | undefined;
  try {
    const running = await startDevnet([
      ...["--data", join(folder, "devnet"), "--validators", String(VALIDATORS)],
      ...["--rpc-port", "0", "--slot-seconds", String(SLOT_SECONDS)],
    ]);
    devnet = running;
    const addSixth = async (life: Life) => {
      sixth = await addSixthNode(life, folder, running.rpc);
      return sixth;
    };
    const result = await live(folder, running, addSixth, say);
    return { ...result, seconds: Math.round((performance.now() - started) / 1000) };
  } finally {
    await sixth?.stop();
    await devnet?.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
