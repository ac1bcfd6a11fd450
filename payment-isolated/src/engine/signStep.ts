import type { Attempt, PayoutDoc } from "../domain/documents.js";
import type { TransactionIntent } from "../domain/intent.js";
import type { ReasonCode } from "../domain/reasons.js";
import { PayoutError } from "../errors.js";
import type { SignRequest } from "../signers/signer.js";
import { disburseData } from "../tron/contracts.js";
import { signedTransactionHex, signerOf } from "../tron/transactions.js";
import { routerAddress } from "./buildStep.js";
import { type Cycle, change, note } from "./context.js";

export interface Signing {
  readonly signatures: string[];
  readonly problem?: { readonly code: ReasonCode; readonly text: string };
}

/** Asks signers of the current set for what is missing; every signature is checked here, whoever gave it. */
export async function collectSignatures(cycle: Cycle, request: SignRequest, have: readonly string[]): Promise<Signing> {
  const { signers: members, threshold } = cycle.signerSet;
  const signatures = [...have];
  const signed = new Set(have.map((signature) => signerOf(request.txid, signature)));
  let problem: Signing["problem"];
  for (const signer of cycle.signers) {
    if (signatures.length >= threshold) break;
    if (signed.has(signer.address) || !members.includes(signer.address)) continue;
    try {
      const signature = await signer.sign(request);
      if (signerOf(request.txid, signature) !== signer.address) {
        throw new PayoutError("SIGNER_FOREIGN", `${signer.name} signed with another key than ${signer.address}`);
      }
      signatures.push(signature);
      signed.add(signer.address);
    } catch (error) {
      if (!(error instanceof PayoutError)) throw error;
      problem = {
        code: error.code === "SIGNER_REFUSED" ? "SIGNER_REFUSED" : "SIGNERS_MISSING",
        text: `${signer.name}: ${error.message}`,
      };
      cycle.emit({ type: "trouble", where: `signer ${signer.name}`, code: error.code, text: error.message });
    }
  }
  if (signatures.length >= threshold) return { signatures };
  return {
    signatures,
    problem: problem ?? { code: "SIGNERS_MISSING", text: `${signatures.length} of ${threshold} signatures` },
  };
}

export function requestFor(
  cycle: Cycle,
  purpose: SignRequest["purpose"],
  permissionId: number,
  intent: TransactionIntent,
  attempt: Attempt,
): SignRequest {
  const { txid, rawHex, refBlock, expiration, timestamp } = attempt;
  return {
    purpose,
    owner: cycle.config.operator.address,
    permissionId,
    intent,
    frame: { refBlock, expiration, timestamp },
    txid,
    rawHex,
  };
}

/** built -> signed: each signature is stored when it comes; the whole signed bytes are stored before anything is sent. */
export async function signStep(cycle: Cycle, payout: PayoutDoc, attempt: Attempt): Promise<PayoutDoc | undefined> {
  if (attempt.signerEpoch !== cycle.signerSet.epoch) {
    await note(cycle, payout, "ROTATING", "built for the signers before the rotation; it waits until it has expired");
    return undefined;
  }
  const { payoutId, route, to, amount, kyc } = payout;
  const intent: TransactionIntent = {
    type: "call",
    contract: routerAddress(cycle, route),
    data: disburseData(payout).slice(2),
    feeLimit: attempt.feeLimit,
  };
  const request: SignRequest = {
    ...requestFor(cycle, "payout", cycle.config.operator.payoutPermission, intent, attempt),
    payout: { payoutId, route, to, amount, attempt: attempt.number, ...(kyc === undefined ? {} : { kyc }) },
  };
  const { signatures, problem } = await collectSignatures(cycle, request, attempt.signatures);
  if (problem === undefined) {
    const signedHex = signedTransactionHex(attempt.rawHex, signatures);
    return change(cycle, payout, { state: "signed", attempt: { ...attempt, signatures, signedHex } });
  }
  if (signatures.length > attempt.signatures.length) {
    return change(cycle, payout, { attempt: { ...attempt, signatures }, reason: problem.code, text: problem.text });
  }
  await note(cycle, payout, problem.code, problem.text);
  return undefined;
}
