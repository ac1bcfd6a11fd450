import { type PayoutDoc, payoutKey, type Route } from "../domain/documents.js";
import { PayoutError } from "../errors.js";
import { paidLogs, transferLogs } from "../tron/contracts.js";
import { PayoutBook } from "./book.js";
import { type EngineContext, reasonOf } from "./context.js";

export interface RebuildResult {
  readonly fromBlock: number;
  readonly toBlock: number;
  readonly found: number;
  readonly known: number;
}

/**
 * Takes every payment that the routers made into the journal as confirmed, from their Paid logs, block by block. While it
 * runs the service's record says so and nothing is paid; interrupted, it is run again.
 */
export async function rebuildJournal(
  context: Pick<EngineContext, "store" | "pool" | "clock" | "config">,
  fromBlock: number,
  progress: (text: string) => void,
): Promise<RebuildResult> {
  const { store, pool, clock, config } = context;
  if (!Number.isSafeInteger(fromBlock) || fromBlock < 0) throw new PayoutError("USAGE", "the first block is no number");
  const book = new PayoutBook({ store, clock, policy: config.policy });
  await book.updateService((service) => ({ ...service, rebuilding: true }));
  const head = await pool.solidHead();
  let [found, known] = [0, 0];
  for (let number = fromBlock; number <= head.number; number++) {
    const receipts = await pool.any((node) => node.receiptsOfBlock(number));
    for (const receipt of receipts) {
      for (const [route, router] of [
        ["V0", config.contracts.routerV0],
        ["KYC", config.contracts.routerKyc],
      ] as [Route, string][]) {
        const transfers = transferLogs(config.contracts.usdt, router, receipt.log);
        for (const paid of paidLogs(router, route, receipt.log)) {
          const net = transfers.find(({ to }) => to === paid.to)?.value ?? paid.amount;
          const doc = confirmedDoc(
            route,
            paid,
            net,
            receipt.id,
            {
              block: receipt.blockNumber,
              time: receipt.blockTimeStamp,
              feeSun: receipt.fee,
              energy: receipt.receipt.energy_usage_total,
            },
            clock.now(),
          );
          found += 1;
          if ((await store.insert(doc)) === "inserted") continue;
          known += 1;
          await settleUncertain(store, doc);
        }
      }
    }
    if (number % 1000 === 0) progress(`block ${number} of ${head.number}, ${found} payments`);
  }
  await book.updateService(({ rebuilding: _, ...rest }) => rest);
  return { fromBlock, toBlock: head.number, found, known };
}

/** A payout that was uncertain because nobody knew what paid it: now it is known. */
async function settleUncertain(store: EngineContext["store"], found: PayoutDoc): Promise<void> {
  const there = await store.get("payout", found._id);
  if (there?.state !== "uncertain" || there.attempt !== undefined) return;
  if (there.to !== found.to || there.amount !== found.amount || there.route !== found.route) return;
  const { reason, result, updatedAt } = found;
  await store.replace({
    ...there,
    rev: there.rev + 1,
    state: "confirmed",
    updatedAt,
    ...(reason === undefined ? {} : { reason }),
    ...(result === undefined ? {} : { result }),
  });
}

function confirmedDoc(
  route: Route,
  paid: { payoutId: string; to: string; amount: bigint },
  net: bigint,
  txid: string,
  where: { block: number; time: number; feeSun: number; energy: number },
  now: number,
): PayoutDoc {
  const _id = payoutKey(paid.payoutId);
  return {
    _id,
    rev: 0,
    kind: "payout",
    state: "confirmed",
    reason: reasonOf("PAID", `taken over from the Paid log in block ${where.block}`, now),
    payoutId: paid.payoutId,
    route,
    to: paid.to,
    amount: paid.amount.toString(),
    requestedBy: "rebuild",
    createdAt: now,
    updatedAt: now,
    approvals: [],
    history: [],
    result: {
      txid,
      block: where.block,
      blockTimestamp: where.time,
      net: net.toString(),
      feeSun: where.feeSun,
      energy: where.energy,
    },
    nextAt: 0,
    troubles: 0,
    fence: 0,
    openKey: `none:${_id}`,
    requestKey: `id:${paid.payoutId}`,
  };
}
