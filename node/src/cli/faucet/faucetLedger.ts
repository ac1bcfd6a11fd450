import { existsSync } from "node:fs";
import { readFileBounded, realFileSystem, writeFileAtomic } from "@lucid/storage";
import { z } from "zod";
import { NodeError } from "../../errors.js";

/** How long a gift counts, milliseconds. */
export const FAUCET_PERIOD = 86_400_000;
/** Gifts of one period that can be counted, and so the most of --daily: the file stays below 2 MiB. */
export const MAX_DAILY = 10_000;
const MAX_FILE = 4 * 2 ** 20;

export interface FaucetLimits {
  /** Gifts to one address, to one client (an IPv4 address, the /64 of an IPv6 one), and to all, in 24 hours. */
  readonly perAddress: number;
  readonly perClient: number;
  readonly daily: number;
}

const gift = z.strictObject({ address: z.string(), client: z.string(), at: z.number() });
const fileSchema = z.strictObject({ format: z.literal(1), gifts: z.array(gift).max(MAX_DAILY) });
type Gift = z.infer<typeof gift>;

/** Who was given something in the last 24 hours; on disk, so that a restart forgives nobody. */
export class FaucetLedger {
  private readonly path: string;
  private readonly limits: FaucetLimits;
  private readonly now: () => number;
  private gifts: readonly Gift[];

  private constructor(path: string, limits: FaucetLimits, now: () => number, gifts: readonly Gift[]) {
    this.path = path;
    this.limits = limits;
    this.now = now;
    this.gifts = gifts;
  }

  /** @param now Unix milliseconds @throws NodeError FAUCET_FILE */
  static async open(path: string, limits: FaucetLimits, now: () => number): Promise<FaucetLedger> {
    if (!existsSync(path)) return new FaucetLedger(path, limits, now, []);
    try {
      const text = new TextDecoder().decode(await readFileBounded(realFileSystem, path, MAX_FILE));
      return new FaucetLedger(path, limits, now, fileSchema.parse(JSON.parse(text)).gifts);
    } catch (cause) {
      throw new NodeError({ code: "FAUCET_FILE", message: `${path} is damaged`, cause });
    }
  }

  /** Gifts that are left for everybody together. */
  get left(): number {
    this.forget();
    return Math.max(0, this.limits.daily - this.gifts.length);
  }

  /**
   * Notes a gift before it is sent; on disk when it resolves.
   * @returns takes it back: it was not sent
   * @throws NodeError FAUCET_LIMIT with the seconds after which to ask again
   */
  async take(address: string, client: string): Promise<() => Promise<void>> {
    this.forget();
    const { perAddress, perClient, daily } = this.limits;
    const name = address.toLowerCase();
    this.check(perAddress, "this address has had its share", (each) => each.address === name);
    this.check(perClient, "your network address has had its share", (each) => each.client === client);
    this.check(daily, "the faucet has given what it gives in a day", () => true);
    const taken: Gift = { address: name, client, at: this.now() };
    this.gifts = [...this.gifts, taken];
    await this.write();
    return async () => {
      this.gifts = this.gifts.filter((each) => each !== taken);
      await this.write();
    };
  }

  private check(most: number, message: string, counts: (gift: Gift) => boolean): void {
    const before = this.gifts.filter(counts);
    const due = before[before.length - most];
    if (due === undefined) return;
    const retryAfter = Math.max(1, Math.ceil((due.at + FAUCET_PERIOD - this.now()) / 1000));
    throw new NodeError({
      code: "FAUCET_LIMIT",
      message: `${message}; ask again in ${retryAfter} s`,
      meta: { retryAfter },
    });
  }

  private forget(): void {
    const since = this.now() - FAUCET_PERIOD;
    this.gifts = this.gifts.filter(({ at }) => at > since);
  }

  private async write(): Promise<void> {
    const text = `${JSON.stringify({ format: 1, gifts: this.gifts })}\n`;
    await writeFileAtomic(realFileSystem, this.path, new TextEncoder().encode(text), 0o600);
  }
}
