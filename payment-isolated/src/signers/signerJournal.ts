import { z } from "zod";
import { routes } from "../domain/documents.js";
import { addressSchema, amountSchema, hex, payoutIdSchema, time } from "../domain/primitives.js";
import { PayoutError } from "../errors.js";
import { encodeRecord } from "../store/journalFormat.js";
import type { JournalMedium } from "../store/journalMedium.js";

const entrySchema = z.strictObject({
  payoutId: payoutIdSchema,
  route: z.enum(routes),
  to: addressSchema,
  amount: amountSchema,
  txid: hex(32),
  expiration: time,
  at: time,
});
export type SignedEntry = z.infer<typeof entrySchema>;

const MAX_ENTRIES = 1_000_000;
/** Clocks of signer and chain may differ by this. */
const EXPIRY_MARGIN_MS = 10 * 60_000;

/** What this key holder has signed, on its own disk: it does not take the service's word for anything. */
export class SignerJournal {
  readonly #medium: JournalMedium;
  readonly #entries = new Map<string, SignedEntry>();
  #sequence = 0;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(medium: JournalMedium) {
    this.#medium = medium;
  }

  async start(): Promise<void> {
    const { payloads, nextSequence } = await this.#medium.open();
    for (const payload of payloads) {
      const parsed = entrySchema.safeParse(JSON.parse(payload.toString("utf8")));
      if (!parsed.success) throw new PayoutError("STORE_INVALID", "a record of the signer's journal is invalid");
      this.#entries.set(parsed.data.payoutId, parsed.data);
    }
    this.#sequence = nextSequence;
  }

  async stop(): Promise<void> {
    await this.#queue.catch(() => undefined);
    await this.#medium.close();
  }

  /** Sum of what was signed within a day before `now`. */
  signedSince(from: number): bigint {
    let sum = 0n;
    for (const { at, amount } of this.#entries.values()) if (at >= from) sum += BigInt(amount);
    return sum;
  }

  /**
   * Writes down that this will be signed, before it is. @throws PayoutError SIGNER_REFUSED for another payment under a
   * known id, or a second transaction while the first may still be executed
   */
  record(entry: SignedEntry): Promise<void> {
    const run = this.#queue.then(async () => {
      const known = this.#entries.get(entry.payoutId);
      if (known !== undefined) {
        if (known.to !== entry.to || known.amount !== entry.amount || known.route !== entry.route) {
          throw new PayoutError(
            "SIGNER_REFUSED",
            `payout ${entry.payoutId} was signed as ${known.amount} to ${known.to}`,
          );
        }
        if (known.txid === entry.txid) return;
        if (known.expiration + EXPIRY_MARGIN_MS > entry.at) {
          throw new PayoutError(
            "SIGNER_REFUSED",
            `transaction ${known.txid} of payout ${entry.payoutId} may still be executed`,
          );
        }
      } else if (this.#entries.size >= MAX_ENTRIES) throw new PayoutError("BUSY", "the signer's journal is full");
      await this.#medium.append(encodeRecord(this.#sequence, Buffer.from(JSON.stringify(entry), "utf8")));
      this.#sequence += 1;
      this.#entries.set(entry.payoutId, entry);
    });
    this.#queue = run.catch(() => undefined);
    return run;
  }
}
