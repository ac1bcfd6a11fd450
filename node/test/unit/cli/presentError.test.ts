import assert from "node:assert/strict";
import { ExitCode } from "@lucid/consensus/base";
import { errorTables } from "../../../src/cli/errorTables.js";
import { errorLine, presentError } from "../../../src/cli/presentError.js";
import { NodeError } from "../../../src/errors.js";

describe("presentation of errors", () => {
  it("is one line with what happened, what to do, and the code", () => {
    const error = new NodeError({ code: "NODE_UNREACHABLE", message: "the node at /x does not run" });
    const presented = presentError(error);
    assert.equal(presented.exitCode, ExitCode.Unreachable);
    assert.equal(
      errorLine(presented),
      "the node at /x does not run; start it with lucid start (or lucid devnet), or name it with --data or --rpc [NODE_UNREACHABLE]",
    );
  });

  it("prefers the fix of this very error", () => {
    const error = new NodeError({ code: "USAGE", message: "no", meta: { fix: "say yes", other: 1n } });
    assert.equal(errorLine(presentError(error)), "no; say yes [USAGE]");
    assert.deepEqual(presentError(error).meta, { other: "1" });
  });

  it("translates the operating system, also inside other errors", () => {
    const system = (code: string, extra: object) =>
      Object.assign(new RangeError(code), { code, syscall: "open", ...extra });
    assert.match(errorLine(presentError(system("ENOENT", { path: "/a" }))), /^\/a does not exist; .*\[FILE_MISSING\]$/);
    assert.equal(presentError(system("ENOSPC", { path: "/a" })).exitCode, ExitCode.NoSpace);
    const port = system("EADDRINUSE", { address: "127.0.0.1", port: 8545 });
    assert.match(errorLine(presentError(port)), /^port 8545 of 127\.0\.0\.1 is in use/);
    const wrapped = new TypeError("fetch failed", { cause: system("ECONNREFUSED", { address: "::1", port: 1 }) });
    assert.equal(presentError(wrapped).code, "NODE_UNREACHABLE");
  });

  it("calls anything else a defect, without a stack", () => {
    const presented = presentError(new TypeError("x is not\na function"));
    assert.equal(presented.code, "INTERNAL");
    assert.equal(presented.exitCode, ExitCode.Internal);
    assert.ok(!errorLine(presented).includes("\n"));
    assert.equal(presentError("text").code, "INTERNAL");
  });

  it("has one sentence each way and an exit code for every code of every package", () => {
    const codes = new Set<number>(Object.values(ExitCode));
    for (const { className, codes: table } of errorTables) {
      for (const [code, info] of Object.entries(table)) {
        const name = `${className} ${code}`;
        assert.match(code, /^[A-Z][A-Z0-9_]+$/, name);
        assert.match(info.summary, /^[^\n]+\.$/, name);
        assert.match(info.fix, /^[^\n]+\.$/, name);
        assert.ok(codes.has(info.exitCode) && info.exitCode !== ExitCode.Ok, name);
      }
    }
  });
});
