import { formatAddress, type SessionResult } from "@lucid/storage";
import { formatBytes, formatLucid, formatSessionId } from "../format.js";
import type { Output } from "../output.js";
import type { Anchored } from "./anchoring.js";
import type { Settled } from "./settle.js";

export interface StoredReport {
  readonly result: SessionResult;
  readonly anchored: Anchored;
  readonly days: number;
  readonly ingestSeconds: number;
  readonly resumed: boolean;
  readonly settled: readonly Settled[];
}

/** What a person or a script learns of a session that was stored and anchored. */
export function reportStored(output: Output, report: StoredReport): void {
  const { result, anchored, days, ingestSeconds, resumed, settled } = report;
  const sessionId = formatSessionId(result.sessionId);
  const { manifestHash, merkleRoot, owner } = result.anchor;
  output.data({
    sessionId,
    owner: formatAddress(owner),
    bytes: result.bytes,
    bytesStored: result.bytesStored,
    chunks: result.chunks,
    manifestParts: result.manifestParts,
    manifestHash,
    merkleRoot,
    gaps: result.gaps,
    txHash: anchored.txHash,
    blockNumber: anchored.blockNumber,
    secondsToFinal: anchored.secondsToFinal,
    days,
    paidWei: anchored.paid,
    ingestSeconds,
    ingestMBps: result.bytes / 1e6 / ingestSeconds,
    resumed,
    settled,
  });
  const parts = `${result.chunks} chunks and ${result.manifestParts} of the manifest`;
  output.fields([
    ["session", output.style("bold", sessionId)],
    ["bytes", `${result.bytes} (${formatBytes(result.bytesStored)} stored, ${parts})`],
    ...(result.gaps.length === 0 ? [] : [["gaps", String(result.gaps.length)] as const]),
    ["block", `${anchored.blockNumber}, final; transaction ${anchored.txHash}`],
    ...(anchored.paid === undefined ? [] : [["paid", `${formatLucid(anchored.paid)} LUCID for ${days} days`] as const]),
  ]);
  output.line(`\nTo fetch it: lucid session get ${sessionId} -o FILE`);
}
