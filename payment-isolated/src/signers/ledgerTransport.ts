/** Ways to a Ledger device: Speculos' HTTP API here, the USB transport of Ledger from the key holder's own folder. */
import { createRequire } from "node:module";
import { join } from "node:path";
import transportModule from "@ledgerhq/hw-transport/lib/Transport";
import { PayoutError } from "../errors.js";

export const LedgerTransport = transportModule.default;
export type LedgerTransport = InstanceType<typeof LedgerTransport>;

/** What Ledger's package for Node.js and USB exports. */
const USB_PACKAGE = "@ledgerhq/hw-transport-node-hid";

function unreachable(text: string): PayoutError {
  return new PayoutError("SIGNER_UNREACHABLE", text);
}

/** An answer is a status and at most 255 bytes. */
const MAX_ANSWER = 4096;

/** The emulator of Ledger: `POST /apdu {"data": hex}` answers `{"data": hex}` when the person has decided. */
class SpeculosTransport extends LedgerTransport {
  readonly #url: URL;
  readonly #limitMs: number;

  constructor(url: URL, limitMs: number) {
    super();
    this.#url = url;
    this.#limitMs = limitMs;
  }

  override async exchange(apdu: Buffer): Promise<Buffer> {
    let text: string;
    try {
      const response = await fetch(new URL("/apdu", this.#url), {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ data: apdu.toString("hex") }),
        signal: AbortSignal.timeout(this.#limitMs),
      });
      text = await response.text();
    } catch (error) {
      const late = error instanceof Error && error.name === "TimeoutError";
      throw unreachable(late ? "nobody decided on the Ledger in time" : `no Ledger answers at ${this.#url.host}`);
    }
    const data = /^\s*\{\s*"data"\s*:\s*"((?:[0-9a-fA-F]{2}){2,})"\s*\}\s*$/.exec(text.slice(0, MAX_ANSWER))?.[1];
    if (data === undefined) throw unreachable("the Ledger's answer is none");
    return Buffer.from(data, "hex");
  }

  override async close(): Promise<void> {}
}

/**
 * @param where `usb`, or the URL of a Speculos
 * @param limitMs for one answer, which a person may have to give
 * @throws PayoutError USAGE, SIGNER_UNREACHABLE
 */
export async function openLedger(where: string, limitMs = 300_000): Promise<LedgerTransport> {
  if (where !== "usb") {
    if (!URL.canParse(where) || !/^https?:$/.test(new URL(where).protocol))
      throw new PayoutError("USAGE", "a Ledger is at usb, or at the URL of a Speculos");
    return new SpeculosTransport(new URL(where), limitMs);
  }
  // Native code is no part of this package: it comes from the folder in which the key holder installed it.
  const load = createRequire(join(process.cwd(), "package.json"));
  let usb: { readonly default: { create(open?: number, listen?: number): Promise<LedgerTransport> } };
  try {
    usb = load(USB_PACKAGE) as typeof usb;
  } catch {
    throw unreachable(`${USB_PACKAGE} is not installed in this folder: npm install ${USB_PACKAGE}`);
  }
  try {
    return await usb.default.create(5000, 5000);
  } catch {
    throw unreachable("no Ledger is connected by USB, or another program uses it");
  }
}
