import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command, CommanderError, Option } from "commander";
import { PayoutError } from "../errors.js";
import { loadConfig, readSecret } from "../service/config.js";
import { callApi } from "./apiClient.js";
import { keyCommands } from "./keyCommands.js";
import { type Output, show, showError } from "./output.js";
import { serviceCommands } from "./serviceCommands.js";
import { signerFileCommands } from "./signerFileCommands.js";

export interface Globals {
  readonly data: string;
  readonly config: string;
  readonly tokenFile: string;
  readonly json: boolean;
}

export interface CliContext {
  readonly globals: () => Globals;
  readonly output: Output;
  /** Calls the running service. */
  readonly api: (method: string, path: string, body?: unknown) => Promise<void>;
}

const EXIT_CODES = `
Exit codes: 0 done, 1 defect, 2 usage, 3 environment, 4 bad input, 5 not found, 6 unreachable, 7 no space, 8 secret or role,
9 refused by the rules, 130 interrupted.`;

export function buildProgram(output: Output, setJson: (json: boolean) => void): Command {
  const program = new Command("lucid-payout");
  program
    .description("USDT payouts on TRON, each exactly once")
    .version("0.1.0")
    .addOption(new Option("--data <dir>", "data directory").env("LUCID_PAYOUT_DATA").default("lucid-payout-data"))
    .option("--config <file>", "configuration (default: config.yaml in the data directory)")
    .option("--token-file <file>", "file with the API token (default: cli.token in the data directory)")
    .option("--json", "one JSON value for machines")
    .addHelpText("after", EXIT_CODES)
    .exitOverride()
    .configureOutput({ writeOut: (text) => output.out(text), writeErr: (text) => output.err(text) })
    .hook("preAction", (command) => setJson(command.opts()["json"] === true));
  const globals = (): Globals => {
    const { data, config, tokenFile, json } = program.opts<{
      data: string;
      config?: string;
      tokenFile?: string;
      json?: boolean;
    }>();
    return {
      data,
      config: config ?? join(data, "config.yaml"),
      tokenFile: tokenFile ?? join(data, "cli.token"),
      json: json === true,
    };
  };
  const api: CliContext["api"] = async (method, path, body) => {
    const { config, tokenFile } = globals();
    const { socket } = loadConfig(config).api;
    show(output, await callApi({ socket, token: readSecret(tokenFile) }, method, path, body));
  };
  const context: CliContext = { globals, output, api };
  serviceCommands(program, context);
  keyCommands(program, context);
  signerFileCommands(program, context);
  payoutCommands(program, context);
  batchCommands(program, context);
  for (const command of program.commands)
    command
      .exitOverride()
      .configureOutput({ writeOut: (text) => output.out(text), writeErr: (text) => output.err(text) });
  return program;
}

function example(command: Command, ...examples: string[]): Command {
  return command.addHelpText("after", `\nExamples:\n${examples.map((one) => `  $ ${one}`).join("\n")}`);
}

function readInput(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new PayoutError("FILE_UNREADABLE", `${file}: ${(error as NodeJS.ErrnoException).code ?? "cannot be read"}`);
  }
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readInput(file));
  } catch (error) {
    if (error instanceof PayoutError) throw error;
    throw new PayoutError("BAD_REQUEST", `${file} is no JSON`);
  }
}

