import { readFile } from "node:fs/promises";
import { resolve as resolvePath } from "node:path";
import { contractAddresses, signerRegistryAbi } from "@lucid/contracts";
import { realFileSystem, writeFileAtomic } from "@lucid/storage";
import { encodeEventTopics, numberToHex } from "viem";
import { NodeError } from "../../errors.js";
import { argument, type CommandContext } from "../commandContext.js";
import { readGovernance, withGovernor } from "../gov/governor.js";
import { formatTronAddress } from "../gov/tronAddress.js";
import type { NodeClient } from "../nodeClient.js";
import { chainIdOf } from "../transactions.js";

/** What the payout service takes; keys in order, so that equal sets give equal files. Hex without 0x. */
interface SignerFile {
  /** Block that holds the rotation, which its commit certificate makes final. */
  readonly certificate: string;
  readonly chainId: number;
  readonly digest: string;
  readonly epoch: number;
  readonly governanceTransaction: string;
  readonly payoutEpochLength: number;
  /** By two signers of the epoch before, over the digest (TIP-191, version 2); they add theirs. */
  readonly signatures: readonly string[];
  readonly signers: readonly string[];
  readonly threshold: number;
}

async function current(client: NodeClient): Promise<Omit<SignerFile, "certificate" | "governanceTransaction">> {
  const { signers } = await readGovernance(client);
  const params = (await client.rpc("lucid_getParams")) as { readonly payoutEpochLength?: unknown };
  return {
    chainId: await chainIdOf(client),
    digest: signers.digest.slice(2),
    epoch: Number(signers.epoch),
    payoutEpochLength: Number(params.payoutEpochLength),
    signatures: [],
    signers: signers.signers.map((signer) => formatTronAddress(Buffer.from(signer.slice(2), "hex"))),
    threshold: Number(signers.threshold),
  };
}

interface RotationLog {
  readonly transactionHash: string;
  readonly blockNumber: string;
  readonly blockHash: string;
}

/** @throws NodeError SIGNERS_FILE for the founding set, which no vote made */
async function rotationOf(client: NodeClient, epoch: number): Promise<RotationLog> {
  if (epoch === 0) {
    throw new NodeError({
      code: "SIGNERS_FILE",
      message: "the signers are those of the genesis (epoch 0), which no vote made",
      meta: { fix: "write them into the payout service's configuration; a file is for later sets" },
    });
  }
  const topics = encodeEventTopics({
    abi: signerRegistryAbi,
    eventName: "SignersRotated",
    args: { epoch: BigInt(epoch) },
  });
  const filter = { address: contractAddresses.SignerRegistry, topics, fromBlock: numberToHex(0), toBlock: "latest" };
  const [log] = (await client.rpc("eth_getLogs", [filter])) as readonly RotationLog[];
  if (log === undefined) {
    throw new NodeError({ code: "NODE_REFUSED", message: `the node no longer has the rotation to epoch ${epoch}` });
  }
  return log;
}

export function exportFile(context: CommandContext): Promise<undefined> {
  return withGovernor(context, async ({ client }) => {
    const { output, options } = context;
    const path = resolvePath(options.text("out") ?? "signers.json");
    const set = await current(client);
    const log = await rotationOf(client, set.epoch);
    const file: SignerFile = {
      certificate: `block ${Number(log.blockNumber)} ${log.blockHash.slice(2)}`,
      chainId: set.chainId,
      digest: set.digest,
      epoch: set.epoch,
      governanceTransaction: log.transactionHash.slice(2),
      payoutEpochLength: set.payoutEpochLength,
      signatures: set.signatures,
      signers: set.signers,
      threshold: set.threshold,
    };
    await writeFileAtomic(realFileSystem, path, new TextEncoder().encode(JSON.stringify(file)), 0o644);
    output.data({ file: path, ...file });
    output.line(`Wrote ${path}: epoch ${file.epoch}, digest ${file.digest}.`);
    output.line("Two signers of the epoch before sign the digest; then the payout service takes the file.");
  });
}

export function check(context: CommandContext): Promise<undefined> {
  return withGovernor(context, async ({ client }) => {
    const { output } = context;
    const path = resolvePath(argument(context, 0));
    const bad = (what: string) => new NodeError({ code: "SIGNERS_FILE", message: `${path} ${what}` });
    const text = await readFile(path, "utf8");
    let file: Readonly<Record<string, unknown>>;
    try {
      const value: unknown = JSON.parse(text);
      if (typeof value !== "object" || value === null) throw bad("is no signer file");
      file = { ...value };
    } catch (cause) {
      throw cause instanceof NodeError ? cause : bad("is not JSON");
    }
    const expected = await current(client);
    const { transactionHash } = await rotationOf(client, expected.epoch);
    const facts = { ...expected, governanceTransaction: transactionHash.slice(2) };
    for (const name of ["epoch", "chainId", "signers", "threshold", "digest", "governanceTransaction"] as const) {
      if (JSON.stringify(file[name]) !== JSON.stringify(facts[name])) {
        throw bad(
          `has another ${name} than the chain: ${JSON.stringify(file[name])}, not ${JSON.stringify(facts[name])}`,
        );
      }
    }
    output.data({ file: path, epoch: expected.epoch, digest: expected.digest });
    output.line(`${path} is the set that the chain holds, epoch ${expected.epoch}.`);
  });
}
