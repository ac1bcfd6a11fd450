import trxModule from "@ledgerhq/hw-app-trx/lib/Trx";
import { PayoutError } from "../errors.js";
import { signerOf } from "../tron/transactions.js";
import type { LedgerTransport } from "./ledgerTransport.js";
import type { PayoutSigner, SignRequest } from "./signer.js";

const Trx = trxModule.default;

/** The first account of TRON on a Ledger. */
export const LEDGER_PATH = "44'/195'/0'/0/0";
/** Bytes of call data with which a call still fits into one field that Ledger's library sends (a selector and 4 words). */
const CLEAR_CALL_DATA = 132;

/** Status words of the TRON app that say what its holder has to do. */
const REFUSALS: Readonly<Record<number, string>> = {
  27013: "it was refused on the Ledger",
  21761: "it was refused on the Ledger",
  27275: 'switch "Transactions data" on in the TRON app of the Ledger',
  27276: 'switch "Sign by hash" on in the TRON app of the Ledger',
  27277: 'switch "Custom contracts" on in the TRON app of the Ledger',
};
const TROUBLES: Readonly<Record<number, string>> = {
  21781: "the Ledger is locked",
  27010: "the Ledger is locked",
  27404: "the Ledger is locked",
  27904: "open the TRON app on the Ledger",
  28160: "open the TRON app on the Ledger",
  28161: "open the TRON app on the Ledger",
  25873: "open the TRON app on the Ledger",
};

/**
 * Whether the device shows what it signs. The KYC route's call data and changes of permissions are too large for that: the
 * device then shows the hash alone, which its holder compares with what the daemon prints.
 */
export function showsContent({ intent }: Pick<SignRequest, "intent">): boolean {
  if (intent.type === "permissions") return false;
  return intent.type !== "call" || intent.data.length <= 2 * CLEAR_CALL_DATA;
}

function coded(error: unknown): PayoutError {
  if (error instanceof PayoutError) return error;
  const status = (error as { readonly statusCode?: unknown }).statusCode;
  if (typeof status !== "number")
    return new PayoutError("SIGNER_UNREACHABLE", "the Ledger was disconnected or is busy");
  const refusal = REFUSALS[status];
  if (refusal !== undefined) return new PayoutError("SIGNER_REFUSED", refusal);
  const code = status.toString(16).padStart(4, "0");
  return new PayoutError("SIGNER_UNREACHABLE", TROUBLES[status] ?? `the Ledger answered with status ${code}`);
}

/** A key that never leaves its device. @see ledgerTransport.ts */
export class LedgerSigner implements PayoutSigner {
  readonly name: string;
  readonly address: string;
  readonly #path: string;
  readonly #transport: LedgerTransport;
  readonly #app: InstanceType<typeof Trx>;

  private constructor(name: string, address: string, path: string, transport: LedgerTransport) {
    this.name = name;
    this.address = address;
    this.#path = path;
    this.#transport = transport;
    this.#app = new Trx(transport);
  }

  /** Asks the device for its address. @throws PayoutError SIGNER_UNREACHABLE */
  static async open(name: string, transport: LedgerTransport, path = LEDGER_PATH): Promise<LedgerSigner> {
    try {
      const { address } = await new Trx(transport).getAddress(path);
      return new LedgerSigner(name, address, path, transport);
    } catch (error) {
      await transport.close();
      throw coded(error);
    }
  }

  /** @throws PayoutError SIGNER_REFUSED, SIGNER_UNREACHABLE, SIGNER_FOREIGN when another device is connected by now */
  async sign(request: SignRequest): Promise<string> {
    let signature: string;
    try {
      signature = showsContent(request)
        ? await this.#app.signTransaction(this.#path, request.rawHex, [])
        : await this.#app.signTransactionHash(this.#path, request.txid);
    } catch (error) {
      throw coded(error);
    }
    if (signerOf(request.txid, signature) !== this.address)
      throw new PayoutError("SIGNER_FOREIGN", `the Ledger signed with another key than that of ${this.address}`);
    return signature;
  }

  /** TIP-191 version 2 over the 32 bytes of a digest, which the Ledger shows; hex. @throws PayoutError as `sign` */
  async signDigest(digest: string): Promise<string> {
    let signature: string;
    try {
      signature = await this.#app.signPersonalMessage(this.#path, digest);
    } catch (error) {
      throw coded(error);
    }
    const v = Number.parseInt(signature.slice(128), 16);
    return `${signature.slice(0, 128)}${(v < 27 ? v + 27 : v).toString(16)}`;
  }

  notice(request: SignRequest): string | undefined {
    if (showsContent(request)) return undefined;
    return `The Ledger cannot show this one. It shows the hash, which must be ${request.txid}.`;
  }

  close(): Promise<void> {
    return this.#transport.close();
  }
}
