import { decodeExact, RECOVERY_BYTES, Recovery } from "@lucid/consensus";
import { fromHex, toHex } from "@lucid/consensus/base";
import { z } from "zod";
import { NodeError } from "../errors.js";

const FORMAT = "lucid-recovery/1";
/** Longest file that is read, bytes: the record as hex, and what is told of it. */
export const MAX_RECOVERY_FILE = 2 * RECOVERY_BYTES + 256 * 1024;

const hex = z.string().regex(/^0x([0-9a-f]{2})*$/);
const root = hex.length(66);

/** For people; what counts is `recovery`, which a test of equality binds it to. */
const tellingSchema = z.strictObject({
  genesisRoot: root,
  forkVersion: z.int(),
  head: z.strictObject({ height: z.int(), root }),
  firstSlot: z.int(),
  voters: z.array(z.strictObject({ nodeId: root, weight: z.int() })),
  signedBy: z.array(
    z.strictObject({
      nodeId: root,
      lock: z.strictObject({ slot: z.int(), round: z.int(), blockRoot: root }).nullable(),
    }),
  ),
});
export type RecoveryTelling = z.infer<typeof tellingSchema>;

const fileSchema = tellingSchema.extend({
  format: z.literal(FORMAT),
  /** SSZ. */
  recovery: hex.max(2 + 2 * RECOVERY_BYTES),
});

export function tellRecovery({ plan, consents }: Recovery): RecoveryTelling {
  return {
    genesisRoot: toHex(plan.genesisRoot),
    forkVersion: plan.forkVersion,
    head: { height: plan.height, root: toHex(plan.root) },
    firstSlot: plan.slot,
    voters: plan.voters.map(({ nodeId, weight }) => ({ nodeId: toHex(nodeId), weight })),
    signedBy: consents.map(({ nodeId, lock: [lock] }) => ({
      nodeId: toHex(nodeId),
      lock: lock === undefined ? null : { slot: lock.slot, round: lock.round, blockRoot: toHex(lock.blockRoot) },
    })),
  };
}

export function encodeRecovery(recovery: Recovery): string {
  const file: z.infer<typeof fileSchema> = {
    format: FORMAT,
    ...tellRecovery(recovery),
    recovery: toHex(Recovery.serialize(recovery)),
  };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

/** @throws NodeError RECOVERY_FILE for anything that `encodeRecovery` did not write */
export function decodeRecovery(text: string): Recovery {
  let recovery: Recovery;
  let told: RecoveryTelling;
  try {
    const { format: _format, recovery: bytes, ...rest } = fileSchema.parse(JSON.parse(text));
    told = rest;
    recovery = decodeExact(Recovery, fromHex(bytes), RECOVERY_BYTES);
  } catch (cause) {
    throw new NodeError({ code: "RECOVERY_FILE", message: "the file is damaged, or is no recovery file", cause });
  }
  const inside = tellRecovery(recovery);
  for (const name of Object.keys(inside) as (keyof RecoveryTelling)[]) {
    if (JSON.stringify(told[name]) === JSON.stringify(inside[name])) continue;
    throw new NodeError({
      code: "RECOVERY_FILE",
      message: `the recovery file was changed: its ${name} is not what was signed`,
    });
  }
  return recovery;
}