function payoutCommands(program: Command, { api }: CliContext): void {
  const id = (text: string) => encodeURIComponent(text);
  example(
    program
      .command("request")
      .description("request a payout")
      .requiredOption("--to <address>", "TRON address")
      .requiredOption("--amount <usdt>", "like 12.5")
      .addOption(
        new Option("--route <route>", "router (default: by rule, KYC for node workers)").choices(["V0", "KYC"]),
      )
      .option("--id <hex>", "payout id, 32 bytes; or --period and --node")
      .option("--period <name>", "payout period")
      .option("--node <name>", "node or session that it is for")
      .option("--kyc <file>", "JSON with kycHash, expiry, nonce, signature")
      .action(async (given: Record<string, string>) => {
        const { to, amount, route, period, node, kyc, id: payoutId } = given;
        await api("POST", "/v1/payouts", {
          payoutId,
          to,
          amount,
          route,
          period,
          node,
          kyc: kyc === undefined ? undefined : readJson(kyc),
        });
      }),
    "lucid-payout request --period 2026-11 --node node-7 --to TXYZopYRdj2D9XRtbG411XZZ3kM5VkAeBf --amount 12.5 --route V0",
  );
  program
    .command("show <id>")
    .description("a payout with attempts, proofs and result")
    .action((text: string) => api("GET", `/v1/payouts/${id(text)}`));
  program
    .command("why <id>")
    .description("why it stands where it stands, and what to do")
    .action((text: string) => api("GET", `/v1/payouts/${id(text)}/why`));
  program
    .command("list")
    .description("list payouts")
    .option("--state <state>", "only these")
    .option("--period <name>", "only of this period")
    .option("--after <id>", "continue after this id")
    .option("--limit <n>", "at most 500", "100")
    .action((given: Record<string, string>) => api("GET", `/v1/payouts?${new URLSearchParams(given)}`));
  const verbs = {
    approve: "approve a payout",
    cancel: "cancel a payout that has no transaction",
    retry: "take up a failed payout again",
    tighten: "move a payout to the KYC route",
  };
  for (const [verb, text] of Object.entries(verbs))
    program
      .command(`${verb} <id>`)
      .description(text)
      .action((one: string) => api("POST", `/v1/payouts/${id(one)}/${verb}`));
  program
    .command("kyc <id> <file>")
    .description("attach a compliance signature (JSON)")
    .action((one: string, file: string) => api("PUT", `/v1/payouts/${id(one)}/kyc`, readJson(file)));
  program
    .command("status")
    .description("lease, what blocks, counts, signers, rotation")
    .action(() => api("GET", "/v1/status"));
  program
    .command("pause <reason>")
    .description("stop building and sending; watching goes on")
    .action((text: string) => api("POST", "/v1/pause", { text }));
  program
    .command("resume")
    .description("end a pause")
    .action(() => api("POST", "/v1/resume"));
  const resources = program
    .command("resources")
    .description("energy, bandwidth and TRX: what is there, what a run needs")
    .option("--payouts <n>", "size of the run", "200");
  resources.action((given: { payouts: string }) =>
    api("GET", `/v1/resources?payouts=${encodeURIComponent(given.payouts)}`),
  );
  example(
    program
      .command("stake <action> [trx]")
      .description("freeze, unfreeze (14 days), withdraw or cancel")
      .addOption(new Option("--for <resource>", "what it gives").choices(["energy", "bandwidth"]).default("energy"))
      .action((action: string, trx: string | undefined, given: { for: string }) =>
        api("POST", "/v1/resources", stakingIntent(action, trx, given.for === "energy" ? "ENERGY" : "BANDWIDTH")),
      ),
    "lucid-payout stake freeze 5000",
    "lucid-payout stake withdraw",
  );
  program
    .command("rotate <file>")
    .description("take over the signers of the next epoch from the signer file")
    .action((file: string) => api("POST", "/v1/rotation", { file: readInput(file) }));
}

function stakingIntent(action: string, trx: string | undefined, resource: "ENERGY" | "BANDWIDTH"): object {
  if (action === "withdraw") return { type: "withdrawUnfrozen" };
  if (action === "cancel") return { type: "cancelUnfreeze" };
  if ((action !== "freeze" && action !== "unfreeze") || trx === undefined || !/^[1-9][0-9]{0,9}$/.test(trx)) {
    throw new PayoutError(
      "USAGE",
      "stake freeze TRX, stake unfreeze TRX, stake withdraw, stake cancel; TRX is a whole number",
    );
  }
  return { type: action, amountSun: Number(trx) * 1_000_000, resource };
}

function batchCommands(program: Command, { api }: CliContext): void {
  const period = (name: string) => encodeURIComponent(name);
  example(
    program
      .command("distribute <file>")
      .description("import a distribution (CSV or JSON), as a dry run unless --import is given")
      .requiredOption("--period <name>", "payout period, like 2026-11")
      .option("--import", "write the batch; the same file again goes on where it stopped")
      .action(async (file: string, given: { period: string; import?: boolean }) => {
        const body = {
          period: given.period,
          format: file.endsWith(".json") ? "json" : "csv",
          content: readInput(file),
        };
        await api("POST", given.import === true ? "/v1/distributions" : "/v1/distributions/plan", body);
      }),
    "lucid-payout distribute november.csv --period 2026-11",
    "lucid-payout distribute november.csv --period 2026-11 --import",
    "lucid-payout approve-batch 2026-11 --confirm-total 12345.67",
  );
  program
    .command("batch <period>")
    .description("a batch and the states of its payouts")
    .action((name: string) => api("GET", `/v1/distributions/${period(name)}`));
  program
    .command("approve-batch <period>")
    .description("approve a whole batch")
    .requiredOption("--confirm-total <usdt>", "the total that you looked at")
    .action((name: string, given: { confirmTotal: string }) =>
      api("POST", `/v1/distributions/${period(name)}/approve`, { total: given.confirmTotal }),
    );
  program
    .command("reconcile <period>")
    .description("file = journal = Transfer logs")
    .action((name: string) => api("POST", `/v1/distributions/${period(name)}/reconcile`));
  program
    .command("export <period>")
    .description("CSV with transaction, fee and net amount")
    .action((name: string) => api("GET", `/v1/distributions/${period(name)}/export`));
}

export async function runCli(
  args: readonly string[],
  output: { out(text: string): void; err(text: string): void },
): Promise<number> {
  let json = args.includes("--json");
  const full: Output = {
    get json() {
      return json;
    },
    out: output.out,
    err: output.err,
  };
  const program = buildProgram(full, (value) => {
    json = value;
  });
  try {
    await program.parseAsync([...args], { from: "user" });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    return showError(full, error);
  }
}
