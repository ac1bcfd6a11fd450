import { batchKey } from "../domain/documents.js";
import { formatUsdt } from "../domain/money.js";
import { PayoutError } from "../errors.js";
import { findAll, type Store } from "../store/store.js";

/** Also keeps spreadsheet programs from reading a text as a formula. */
function cell(value: string): string {
  const safe = /^[=+\-@\t]/.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export async function exportCsv(store: Store, period: string): Promise<string> {
  const batch = await store.get("batch", batchKey(period));
  if (batch === undefined) throw new PayoutError("NOT_FOUND", `there is no batch of period ${period}`);
  const lines = ["payoutId,node,address,route,amount,state,txid,block,time,net,feeTrx,energy,reason"];
  for await (const payout of findAll(store, { kind: "payout", batch: batch._id })) {
    const { result } = payout;
    lines.push(
      [
        payout.payoutId,
        payout.reference ?? "",
        payout.to,
        payout.route,
        formatUsdt(BigInt(payout.amount)),
        payout.state,
        result?.txid ?? "",
        result === undefined ? "" : String(result.block),
        result === undefined ? "" : new Date(result.blockTimestamp).toISOString(),
        result === undefined ? "" : formatUsdt(BigInt(result.net)),
        result === undefined ? "" : formatUsdt(BigInt(result.feeSun)),
        result === undefined ? "" : String(result.energy),
        payout.reason?.code ?? "",
      ]
        .map(cell)
        .join(","),
    );
  }
  return `${lines.join("\n")}\n`;
}
