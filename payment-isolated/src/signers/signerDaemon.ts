/** A key holder's own process. It believes nothing: it builds the bytes again and judges them by its own policy and journal. */
import { timingSafeEqual } from "node:crypto";
import { chmodSync } from "node:fs";
import { unlink } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { z } from "zod";
import type { Clock } from "../clock.js";
import { signerSetSchema } from "../domain/documents.js";
import { formatUsdt } from "../domain/money.js";
import { addressSchema, amountSchema } from "../domain/primitives.js";
import { permissionsFor } from "../engine/taskStep.js";
import { messageOf, PayoutError } from "../errors.js";
import { disburseData } from "../tron/contracts.js";
import { buildTransaction } from "../tron/transactions.js";
import { type PayoutSigner, type SignRequest, signRequestSchema } from "./signer.js";
import type { SignerJournal } from "./signerJournal.js";

export const signerPolicySchema = z.strictObject({
  operator: addressSchema,
  routerV0: addressSchema,
  routerKyc: addressSchema,
  payoutPermission: z.int().min(2).max(9).default(2),
  resourcePermission: z.int().min(2).max(9).default(3),
  maxPerTransaction: amountSchema.default("10000000000"),
  maxPerDay: amountSchema.default("100000000000"),
  maxFeeLimitSun: z.int().min(1).default(150_000_000),
  /** From its holder's own copy of the signer file; nothing else is signed as a rotation. */
  rotateTo: signerSetSchema.optional(),
  /** Most that one staking transaction may move, in sun; 0 refuses them. */
  maxStakeSun: z.int().min(0).default(0),
  /** Ask the person each time. */
  prompt: z.boolean().default(true),
});
export type SignerPolicy = z.infer<typeof signerPolicySchema>;

export interface SignerDaemonOptions {
  readonly key: PayoutSigner;
  readonly policy: SignerPolicy;
  readonly journal: SignerJournal;
  readonly clock: Clock;
  readonly socket: string;
  readonly token?: string | undefined;
  /** Shows a text to the person; true for yes. */
  readonly confirm: (text: string) => Promise<boolean>;
  readonly log?: (text: string) => void;
}

const MAX_BODY = 64 << 10;

function refuse(text: string): PayoutError {
  return new PayoutError("SIGNER_REFUSED", text);
}

