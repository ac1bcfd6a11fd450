import assert from "node:assert/strict";
import { NodeError } from "../../../src/errors.js";
import { createLogging, prettyLine } from "../../../src/node/logging.js";

describe("logs", () => {
  it("never hold a secret, at the top or one level down", () => {
    const lines: string[] = [];
    const log = createLogging({ level: "debug", format: "json" }, (line) => lines.push(line)).module("test");
    log.info(
      { passphrase: "open sesame", key: { privateKey: "0xdead", secretKey: "0xbeef" }, mnemonic: "a b c" },
      "hello",
    );
    assert.equal(lines.length, 1);
    for (const secret of ["sesame", "dead", "beef", "a b c"]) assert.ok(!lines[0]?.includes(secret), lines[0]);
  });

  it("tell an error by code and cause, without a stack where there is a code", () => {
    const lines: string[] = [];
    const log = createLogging({ level: "debug", format: "json" }, (line) => lines.push(line)).module("test");
    const cause = new NodeError({ code: "CHAIN_CORRUPT", message: "inner" });
    log.error({ error: new NodeError({ code: "NODE_FAILED", message: "outer", cause }) }, "failed");
    const { error } = JSON.parse(lines[0] ?? "") as { error: object };
    assert.deepEqual(error, {
      code: "NODE_FAILED",
      message: "outer",
      cause: { code: "CHAIN_CORRUPT", message: "inner" },
    });
  });

  it("change their level by module at run time", () => {
    const lines: string[] = [];
    const logging = createLogging({ level: "warn", format: "json" }, (line) => lines.push(line));
    const [chain, p2p] = [logging.module("chain"), logging.module("p2p")];
    chain.info({}, "unheard");
    assert.ok(logging.setLevel("chain", "debug"));
    assert.ok(!logging.setLevel("nothing", "debug"));
    chain.info({}, "heard");
    p2p.info({}, "unheard");
    assert.equal(lines.length, 1);
    assert.deepEqual(logging.levels(), { chain: "debug", p2p: "warn" });
  });

  it("are short lines for people", () => {
    const line = JSON.stringify({ level: 30, time: 0, module: "chain", height: 5, msg: "block is final" });
    assert.equal(prettyLine(line), "00:00:00.000 info  chain     block is final  height=5\n");
    assert.equal(prettyLine("not JSON"), "not JSON");
  });
});
