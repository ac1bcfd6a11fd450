import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { addToken } from "../api/tokens.js";
import { systemClock } from "../clock.js";
import { parseUsdt } from "../domain/money.js";
import { PayoutError } from "../errors.js";
import { loadConfig } from "../service/config.js";
import { configTemplate } from "./configTemplate.js";
import { show } from "./output.js";
import type { CliContext } from "./program.js";
import { untilSignal } from "./signals.js";

/** What runs a service is loaded when it is needed: most commands only call one. */
export function serviceCommands(program: Command, context: CliContext): void {
  const { globals, output } = context;
  program
    .command("init")
    .description("make a data directory: a configuration to fill in, and a token for this command line")
    .action(() => {
      const { data, config, tokenFile } = globals();
      if (existsSync(config)) throw new PayoutError("NOT_ALLOWED", `${config} exists`);
      mkdirSync(data, { recursive: true, mode: 0o700 });
      writeFileSync(config, configTemplate, { mode: 0o600, flag: "wx" });
      writeFileSync(
        tokenFile,
        `${addToken(join(data, "tokens.json"), "cli", ["requester", "approver", "auditor"])}\n`,
        { mode: 0o600 },
      );
      show(output, { data, config, next: "fill in config.yaml, make a key (key new), then serve" });
    });
  program
    .command("serve")
    .description("run the service until SIGTERM")
    .option("--mainnet", "real money may be paid")
    .action(async (given: { mainnet?: boolean }) => {
      const { data, config } = globals();
      const { PayoutService } = await import("../service/service.js");
      const service = new PayoutService({ config: loadConfig(config), dataDir: data, mainnet: given.mainnet === true });
      await service.start();
      show(output, { ready: true, pid: process.pid });
      await untilSignal();
      await service.stop();
    });
  program
    .command("preflight")
    .description("check nodes, routers, USDT, permissions and TRX before a run")
    .option("--v0 <usdt>", "total by V0", "0")
    .option("--kyc <usdt>", "total by the KYC route", "0")
    .option("--payouts <n>", "size of the run", "1")
    .action(async (given: { v0: string; kyc: string; payouts: string }) => {
      const { openNodes } = await import("../service/service.js");
      const { preflight } = await import("../engine/preflight.js");
      const config = loadConfig(globals().config);
      const pool = openNodes(config, systemClock);
      try {
        await pool.checkGenesis(config.network.genesisId);
        const report = await preflight(
          { pool, clock: systemClock, config: config.engine },
          config.engine.operator.signers,
          { V0: parseUsdt(given.v0), KYC: parseUsdt(given.kyc) },
          Number(given.payouts),
        );
        show(output, report);
        if (!report.ok) process.exitCode = 9;
      } finally {
        pool.close();
      }
    });
  program
    .command("rebuild")
    .description("restore a lost journal from the routers' Paid logs; nothing is paid before it is complete")
    .requiredOption("--from-block <n>", "block in which the routers were deployed")
    .action(async (given: { fromBlock: string }) => {
      const { data, config: file } = globals();
      const { openNodes, openStore } = await import("../service/service.js");
      const { rebuildJournal } = await import("../engine/rebuild.js");
      const { ensureService, signersInForce } = await import("../engine/serviceRecord.js");
      const config = loadConfig(file);
      const store = openStore(config, data);
      const pool = openNodes(config, systemClock);
      await store.start();
      try {
        await pool.checkGenesis(config.network.genesisId);
        const result = await rebuildJournal(
          { store, pool, clock: systemClock, config: config.engine },
          Number(given.fromBlock),
          (text) => output.err(`${text}\n`),
        );
        show(output, { ...result, signers: signersInForce(await ensureService(store), config.engine) });
      } finally {
        pool.close();
        await store.stop();
      }
    });
  program
    .command("health")
    .description("exit 0 when the service is ready; for containers")
    .action(async () => {
      const { socket } = loadConfig(globals().config).api;
      const status = await new Promise<number>((resolve) => {
        const call = request({ socketPath: socket, path: "/readyz", timeout: 5000 }, (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        });
        call.on("timeout", () => call.destroy());
        call.on("error", () => resolve(0));
        call.end();
      });
      if (status !== 200)
        throw new PayoutError(
          "STORE_UNREACHABLE",
          status === 0 ? "the service does not answer" : "the service is not ready",
        );
      show(output, { ok: true });
    });
  program
    .command("demo")
    .description("an emulated chain, a USDT that returns false, 2 of 3 signers, 200 payees, five kills: each paid once")
    .option("--payees <n>", "size of the distribution", "200")
    .option("--kills <n>", "how often the service is killed with -9", "5")
    .option("--keep", "keep the folder with journal and logs")
    .action(async (given: { payees: string; kills: string; keep?: boolean }) => {
      // Not part of the bundle: the emulator is a test package.
      const file = new URL("../../test/demo/demo.js", import.meta.url);
      if (!existsSync(fileURLToPath(file)))
        throw new PayoutError("DEMO_UNAVAILABLE", "the demo's emulator is not here");
      const { runDemo } = (await import(file.href)) as { runDemo: (options: object) => Promise<{ ok: boolean }> };
      const result = await runDemo({
        payees: Number(given.payees),
        kills: Number(given.kills),
        keep: given.keep === true,
        log: (text: string) => output.err(`${text}\n`),
      });
      output.out(`${JSON.stringify(result)}\n`);
      if (!result.ok) process.exitCode = 1;
    });
}
