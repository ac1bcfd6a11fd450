/** The one composition root of the payout service: parts start in order and stop in reverse order. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type DestinationStream, type Logger, pino } from "pino";
import { ApiServer } from "../api/server.js";
import { loadTokens } from "../api/tokens.js";
import { type Clock, systemClock } from "../clock.js";
import { PayoutBook } from "../engine/book.js";
import type { EngineContext, EngineEvent } from "../engine/context.js";
import { Engine } from "../engine/engine.js";
import { PayoutError } from "../errors.js";
import { openKeystore } from "../signers/keystore.js";
import { RemoteSigner } from "../signers/remoteSigner.js";
import type { PayoutSigner } from "../signers/signer.js";
import { VaultSigner } from "../signers/vaultSigner.js";
import { FileMedium } from "../store/journalMedium.js";
import { JournalStore } from "../store/journalStore.js";
import { MongoStore } from "../store/mongoStore.js";
import type { Store } from "../store/store.js";
import { TronNode } from "../tron/node.js";
import { NodePool } from "../tron/nodePool.js";
import { HttpTransport } from "../tron/transport.js";
import { MAINNET_GENESIS, readSecret, readText, type ServiceConfig } from "./config.js";
import { coreDumpsAllowed } from "./coreDumps.js";
import { Metrics } from "./metrics.js";

export interface ServiceOptions {
  readonly config: ServiceConfig;
  readonly dataDir: string;
  /** Needed on mainnet. */
  readonly mainnet?: boolean;
  readonly clock?: Clock;
  readonly logTo?: DestinationStream;
}

export function openStore(config: ServiceConfig, dataDir: string): Store {
  const { store } = config;
  if (store.kind === "mongodb") return new MongoStore({ uri: readSecret(store.uriFile), database: store.database });
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  return new JournalStore({
    medium: new FileMedium(join(dataDir, "journal")),
    ...(store.maxDocuments === undefined ? {} : { maxDocuments: store.maxDocuments }),
  });
}

export function openNodes(config: ServiceConfig, clock: Clock, onDisagreement?: (detail: string) => void): NodePool {
  const nodes = config.nodes.map(
    ({ url, apiKeyFile, timeoutMs }) =>
      new TronNode(
        new HttpTransport({
          url,
          ...(apiKeyFile === undefined ? {} : { apiKey: readSecret(apiKeyFile) }),
          ...(config.proxy === undefined ? {} : { proxy: config.proxy }),
          ...(timeoutMs === undefined ? {} : { timeoutMs }),
        }),
      ),
  );
  return new NodePool({ nodes, clock, ...(onDisagreement === undefined ? {} : { onDisagreement }) });
}

export async function openSigners(config: ServiceConfig): Promise<PayoutSigner[]> {
  const signers: PayoutSigner[] = [];
  for (const one of config.signers) {
    if (one.kind === "vault") {
      const { privateKey } = await openKeystore(readText(one.keystore), readSecret(one.passphraseFile));
      signers.push(new VaultSigner(one.name, privateKey));
      continue;
    }
    const { name, address, socket, url, proxy, tokenFile, timeoutMs } = one;
    if (socket === undefined && (url === undefined || proxy === undefined)) {
      throw new PayoutError("CONFIG_INVALID", `signer ${name} needs a socket, or a url with a proxy`);
    }
    const target = socket !== undefined ? { socket } : { url: url ?? "", proxy: proxy ?? "" };
    signers.push(
      new RemoteSigner({
        name,
        address,
        target,
        ...(tokenFile === undefined ? {} : { token: readSecret(tokenFile) }),
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
      }),
    );
  }
  return signers;
}

export class PayoutService {
  readonly #options: ServiceOptions;
  readonly #log: Logger;
  readonly metrics = new Metrics();
  #stops: (() => Promise<void> | void)[] = [];
  #stopping: Promise<void> | undefined;

  constructor(options: ServiceOptions) {
    this.#options = options;
    const settings = { level: options.config.logLevel, base: null, timestamp: pino.stdTimeFunctions.isoTime };
    this.#log = options.logTo === undefined ? pino(settings, pino.destination(2)) : pino(settings, options.logTo);
  }

  get log(): Logger {
    return this.#log;
  }

  /** @throws PayoutError of whatever part cannot start; what had started is stopped again */
  async start(): Promise<void> {
    const { config, dataDir, mainnet } = this.#options;
    if (config.network.genesisId === MAINNET_GENESIS && mainnet !== true) {
      throw new PayoutError(
        "CONFIRMATION_MISSING",
        "the configuration is of mainnet; give --mainnet if real money is to be paid",
      );
    }
    if (coreDumpsAllowed() === true)
      this.#log.warn("core dumps are allowed: a crash would write the key to disk; start it with ulimit -c 0");
    try {
      await this.#startParts(config, dataDir);
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async #startParts(config: ServiceConfig, dataDir: string): Promise<void> {
    const clock = this.#options.clock ?? systemClock;
    const emit = (event: EngineEvent) => {
      this.metrics.observe(event);
      const level =
        event.type === "trouble" || event.type === "alert" || event.type === "disagreement" || event.type === "blocked"
          ? "warn"
          : event.type === "broadcast"
            ? "debug"
            : "info";
      this.#log[level](event, event.type);
    };
    const store = openStore(config, dataDir);
    await store.start();
    this.#stops.push(() => store.stop());
    const pool = openNodes(config, clock, (detail) => emit({ type: "disagreement", detail }));
    this.#stops.push(() => pool.close());
    const signers = await openSigners(config);
    this.#stops.push(async () => {
      for (const signer of signers) await signer.close();
    });
    await this.#checkNetwork(pool, config);
    const context: EngineContext = { store, pool, clock, config: config.engine, signers, emit };
    const engine = new Engine(context);
    const book = new PayoutBook({ store, clock, policy: config.engine.policy });
    const api = new ApiServer({
      context,
      book,
      engine,
      tokens: () => loadTokens(join(dataDir, "tokens.json")),
      renderMetrics: () => this.metrics.render(store, engine),
      mainnet: config.network.genesisId === MAINNET_GENESIS,
      network: config.network.name,
      listen: config.api,
      log: (text) => this.#log.warn(text),
    });
    await api.start();
    this.#stops.push(() => api.stop());
    engine.start();
    this.#stops.push(() => engine.stop());
    this.#log.info(
      {
        network: config.network.name,
        nodes: pool.names,
        store: store.kind,
        signers: signers.map(({ name, address }) => `${name} ${address}`),
      },
      "started",
    );
  }

  /** A node of another network is a reason not to start; a node that does not answer is not. */
  async #checkNetwork(pool: NodePool, config: ServiceConfig): Promise<void> {
    try {
      await pool.checkGenesis(config.network.genesisId);
    } catch (error) {
      if (!(error instanceof PayoutError) || error.code === "WRONG_NETWORK") throw error;
      this.#log.warn({ code: error.code, text: error.message }, "no TRON node answers yet");
    }
  }

  stop(): Promise<void> {
    this.#stopping ??= (async () => {
      for (const stop of this.#stops.reverse()) await stop();
      this.#stops = [];
    })();
    return this.#stopping;
  }
}
