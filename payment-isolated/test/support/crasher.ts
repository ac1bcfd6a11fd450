import type { StoredDoc } from "../../src/domain/documents.js";
import type { PayoutSigner, SignRequest } from "../../src/signers/signer.js";
import type { Store } from "../../src/store/store.js";
import type { HttpAnswer, Transport } from "../../src/tron/transport.js";

/** What kill -9 looks like from inside: nothing after it happens. No PayoutError, so nobody handles it. */
export class Killed extends Error {}

/** Counts the moments around every write, every broadcast and every signature, and does something at one of them. */
export class Moments {
  count = 0;
  readonly names: string[] = [];
  /** Called at each moment with its number; throws to kill. */
  at: (number: number, name: string) => Promise<void> | void = () => undefined;

  /** Whoever was killed does nothing any more, also not in what ran beside. */
  #dead = false;

  async reach(name: string): Promise<void> {
    if (this.#dead) throw new Killed(name);
    this.names.push(name);
    const number = this.count;
    this.count += 1;
    try {
      await this.at(number, name);
    } catch (error) {
      this.#dead = true;
      throw error;
    }
  }

  store(store: Store): Store {
    const around = async <T>(name: string, doc: StoredDoc, work: () => Promise<T>): Promise<T> => {
      const label = `${name} ${doc.kind === "payout" ? doc.state : doc.kind}`;
      await this.reach(`before ${label}`);
      const result = await work();
      await this.reach(`after ${label}`);
      return result;
    };
    return {
      kind: store.kind,
      start: () => store.start(),
      stop: () => store.stop(),
      get: (kind, id) => store.get(kind, id),
      find: (query) => store.find(query),
      countStates: (batch) => store.countStates(batch),
      insert: (doc) => around("insert", doc, () => store.insert(doc)),
      replace: (doc) => around("replace", doc, () => store.replace(doc)),
    };
  }

  signer(signer: PayoutSigner): PayoutSigner {
    return {
      name: signer.name,
      address: signer.address,
      close: () => signer.close(),
      sign: async (request: SignRequest) => {
        await this.reach("before signature");
        const signature = await signer.sign(request);
        await this.reach("after signature");
        return signature;
      },
    };
  }

  transport(transport: Transport): Transport {
    return {
      name: transport.name,
      close: () => transport.close(),
      post: async (path: string, body: unknown): Promise<HttpAnswer> => {
        if (!path.endsWith("/broadcasthex")) return transport.post(path, body);
        await this.reach("before broadcast");
        const answer = await transport.post(path, body);
        await this.reach("after broadcast");
        return answer;
      },
    };
  }
}
