import assert from "node:assert/strict";
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ExitCode } from "@lucid/consensus/base";
import { type CliOptions, entry, JUNK_WORDS, lucid, temporaryFolder } from "./harness.js";

interface Case {
  readonly what: string;
  readonly args: (folder: string) => readonly string[];
  readonly code: string;
  readonly exit: number;
  readonly says: RegExp;
  readonly options?: CliOptions;
  readonly prepare?: (folder: string) => void;
}

/** Of the user "nobody" on every Linux. */
const NOBODY = 65_534;
const ID = "1b4e28ba-2fa1-4d3b-883f-0016d3cca427";

const cases: readonly Case[] = [
  {
    what: "no command",
    args: () => [],
    code: "USAGE",
    exit: ExitCode.Usage,
    says: /a command is missing; see lucid --help/,
  },
  {
    what: "a command that is not there",
    args: () => ["sesion"],
    code: "USAGE",
    exit: ExitCode.Usage,
    says: /did you mean session\?/,
  },
  {
    what: "an unknown option",
    args: () => ["start", "--rpc-prot", "1"],
    code: "USAGE",
    exit: ExitCode.Usage,
    says: /did you mean --rpc-port\?/,
  },
  {
    what: "a missing argument",
    args: () => ["session", "prove"],
    code: "USAGE",
    exit: ExitCode.Usage,
    says: /"id"; see lucid session prove --help/,
  },
  {
    what: "too many arguments",
    args: () => ["version", "x"],
    code: "USAGE",
    exit: ExitCode.Usage,
    says: /too many arguments/,
  },
  {
    what: "a missing value",
    args: () => ["status", "--data"],
    code: "USAGE",
    exit: ExitCode.Usage,
    says: /--data <dir>/,
  },
  {
    what: "a number out of range",
    args: () => ["devnet", "--slot-seconds", "1"],
    code: "USAGE",
    exit: ExitCode.Usage,
    says: /from 2 to 120/,
  },
  {
    what: "a size that is none",
    args: () => ["session", "put", "x", "--chunk-size", "1"],
    code: "USAGE",
    exit: ExitCode.Usage,
    says: /64KiB to 64MiB/,
  },
  {
    what: "a choice that is none",
    args: () => ["testnet", "create", "--preset", "moon"],
    code: "USAGE",
    exit: ExitCode.Usage,
    says: /testnet, devnet/,
  },
  {
    what: "a network that is none",
    args: (folder) => ["init", "--data", folder, "--network", "moon", "--yes"],
    code: "NETWORK_UNKNOWN",
    exit: ExitCode.Environment,
    says: /devnet, testnet, mainnet or the path of a network file/,
  },
  {
    what: "an id that is none",
    args: () => ["session", "verify", "abc"],
    code: "USAGE",
    exit: ExitCode.Usage,
    says: /no session id/,
  },
  {
    what: "a range that is none",
    args: () => ["session", "get", ID, "-o", "x", "--range", "9"],
    code: "USAGE",
    exit: ExitCode.Usage,
    says: /no range of bytes/,
  },
  {
    what: "an unknown shell",
    args: () => ["completion", "tcsh"],
    code: "USAGE",
    exit: ExitCode.Usage,
    says: /bash, zsh or fish/,
  },
  {
    what: "an amount that is none",
    args: () => ["account", "send", `0x${"11".repeat(20)}`, "much"],
    code: "USAGE",
    exit: ExitCode.Usage,
    says: /no amount of LUCID/,
  },
  {
    what: "a mistyped address",
    args: () => ["account", "balance", "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92267"],
    code: "ADDRESS_INVALID",
    exit: ExitCode.BadInput,
    says: /mistyped/,
  },
  {
    what: "a limit out of bounds",
    args: () => ["start", "--rpc-max-batch", "0"],
    code: "CONFIG_INVALID",
    exit: ExitCode.Environment,
    says: /--rpc-max-batch is "0" but must be a whole number from 1 to 10000/,
  },
  {
    what: "a bad port in an option",
    args: () => ["config", "show", "--rpc-port", "99999"],
    code: "CONFIG_INVALID",
    exit: ExitCode.Environment,
    says: /--rpc-port is "99999" but must be 0 to 65535/,
  },
  {
    what: "a bad port in a variable",
    args: () => ["config", "show"],
    options: { env: { LUCID_RPC_PORT: "x" } },
    code: "CONFIG_INVALID",
    exit: ExitCode.Environment,
    says: /LUCID_RPC_PORT/,
  },
  {
    what: "an unknown setting in the file",
    prepare: (folder) => writeFileSync(join(folder, "config.yaml"), "rpc:\n  prot: 1\n"),
    args: (folder) => ["config", "show", "--data", folder],
    code: "CONFIG_INVALID",
    exit: ExitCode.Environment,
    says: /unknown setting "rpc\.prot"; did you mean "rpc\.port"\?/,
  },
  {
    what: "a file that is no YAML",
    prepare: (folder) => writeFileSync(join(folder, "config.yaml"), "rpc: [\n"),
    args: (folder) => ["config", "show", "--data", folder],
    code: "CONFIG_INVALID",
    exit: ExitCode.Environment,
    says: /not valid YAML/,
  },
  {
    what: "a configuration file that is not there",
    args: () => ["config", "show", "--config", "/nowhere/c.yaml"],
    code: "FILE_MISSING",
    exit: ExitCode.NotFound,
    says: /\/nowhere\/c\.yaml does not exist/,
  },
  {
    what: "a recording that is not there",
    args: () => ["session", "put", "/nowhere/x"],
    code: "FILE_MISSING",
    exit: ExitCode.NotFound,
    says: /\/nowhere\/x does not exist/,
  },
  {
    what: "a folder in place of a recording",
    args: (folder) => ["session", "put", folder],
    code: "FILE_UNREADABLE",
    exit: ExitCode.Secret,
    says: /is a folder, not a file; name a file/,
  },
  {
    what: "a proof that is not there",
    args: () => ["verify", "/nowhere/p.json"],
    code: "FILE_MISSING",
    exit: ExitCode.NotFound,
    says: /does not exist/,
  },
  {
    what: "a proof that is none",
    prepare: (folder) => writeFileSync(join(folder, "p.json"), "{}"),
    args: (folder) => ["verify", join(folder, "p.json")],
    code: "ANCHOR_PROOF_MALFORMED",
    exit: ExitCode.BadInput,
    says: /proof/,
  },
  {
    what: "a folder without a data directory",
    args: (folder) => ["start", "--data", folder],
    code: "DATA_MISSING",
    exit: ExitCode.Environment,
    says: /lucid init/,
  },
  {
    what: "a data directory of a newer version",
    prepare: (folder) => writeFileSync(join(folder, "VERSION"), '{"format":99}'),
    args: (folder) => ["start", "--data", folder],
    code: "DATA_NEWER",
    exit: ExitCode.Environment,
    says: /install a newer version/,
  },
  {
    what: "a damaged VERSION",
    prepare: (folder) => writeFileSync(join(folder, "VERSION"), "?"),
    args: (folder) => ["db", "check", "--data", folder],
    code: "DATA_DAMAGED",
    exit: ExitCode.Environment,
    says: /VERSION/,
  },
  {
    what: "init in a folder that holds something else",
    prepare: (folder) => writeFileSync(join(folder, "holiday.jpg"), ""),
    args: (folder) => ["init", "--data", folder, "--yes"],
    code: "DATA_EXISTS",
    exit: ExitCode.Environment,
    says: /holiday\.jpg/,
  },
  {
    what: "init without a terminal",
    args: (folder) => ["init", "--data", folder],
    code: "NOT_INTERACTIVE",
    exit: ExitCode.Usage,
    says: /--yes/,
  },
  {
    what: "init for a network that does not exist yet",
    args: (folder) => ["init", "--data", folder, "--network", "mainnet", "--yes"],
    code: "NETWORK_UNKNOWN",
    exit: ExitCode.Environment,
    says: /no public mainnet of Lucid exists yet/,
  },
  {
    what: "a word that is none",
    prepare: (folder) => writeFileSync(join(folder, "..", "words"), JUNK_WORDS.replace("junk", "junc")),
    args: (folder) => ["init", "--data", folder, "--mnemonic-file", join(folder, "..", "words")],
    code: "MNEMONIC_UNKNOWN_WORD",
    exit: ExitCode.Secret,
    says: /word 12/,
  },
  {
    what: "words that do not belong together",
    prepare: (folder) => writeFileSync(join(folder, "..", "words"), JUNK_WORDS.replace("junk", "test")),
    args: (folder) => ["init", "--data", folder, "--mnemonic-file", join(folder, "..", "words")],
    code: "MNEMONIC_CHECKSUM",
    exit: ExitCode.Secret,
    says: /do not belong together/,
  },
  {
    what: "a genesis file that is none",
    prepare: (folder) => writeFileSync(join(folder, "..", "g.json"), '{"format":1}'),
    args: (folder) => ["init", "--data", folder, "--yes", "--genesis", join(folder, "..", "g.json")],
    code: "GENESIS_FILE",
    exit: ExitCode.BadInput,
    says: /genesis file .* is damaged/,
  },
  {
    what: "a passphrase that is too short",
    args: (folder) => ["init", "--data", folder, "--yes"],
    options: { env: { LUCID_PASSPHRASE: "short" } },
    code: "PASSPHRASE_WEAK",
    exit: ExitCode.Secret,
    says: /fewer than 8/,
  },
  {
    what: "no passphrase",
    args: (folder) => ["init", "--data", folder, "--yes"],
    options: { env: { LUCID_PASSPHRASE: "" } },
    code: "PASSPHRASE_MISSING",
    exit: ExitCode.Secret,
    says: /LUCID_PASSPHRASE/,
  },
  {
    what: "a passphrase file that is not there",
    args: (folder) => ["init", "--data", folder, "--yes", "--passphrase-file", "/nowhere/p"],
    code: "FILE_MISSING",
    exit: ExitCode.NotFound,
    says: /\/nowhere\/p/,
  },
  {
    what: "a node that does not run",
    args: () => ["status", "--rpc", "http://127.0.0.1:1"],
    code: "NODE_UNREACHABLE",
    exit: ExitCode.Unreachable,
    says: /does not run; start it/,
  },
  {
    what: "an address that is none",
    args: () => ["status", "--rpc", "localhost"],
    code: "USAGE",
    exit: ExitCode.Usage,
    says: /http:\/\/127\.0\.0\.1:8545/,
  },
  {
    what: "health of a node that does not run",
    args: () => ["health", "--metrics-port", "1"],
    code: "NODE_UNREACHABLE",
    exit: ExitCode.Unreachable,
    says: /does not run/,
  },
];