export class SignerDaemon {
  readonly #options: SignerDaemonOptions;
  readonly #server: Server;
  /** One question at a time: a person reads one prompt. */
  #queue: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(options: SignerDaemonOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => {
      this.#answer(request).then((text) => {
        response.writeHead(200, { "content-type": "application/json" });
        response.end(text);
      });
    });
    this.#server.headersTimeout = 10_000;
  }

  async start(): Promise<void> {
    await unlink(this.#options.socket).catch(() => undefined);
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(this.#options.socket, () => resolve());
    });
    chmodSync(this.#options.socket, 0o600);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
    await this.#options.journal.stop();
  }

  async #answer(request: IncomingMessage): Promise<string> {
    try {
      this.#authenticate(request);
      const body = await readBody(request);
      if (this.#waiting >= 50) throw new PayoutError("BUSY", "too many requests wait for this signer");
      this.#waiting += 1;
      const run = this.#queue.then(() => this.judgeAndSign(body));
      this.#queue = run.catch(() => undefined).finally(() => (this.#waiting -= 1));
      return JSON.stringify({ signature: await run });
    } catch (error) {
      const code = error instanceof PayoutError ? error.code : "INTERNAL";
      this.#options.log?.(`refused: ${code} ${messageOf(error)}`);
      return JSON.stringify({
        error: { code, message: error instanceof PayoutError ? messageOf(error).slice(0, 1000) : "internal error" },
      });
    }
  }

  #authenticate(request: IncomingMessage): void {
    const { token } = this.#options;
    if (token === undefined) return;
    const given = Buffer.from(request.headers.authorization ?? "");
    const wanted = Buffer.from(`Bearer ${token}`);
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted))
      throw new PayoutError("UNAUTHENTICATED", "wrong token");
  }

  /** @throws PayoutError SIGNER_REFUSED with the reason */
  async judgeAndSign(body: string): Promise<string> {
    let value: unknown;
    try {
      value = JSON.parse(body);
    } catch {
      throw refuse("the request is no JSON");
    }
    const parsed = signRequestSchema.safeParse(value);
    if (!parsed.success) throw refuse(`the request is malformed at ${parsed.error.issues[0]?.path.join(".") ?? ""}`);
    const request = parsed.data;
    const built = await buildTransaction(request.owner, request.permissionId, request.intent, request.frame);
    if (built.txid !== request.txid || built.rawHex !== request.rawHex)
      throw refuse("the bytes are not what the request says");
    const { key, policy, confirm, log } = this.#options;
    const text = this.#judge(request);
    const notice = key.notice?.(request);
    if (policy.prompt && !(await confirm(notice === undefined ? text : `${text}\n${notice}`)))
      throw refuse("its holder said no");
    if (notice !== undefined) log?.(notice);
    const { payout, frame, txid } = request;
    if (payout !== undefined) {
      const { payoutId, route, to, amount } = payout;
      await this.#options.journal.record({
        payoutId,
        route,
        to,
        amount,
        txid,
        expiration: frame.expiration,
        at: this.#options.clock.now(),
      });
    }
    const signature = await key.sign(request);
    log?.(`signed ${txid}: ${text}`);
    return signature;
  }

  /** What it does in words. @throws PayoutError SIGNER_REFUSED */
  #judge(request: SignRequest): string {
    const { policy } = this.#options;
    if (request.owner !== policy.operator) throw refuse(`it is of the account ${request.owner}`);
    if (request.purpose === "payout") return this.#judgePayout(request);
    if (request.payout !== undefined) throw refuse("only payouts name a payout");
    if (request.purpose === "rotation") {
      const { rotateTo } = policy;
      if (rotateTo === undefined) throw refuse("its policy names no new signers");
      if (request.permissionId !== 0 || JSON.stringify(request.intent) !== JSON.stringify(permissionsFor(rotateTo))) {
        throw refuse("the permissions are not those of the signer file");
      }
      return `rotation to epoch ${rotateTo.epoch}: ${rotateTo.signers.join(", ")}`;
    }
    const { intent } = request;
    if (request.permissionId !== policy.resourcePermission) throw refuse("staking needs the resources permission");
    if (intent.type === "withdrawUnfrozen" || intent.type === "cancelUnfreeze") return intent.type;
    if (intent.type !== "freeze" && intent.type !== "unfreeze")
      throw refuse(`${intent.type} is no staking of the account itself`);
    if (intent.amountSun > policy.maxStakeSun) throw refuse(`${intent.amountSun} sun are above its cap`);
    return `${intent.type} ${intent.amountSun} sun for ${intent.resource}`;
  }

  #judgePayout(request: SignRequest): string {
    const { policy, journal, clock } = this.#options;
    const { payout, intent } = request;
    if (payout === undefined || intent.type !== "call") throw refuse("a payout is a call of a router");
    if (request.permissionId !== policy.payoutPermission) throw refuse("a payout needs the payout permission");
    const router = payout.route === "V0" ? policy.routerV0 : policy.routerKyc;
    if (payout.route === "KYC" && payout.kyc === undefined) throw refuse("the compliance signature is missing");
    if (intent.contract !== router || `0x${intent.data}` !== disburseData({ ...payout, kyc: payout.kyc })) {
      throw refuse("the call is not the payout that the request names");
    }
    if (intent.feeLimit > policy.maxFeeLimitSun)
      throw refuse(`the fee limit of ${intent.feeLimit} sun is above its cap`);
    const amount = BigInt(payout.amount);
    if (amount > BigInt(policy.maxPerTransaction))
      throw refuse(`${formatUsdt(amount)} USDT are above its cap a transaction`);
    if (journal.signedSince(clock.now() - 24 * 3600_000) + amount > BigInt(policy.maxPerDay))
      throw refuse("its cap of a day is used up");
    return `pay ${formatUsdt(amount)} USDT to ${payout.to} by ${payout.route} (payout ${payout.payoutId})`;
  }
}

function readBody(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    request.setEncoding("utf8");
    request.on("data", (part: string) => {
      text += part;
      if (text.length > MAX_BODY) {
        reject(new PayoutError("BAD_REQUEST", "the request is too large"));
        request.destroy();
      }
    });
    request.on("error", () => reject(new PayoutError("BAD_REQUEST", "the request broke off")));
    request.on("end", () => resolve(text));
  });
}
