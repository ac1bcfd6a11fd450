import { existsSync } from "node:fs";
import { join, resolve as resolvePath } from "node:path";
import { presets } from "@lucid/consensus";
import { toHex } from "@lucid/consensus/base";
import { checkCreatable, generateMnemonic, type ScryptCost } from "@lucid/storage";
import { NodeError } from "../../errors.js";
import {
  deriveIdentity,
  type FoundedNetwork,
  factsOf,
  foundNetwork,
  loadOperatorFile,
  type NodeIdentity,
  type OperatorFile,
  reachedAt,
  writeNodeDirectory,
} from "../../networks/index.js";
import type { CommandContext } from "../commandContext.js";
import { formatTime } from "../format.js";
import { newPassphrase } from "../secrets.js";
import { type HostPort, multiaddrOf, type Place, places } from "../testnet/hosts.js";
import { completeBootnode, makeBootnode, type Starter, writeNetwork, writeStartPage } from "../testnet/layout.js";
import { addressSettings, operatorFileOf } from "../testnet/operatorKeys.js";
import { isPrivateAddress, readTerms } from "../testnet/terms.js";

/** More founding validators are a task for their own operators. */
const MAX_MADE = 64;
/** geth's --lightkdf: 4 MiB, milliseconds. */
const LIGHT: ScryptCost = { n: 4_096, r: 8, p: 6 };
const LOOPBACK: HostPort = { kind: "ip4", host: "127.0.0.1", port: undefined };

/** An operator whose keys are made here. */
interface Made {
  readonly dataDir: string;
  readonly identity: NodeIdentity;
  readonly place: Place;
  readonly file: OperatorFile;
}

async function makeOperators({ options }: CommandContext, out: string): Promise<readonly Made[]> {
  const count = options.number("validators") ?? 4;
  if (count > MAX_MADE) {
    throw new NodeError({
      code: "USAGE",
      message: `keys are made for at most ${MAX_MADE} validators, not ${count}`,
      meta: { fix: "have operators make their own with lucid testnet operator" },
    });
  }
  const { chainId } = presets[options.text("preset") === "devnet" ? "devnet" : "testnet"];
  const all = places((options.value("hosts") as readonly HostPort[] | undefined) ?? [LOOPBACK], count);
  return Promise.all(
    all.map(async (place, index): Promise<Made> => {
      const name = `operator${index + 1}`;
      const identity = await deriveIdentity(generateMnemonic(24));
      return {
        dataDir: join(out, name),
        identity,
        place,
        file: operatorFileOf(identity, chainId, name, [place.address]),
      };
    }),
  );
}

async function writeOperators(
  context: CommandContext,
  made: readonly Made[],
  network: FoundedNetwork,
): Promise<readonly Starter[]> {
  const passphrase = await newPassphrase(context);
  const cost = context.options.flag("lightKdf") ? { cost: LIGHT } : {};
  for (const { dataDir, identity, place, file } of made) {
    const ports = place.rpcPort === undefined ? {} : { rpcPort: place.rpcPort, metricsPort: place.metricsPort };
    await writeNodeDirectory({
      dataDir,
      keys: { identity, passphrase, ...cost },
      genesis: network.genesis,
      facts: factsOf(network),
      settings: { ...addressSettings(file.addresses), ...ports },
    });
  }
  return made.map(({ dataDir, file }) => ({
    name: file.name,
    data: dataDir,
    ...(reachedAt(file)[0] === undefined ? {} : { address: String(reachedAt(file)[0]) }),
    commands: [`lucid start --data ${dataDir}`],
  }));
}

/** The commands of operators who keep their own keys. */
function ownStarter(file: OperatorFile): Starter {
  const [address] = reachedAt(file);
  return {
    name: file.name,
    ...(address === undefined ? {} : { address }),
    commands: ["lucid init --network network.json   # in the folder of lucid testnet operator", "lucid start"],
  };
}

/** A folder that holds anything is not touched. */
async function checkOut(out: string, folders: readonly string[]): Promise<void> {
  for (const name of ["network.json", "START.md"]) {
    if (existsSync(join(out, name))) {
      throw new NodeError({
        code: "FILE_EXISTS",
        message: `${join(out, name)} exists already`,
        meta: { fix: "name another folder with --out" },
      });
    }
  }
  for (const folder of folders) await checkCreatable(folder);
}

/** The files of a new network: of operators who sent their public files, or with keys for all of them. */
export async function run(context: CommandContext): Promise<undefined> {
  const { output, options } = context;
  const out = resolvePath(options.text("out") ?? ".");
  const terms = await readTerms(context);
  const sent = await Promise.all(context.arguments.map((path) => loadOperatorFile(resolvePath(path))));
  if (sent.length > 0 && (options.given("validators") || options.given("hosts"))) {
    throw new NodeError({
      code: "USAGE",
      message: "operators that sent files have their own keys and addresses",
      meta: { fix: "leave --validators and --hosts out" },
    });
  }
  const made = sent.length > 0 ? [] : await makeOperators(context, out);
  const operators = sent.length > 0 ? sent : made.map(({ file }) => file);
  const bootFolder = join(out, "bootnode");
  await checkOut(out, [...made.map(({ dataDir }) => dataDir), bootFolder]);

  const bootHost = options.value("bootnode") as HostPort | undefined;
  const named = (options.text("bootnodes") ?? "").split(",").filter((part) => part !== "");
  const ownBootnode = bootHost === undefined ? [] : [await makeBootnode(bootFolder, multiaddrOf(bootHost))];
  const reached = [...named, ...ownBootnode, ...operators.flatMap(reachedAt)];
  const network = await foundNetwork({
    ...terms,
    operators,
    bootnodes: [...named, ...ownBootnode],
    privateAddresses: reached.length > 0 && reached.every(isPrivateAddress),
  });
  const path = await writeNetwork(out, network);
  const starters: Starter[] = [];
  for (const address of ownBootnode) starters.push(await completeBootnode(bootFolder, address, network));
  starters.push(...(sent.length > 0 ? sent.map(ownStarter) : await writeOperators(context, made, network)));
  const page = await writeStartPage(out, network, starters);
  report(context, { out, path, page, network, starters, nodeIds: made.map(({ identity }) => toHex(identity.nodeId)) });
  if (made.length > 0) {
    output.note("\nThis machine has seen every key. For a network that several people run, each makes their own with");
    output.note("lucid testnet operator, and lucid testnet create takes the files that they send.");
  }
  return undefined;
}

interface Created {
  readonly out: string;
  readonly path: string;
  readonly page: string;
  readonly network: FoundedNetwork;
  readonly starters: readonly Starter[];
  readonly nodeIds: readonly string[];
}

function report({ output }: CommandContext, { out, path, page, network, starters, nodeIds }: Created): void {
  const { genesis, genesisRoot, bootnodes } = network;
  output.data({
    out,
    file: path,
    page,
    network: network.network,
    genesisRoot,
    chainId: genesis.chainId,
    genesisTime: genesis.genesisTime,
    slotDuration: genesis.slotDuration,
    bootnodes,
    nodeIds,
    nodes: starters,
  });
  output.fields([
    ["network", `${network.network}, chain id ${genesis.chainId}`],
    ["genesis root", genesisRoot],
    ["first slot", `${formatTime(genesis.genesisTime)}, then one every ${genesis.slotDuration} s`],
    ["validators", String(genesis.validators.length)],
    ["file for everybody", path],
    ["who starts what", page],
  ]);
  output.line();
  for (const { name, commands } of starters) output.line(`${name}: ${commands.join(" && ")}`);
}