describe("bad input on the command line", function () {
  this.timeout(120_000);
  for (const { what, args, code, exit, says, options, prepare } of cases) {
    it(`${what}: ${code}, exit ${exit}, one sentence`, async () => {
      const folder = temporaryFolder();
      const data = join(folder.path, "data");
      mkdirSync(data);
      try {
        prepare?.(data);
        const before = readdirSync(data).sort();
        const words = args(data);
        const settings = { ...options, env: { LUCID_DATA: data, ...options?.env } };
        const text = await lucid(words, settings);
        assert.equal(text.code, exit, text.stderr);
        assert.equal(text.stdout, "");
        assert.match(text.stderr, says);
        assert.match(text.stderr, new RegExp(`^error: [^\\n]+ \\[${code}\\]\\n$`), "one line");
        assert.doesNotMatch(text.stderr, /\bat .*:\d+:\d+/, "no stack");
        assert.deepEqual(readdirSync(data).sort(), before, "nothing was written");
      } finally {
        folder.remove();
      }
    });
  }

  for (const { args, code, exit } of [
    { args: ["start", "--rpc-prot", "1"], code: "USAGE", exit: ExitCode.Usage },
    { args: ["session", "put", "/nowhere/x"], code: "FILE_MISSING", exit: ExitCode.NotFound },
    { args: ["config", "show", "--rpc-port", "x"], code: "CONFIG_INVALID", exit: ExitCode.Environment },
  ]) {
    it(`--json makes the error one line of JSON: ${code}`, async () => {
      const json = await lucid([...args, "--json"]);
      assert.equal(json.code, exit);
      assert.equal(json.stdout, "");
      const { error } = JSON.parse(json.stderr) as { error: { code: string; exitCode: number; fix: string } };
      assert.equal(error.code, code);
      assert.equal(error.exitCode, exit);
      assert.notEqual(error.fix, "");
    });
  }

  it("a port in use is said before anything is written", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    assert.ok(typeof address === "object" && address !== null);
    const folder = temporaryFolder();
    try {
      const data = join(folder.path, "devnet");
      const result = await lucid(["devnet", "--data", data, "--rpc-port", String(address.port)]);
      assert.equal(result.code, ExitCode.Environment);
      assert.match(
        result.stderr,
        /^error: port \d+ of 127\.0\.0\.1 is in use by another program; stop it, .*\[PORT_IN_USE\]\n$/,
      );
      assert.deepEqual(readdirSync(folder.path), []);
    } finally {
      folder.remove();
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it("what this user may not read is told as such", async function () {
    // The superuser may read everything, so as the superuser it is run as nobody.
    const superuser = process.getuid?.() === 0;
    const user: CliOptions = superuser ? { uid: NOBODY, env: { HOME: tmpdir() }, cwd: tmpdir() } : {};
    if (superuser && (await lucid(["version"], user)).code !== 0) this.skip();
    const folder = temporaryFolder();
    try {
      chmodSync(folder.path, 0o755);
      const file = join(folder.path, "secret");
      writeFileSync(file, "x");
      chmodSync(file, 0);
      const closed = join(folder.path, "closed");
      mkdirSync(closed, { mode: superuser ? 0o700 : 0 });
      for (const [args, place] of [
        [["session", "put", file], "secret"],
        [["verify", file], "secret"],
        [["config", "show", "--config", file], "secret"],
        [["start", "--data", closed], "closed"],
        [["db", "check", "--data", closed], "closed"],
        [["init", "--yes", "--data", join(closed, "new")], "closed"],
      ] as const) {
        const { code, stderr, stdout } = await lucid(args, user);
        assert.equal(code, ExitCode.Secret, stderr);
        assert.match(stderr, new RegExp(`^error: [^\\n]*${place}[^\\n]* \\[(FILE_UNREADABLE|IO_DENIED)\\]\\n$`));
        assert.equal(stdout, "");
      }
    } finally {
      chmodSync(join(folder.path, "closed"), 0o700);
      folder.remove();
    }
  });

  it("--debug adds the stack, nothing else does", async () => {
    const result = await lucid(["session", "put", "/nowhere/x", "--debug"]);
    assert.match(result.stderr, /^error: .*\n.*ENOENT[\s\S]*at /);
  });

  it("the entry point is a script for node", async () => {
    const { readFileSync } = await import("node:fs");
    assert.match(readFileSync(entry, "utf8"), /^#!\/usr\/bin\/env node\n/);
  });
});

describe("help and completion", () => {
  it("every command has help with at least one example", async () => {
    const { specs } = await import("../../../src/cli/index.js");
    const walk = async (list: typeof specs, path: readonly string[]): Promise<void> => {
      for (const spec of list) {
        if (spec.commands !== undefined) await walk(spec.commands, [...path, spec.name]);
        else {
          assert.ok((spec.examples ?? []).length > 0, [...path, spec.name].join(" "));
          assert.ok(
            spec.examples?.every(([command]) => command.includes("lucid")),
            spec.name,
          );
        }
      }
    };
    await walk(specs, []);
    const { code, stdout } = await lucid(["session", "get", "--help"]);
    assert.equal(code, 0);
    assert.match(stdout, /Examples:/);
  });

  it("the bash completion is valid and completes commands and options", async () => {
    const { spawnSync } = await import("node:child_process");
    const script = await lucid(["completion", "bash"]);
    const run = (line: readonly string[]): string => {
      const words = line.map((word) => `'${word}'`).join(" ");
      const program = `${script.stdout}\nCOMP_WORDS=(${words}); COMP_CWORD=${line.length - 1}; _lucid; echo "\${COMPREPLY[@]}"`;
      const result = spawnSync("bash", ["-c", program], { encoding: "utf8" });
      assert.equal(result.stderr, "");
      return result.stdout.trim();
    };
    assert.equal(run(["lucid", "sess"]), "session");
    assert.equal(run(["lucid", "session", "ver"]), "verify");
    assert.equal(run(["lucid", "start", "--rpc-po"]), "--rpc-port");
    assert.equal(run(["lucid", "--json", "db", "c"]), "check compact");
  });

  it("colours stay off in a pipe, config show tells origins", async () => {
    const { stdout } = await lucid(["config", "show", "--origin", "--log-level", "warn"], {
      env: { LUCID_RPC_PORT: "1" },
    });
    assert.ok(!stdout.includes("\u001b"));
    assert.match(stdout, /^rpc\.port +1 +environment \(LUCID_RPC_PORT\)$/m);
    assert.match(stdout, /^log\.level +warn +flag \(--log-level\)$/m);
    assert.match(stdout, /^rpc\.host +127\.0\.0\.1 +default$/m);
  });

  it("the version is that of the package", async () => {
    const { readFileSync } = await import("node:fs");
    const { version } = await import("../../../src/cli/version.js");
    const file = new URL("../../../../package.json", import.meta.url);
    assert.equal(version, (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version);
    assert.equal((await lucid(["--version"])).stdout, `${version}\n`);
  });
});
