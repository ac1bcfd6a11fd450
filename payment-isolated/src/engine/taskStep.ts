/** Transactions that are no payouts: the change of permissions at a rotation, and staking. One at a time, journalled alike. */
import { type Attempt, SERVICE_ID, type ServiceDoc, type SignerSet } from "../domain/documents.js";
import type { PermissionSpec, TransactionIntent } from "../domain/intent.js";
import { openStates } from "../domain/states.js";
import { PayoutError } from "../errors.js";
import { signedTransactionHex } from "../tron/transactions.js";
import { buildAttempt } from "./buildStep.js";
import type { Cycle } from "./context.js";
import { permissionProblem } from "./preflight.js";
import { collectSignatures, requestFor } from "./signStep.js";

/** Bitmaps of contract types (bit = number of the type, little endian). */
export const CALL_OPERATIONS = `00000080${"0".repeat(56)}`;
export const STAKING_OPERATIONS = `000000000000c00f${"0".repeat(48)}`;

export function permissionsFor(set: SignerSet): Extract<TransactionIntent, { type: "permissions" }> {
  const spec = (name: string, operations?: string): PermissionSpec => ({
    name,
    threshold: set.threshold,
    keys: [...set.signers],
    ...(operations === undefined ? {} : { operations }),
  });
  return {
    type: "permissions",
    owner: spec("owner"),
    actives: [spec("payout", CALL_OPERATIONS), spec("resources", STAKING_OPERATIONS)],
  };
}

type Task = NonNullable<ServiceDoc["task"]>;

async function save(
  cycle: Cycle,
  service: ServiceDoc,
  by: Partial<ServiceDoc>,
  drop: readonly ("task" | "rotation")[] = [],
): Promise<boolean> {
  const next: ServiceDoc = { ...service, ...by, rev: service.rev + 1 };
  for (const key of drop) delete next[key];
  return cycle.store.replace(next);
}

async function anythingOpen(cycle: Cycle): Promise<number> {
  const counts = await cycle.store.countStates();
  let open = 0;
  for (const state of openStates) open += counts[state];
  return open;
}

/** Moves a rotation or a task one step on. */
export async function taskStep(cycle: Cycle): Promise<void> {
  const service = await cycle.store.get("service", SERVICE_ID);
  if (service === undefined) return;
  if (service.task !== undefined) return runTask(cycle, service, service.task);
  if (service.rotation === undefined || cycle.paused) return;
  const open = await anythingOpen(cycle);
  if (open > 0) return;
  const task: Task = {
    purpose: "rotation",
    intent: permissionsFor(service.rotation.to),
    permissionId: 0,
    requestedBy: "rotation",
    startedAt: cycle.clock.now(),
  };
  if (await save(cycle, service, { task }))
    cycle.emit({ type: "task", text: `drained; changing permissions to epoch ${service.rotation.to.epoch}` });
}

async function runTask(cycle: Cycle, service: ServiceDoc, task: Task): Promise<void> {
  const { attempt } = task;
  if (attempt === undefined) {
    const built = await buildAttempt(cycle, task.permissionId, task.intent, 1);
    await save(cycle, service, { task: { ...task, attempt: built } });
    return;
  }
  const sighting = await cycle.pool.sight(attempt.txid);
  if (sighting.kind === "solid") {
    const failed =
      sighting.receipt.result !== undefined || (sighting.receipt.receipt.result ?? "SUCCESS") !== "SUCCESS";
    return finish(
      cycle,
      service,
      task,
      attempt,
      !failed,
      failed
        ? `it was executed and failed in block ${sighting.receipt.blockNumber}`
        : `block ${sighting.receipt.blockNumber}`,
    );
  }
  if (sighting.kind !== "absent") return;
  if (cycle.solid.timestamp >= attempt.expiration) return bury(cycle, service, task, attempt);
  if (attempt.signedHex === undefined) return sign(cycle, service, task, attempt);
  if (cycle.paused || (attempt.lastBroadcastAt ?? 0) + cycle.config.rebroadcastMs > cycle.clock.now()) return;
  const sending: Attempt = { ...attempt, broadcasts: attempt.broadcasts + 1, lastBroadcastAt: cycle.clock.now() };
  if (!(await save(cycle, service, { task: { ...task, attempt: sending } }))) return;
  const results = await cycle.pool.broadcast(attempt.signedHex, attempt.txid);
  for (const { outcome, code } of results) cycle.emit({ type: "broadcast", txid: attempt.txid, outcome, code });
}

async function sign(cycle: Cycle, service: ServiceDoc, task: Task, attempt: Attempt): Promise<void> {
  const request = requestFor(cycle, task.purpose, task.permissionId, task.intent, attempt);
  const { signatures, problem } = await collectSignatures(cycle, request, attempt.signatures);
  if (problem === undefined) {
    await save(cycle, service, {
      task: {
        ...task,
        attempt: { ...attempt, signatures, signedHex: signedTransactionHex(attempt.rawHex, signatures) },
      },
    });
  } else if (signatures.length > attempt.signatures.length || task.text !== problem.text) {
    await save(cycle, service, {
      task: { ...task, attempt: { ...attempt, signatures }, text: problem.text.slice(0, 400) },
    });
  }
}

async function bury(cycle: Cycle, service: ServiceDoc, task: Task, attempt: Attempt): Promise<void> {
  let verdict: Awaited<ReturnType<typeof cycle.pool.proveDead>>;
  try {
    verdict = await cycle.pool.proveDead([attempt]);
  } catch (error) {
    if (!(error instanceof PayoutError)) throw error;
    return;
  }
  const proof = verdict.get(attempt.txid);
  if (proof === undefined || "seenIn" in proof) return;
  await finish(cycle, service, task, attempt, false, "it expired without being executed");
}

async function finish(
  cycle: Cycle,
  service: ServiceDoc,
  task: Task,
  attempt: Attempt,
  ok: boolean,
  text: string,
): Promise<void> {
  const lastTask = {
    purpose: task.purpose,
    type: task.intent.type,
    txid: attempt.txid,
    ok,
    text,
    at: cycle.clock.now(),
  };
  cycle.emit({ type: "task", text: `${task.intent.type}: ${text}` });
  if (task.purpose !== "rotation" || service.rotation === undefined) {
    await save(cycle, service, { lastTask }, ["task"]);
    return;
  }
  // A rotation that did not come through is tried again; it is over when the solid account says so.
  const account = await cycle.pool.any((node) => node.account("solid", cycle.config.operator.address));
  const problem = permissionProblem(account, service.rotation.to, cycle.config.operator.payoutPermission);
  if (problem !== undefined) {
    await save(cycle, service, { lastTask: { ...lastTask, ok: false, text: `${text}; ${problem}`.slice(0, 400) } }, [
      "task",
    ]);
    return;
  }
  await save(cycle, service, { lastTask, signers: service.rotation.to }, ["task", "rotation"]);
  cycle.emit({ type: "task", text: `signers of epoch ${service.rotation.to.epoch} are in force` });
}
