import { writeFile } from "node:fs/promises";
import { resolve as resolvePath } from "node:path";
import { BlsSigner, mergeRecoveries, type Recovery, type RecoveryWeight } from "@lucid/consensus";
import { equalBytes, hasCode } from "@lucid/consensus/base";
import { loadBlsKey, realFileSystem, writeFileAtomic } from "@lucid/storage";
import { NodeError } from "../../errors.js";
import { SystemClock } from "../../node/systemClock.js";
import { encodeRecovery, tellRecovery } from "../../recovery/recoveryFile.js";
import { argument, type CommandContext } from "../commandContext.js";
import { confirmed, nodeNamed, readRecovery, withStoppedNode } from "../recoveryNode.js";
import { passphrase } from "../secrets.js";

function percentOf({ weight, totalWeight }: RecoveryWeight): string {
  return `${((100 * weight) / totalWeight).toFixed(1)} %`;
}

function isEnough({ weight, totalWeight }: RecoveryWeight): boolean {
  return 2 * weight > totalWeight;
}

/** For scripts. */
function tell({ output }: CommandContext, recovery: Recovery, weight: RecoveryWeight | undefined): void {
  const enough = weight === undefined ? null : isEnough(weight);
  output.data({ ...tellRecovery(recovery), weight: weight ?? null, enough });
}

/** For people. */
function show({ output }: CommandContext, recovery: Recovery, weight: RecoveryWeight | undefined): void {
  const told = tellRecovery(recovery);
  output.fields([
    ["network", told.genesisRoot],
    ["fork", String(told.forkVersion)],
    ["goes on from", `block ${told.head.height}, ${told.head.root}`],
    ["first slot", String(told.firstSlot)],
    ...told.voters.map(({ nodeId, weight: own }, index) => [`voter ${index + 1}`, `${nodeId}, weight ${own}`] as const),
    ...told.signedBy.map(
      ({ nodeId, lock }) => ["signed by", `${nodeId}${lock === null ? "" : `, locked on ${lock.blockRoot}`}`] as const,
    ),
    [
      "signatures",
      weight === undefined
        ? `${told.signedBy.length}, not checked (--check does, with the chain of a stopped node)`
        : `${percentOf(weight)} of the last set's weight, ${isEnough(weight) ? "enough" : "more than 50 % needed"}`,
    ],
  ]);
}

async function save(path: string, recovery: Recovery): Promise<void> {
  await writeFileAtomic(realFileSystem, path, new TextEncoder().encode(encodeRecovery(recovery)), 0o644);
}

function namesOf(context: CommandContext, option: string): readonly string[] | undefined {
  return context.options
    .text(option)
    ?.split(",")
    .filter((name) => name.trim() !== "");
}

export async function create(context: CommandContext): Promise<undefined> {
  const path = resolvePath(argument(context, 0));
  const [named, gone] = [namesOf(context, "voters"), namesOf(context, "without")];
  if ((named === undefined) === (gone === undefined)) {
    throw new NodeError({
      code: "USAGE",
      message: "say who votes from now on",
      meta: { fix: "give either --without IDS (who is gone) or --voters IDS (who is left)" },
    });
  }
  await withStoppedNode(context, async ({ node }) => {
    const ids = (names: readonly string[]) => names.map((name) => nodeNamed(name, node.voters));
    const lost = ids(gone ?? []);
    const left = node.voters.filter((nodeId) => !lost.some((other) => equalBytes(other, nodeId)));
    const voters = named === undefined ? left : ids(named);
    const recovery = node.create(new SystemClock(), voters, context.options.number("firstSlot"));
    try {
      await writeFile(path, encodeRecovery(recovery), { mode: 0o644, flag: "wx" });
    } catch (cause) {
      if (!hasCode(cause, "EEXIST")) throw cause;
      throw new NodeError({ code: "FILE_EXISTS", message: `${path} exists already`, cause });
    }
    tell(context, recovery, node.check(recovery));
    show(context, recovery, node.check(recovery));
    context.output.line(`Written to ${path}. Now sign it: lucid recover-network sign ${path}`);
  });
  return undefined;
}

export async function sign(context: CommandContext): Promise<undefined> {
  const path = resolvePath(argument(context, 0));
  const recovery = await readRecovery(path);
  await withStoppedNode(context, async ({ node, paths }) => {
    show(context, recovery, node.check(recovery));
    await confirmed(
      context,
      `This key will sign nothing under a fork below ${recovery.plan.forkVersion} again, whether the network is recovered or not.`,
    );
    const { secretKey } = await loadBlsKey(paths.blsKey, await passphrase(context));
    const signed = await node.sign(recovery, new BlsSigner(secretKey));
    await save(path, signed);
    const weight = node.check(signed);
    tell(context, signed, weight);
    context.output.line(
      isEnough(weight)
        ? `Signed; ${percentOf(weight)} of the weight is enough. Give ${path} to all operators: lucid recover-network adopt FILE`
        : `Signed; with ${percentOf(weight)} of the weight more must sign: give ${path} to the next operator.`,
    );
  });
  return undefined;
}

export async function merge(context: CommandContext): Promise<undefined> {
  const path = resolvePath(argument(context, 0));
  const others = context.arguments.slice(1);
  const files = await Promise.all([path, ...others].map(readRecovery));
  const [first, ...rest] = files;
  if (first === undefined) return undefined;
  const merged = mergeRecoveries(first, ...rest);
  await save(path, merged);
  tell(context, merged, undefined);
  show(context, merged, undefined);
  return undefined;
}

export async function inspect(context: CommandContext): Promise<undefined> {
  const recovery = await readRecovery(argument(context, 0));
  const weight = context.options.flag("check")
    ? await withStoppedNode(context, async ({ node }) => node.check(recovery))
    : undefined;
  tell(context, recovery, weight);
  show(context, recovery, weight);
  return undefined;
}

export async function adopt(context: CommandContext): Promise<undefined> {
  const { output } = context;
  const recovery = await readRecovery(argument(context, 0));
  const { forkVersion, height } = recovery.plan;
  await withStoppedNode(context, async ({ node }) => {
    await confirmed(context, `From block ${height} on this node follows fork ${forkVersion} and its voters, for good.`);
    const result = await node.adopt(recovery);
    output.data({ result, forkVersion, height });
    output.line(
      {
        adopted: `Adopted: start the node; it goes on from block ${height} with fork ${forkVersion}.`,
        later: `Adopted: the signatures are checked when this node has synced up to block ${height}.`,
        known: "Nothing to do: this node has adopted it before.",
      }[result],
    );
  });
  return undefined;
}
