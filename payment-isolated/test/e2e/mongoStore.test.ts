import assert from "node:assert/strict";
import { createConnection, createServer, type Server, type Socket } from "node:net";
import { MongoClient } from "mongodb";
import { hasCode } from "../../src/errors.js";
import { COLLECTION, MongoStore } from "../../src/store/mongoStore.js";
import type { Store } from "../../src/store/store.js";
import { payoutDoc } from "../support/fixtures.js";
import { type MongoServer, startMongoServer } from "../support/mongoServer.js";
import { describeStore } from "../support/storeConformance.js";

describe("MongoDB store", function () {
  this.timeout(120_000);
  let server: MongoServer;
  let number = 0;
  const database = () => `payout_test_${process.pid}_${number}`;
  const used: string[] = [];

  before(async function () {
    const started = await startMongoServer();
    if (typeof started === "string") {
      // The title names the reason, since a skipped test shows nothing else.
      if (this.test !== undefined) this.test.title += ` (${started})`;
      for (const test of allTests(this.test?.parent)) test.title += ` [${started}]`;
      this.skip();
    }
    server = started;
  });
  after(async () => {
    if (server === undefined) return;
    const client = await MongoClient.connect(server.uri, { retryWrites: false });
    for (const name of used) await client.db(name).dropDatabase();
    await client.close();
    await server.stop();
  });

  const open = async (uri = server.uri): Promise<Store> =>
    new MongoStore({ uri, database: database(), patienceMs: 10_000, allowNonAtomic: true });

  describe("conformance", () => {
    describeStore(() => ({
      fresh: () => {
        number += 1;
        used.push(database());
        return open();
      },
      reopen: () => open(),
      notAtomic:
        server.name === "FerretDB"
          ? "FerretDB compares and sets in two steps; MONGODB_URI or mongod test it"
          : undefined,
    }));
  });

  it("uses one collection, and two clients at once make one payout of the same request", async () => {
    number += 1;
    used.push(database());
    const [first, second] = [await open(), await open()];
    await Promise.all([first.start(), second.start()]);
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? first : second).insert(payoutDoc("same"))),
    );
    assert.equal(results.filter((result) => result === "inserted").length, 1);
    const client = await MongoClient.connect(server.uri, { retryWrites: false });
    const names = (await client.db(database()).listCollections().toArray()).map(({ name }) => name);
    await client.close();
    assert.deepEqual(names, [COLLECTION]);
    await Promise.all([first.stop(), second.stop()]);
  });

  it("refuses a server whose updates are not atomic", async function () {
    if (server.name !== "FerretDB") this.skip();
    const store = new MongoStore({ uri: server.uri, database: database() });
    await assert.rejects(store.start(), (error: unknown) => hasCode(error, "CONFIG_INVALID"));
    await store.stop();
  });

  it("survives connections that are cut in the middle of writes: each write counts once", async () => {
    number += 1;
    used.push(database());
    const cutter = new Cutter(server);
    const port = await cutter.start();
    const store = await open(`mongodb://127.0.0.1:${port}/?directConnection=true`);
    await store.start();
    let doc = payoutDoc("cut");
    await store.insert(doc);
    for (let index = 1; index <= 30; index++) {
      doc = { ...doc, rev: index, amount: String(index) };
      if (index % 3 === 0) cutter.cutAfterNextRequest();
      assert.equal(await store.replace(doc), true, `write ${index}`);
    }
    assert.ok(cutter.cuts >= 9, `${cutter.cuts} cuts`);
    assert.deepEqual(await store.get("payout", doc._id), doc);
    cutter.refuse();
    await assert.rejects(
      new MongoStore({
        uri: `mongodb://user:planted-secret@127.0.0.1:${port}/`,
        database: database(),
        patienceMs: 100,
      }).start(),
      (error: unknown) => hasCode(error, "STORE_UNREACHABLE") && !String(error).includes("planted-secret"),
    );
    await store.stop();
    await cutter.stop();
  });
});

function* allTests(suite: Mocha.Suite | undefined): Generator<Mocha.Test> {
  if (suite === undefined) return;
  yield* suite.tests;
  for (const inner of suite.suites) yield* allTests(inner);
}

/** A proxy that passes a request on and drops the connection before the answer. */
class Cutter {
  readonly #target: MongoServer;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #armed = false;
  cuts = 0;

  constructor(target: MongoServer) {
    this.#target = target;
  }

  cutAfterNextRequest(): void {
    this.#armed = true;
  }

  start(): Promise<number> {
    return new Promise((resolve) => {
      const server = createServer((socket) => this.#join(socket));
      this.#server = server;
      server.listen(0, "127.0.0.1", () => {
        const address = server.address();
        resolve(typeof address === "object" && address !== null ? address.port : 0);
      });
    });
  }

  #join(socket: Socket): void {
    const upstream = createConnection(this.#target.port, this.#target.host);
    let dropAnswer = false;
    for (const one of [socket, upstream]) {
      this.#sockets.add(one);
      one.on("error", () => undefined);
      one.on("close", () => {
        this.#sockets.delete(one);
        socket.destroy();
        upstream.destroy();
      });
    }
    socket.on("data", (data) => {
      // Only the command that writes: the driver's own heartbeats pass.
      if (this.#armed && data.includes("update")) {
        this.#armed = false;
        dropAnswer = true;
      }
      upstream.write(data);
    });
    upstream.on("data", (data) => {
      if (dropAnswer) {
        this.cuts += 1;
        socket.destroy();
      } else socket.write(data);
    });
  }

  refuse(): void {
    this.#server?.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    this.refuse();
  }
}
