/**
 * One of four validators is attacked from one machine: half-open and garbage connections beyond all limits, and fifty peers of the
 * right protocol that want all its places. The network goes on, the victim votes on and stays within its bounds.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { repositoryRoot } from "../suites.js";
import type { Lab } from "./lab.js";
import { withLab } from "./labRun.js";
import { residentOf, rounded } from "./measure.js";
import { judged, type Run, type RunOptions } from "./run.js";
import { SimNetwork } from "./simNetwork.js";

const attacker = join(repositoryRoot, "scripts/dist/src/netsim/attacker.js");
/** MB that the attack may cost the victim. */
const MEMORY = 150;

export interface HostileOptions {
  readonly slotSeconds: number;
  readonly seconds: number;
}

interface Attack {
  readonly dials: number;
  readonly garbage: number;
  readonly peersLetIn: number;
  readonly mostPeersLetIn: number;
}

/** Runs the attack on the machine of that name. @returns what it counted */
function attack(run: Run, lab: Lab, words: readonly string[]): Promise<Attack> {
  const [program = "ip", ...prefix] = lab.prefix("attacker");
  const child = spawn(program, [...prefix, process.execPath, attacker, ...words], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const end = (): void => void child.kill("SIGKILL");
  process.once("exit", end);
  run.signal.addEventListener("abort", end, { once: true });
  let text = "";
  child.stdout.on("data", (part: Buffer) => {
    text += part.toString("utf8");
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", () => {
      process.off("exit", end);
      try {
        resolve(JSON.parse(text) as Attack);
      } catch (error) {
        reject(error);
      }
    });
  });
}

async function play(run: Run, lab: Lab, { slotSeconds, seconds }: HostileOptions): Promise<object> {
  const network = await SimNetwork.start(run, { validators: 4, slotSeconds, lead: 10, lab });
  const [witness, victim] = [network.node(0), network.node(3)];
  await network.untilHeight(witness, 4, 180);
  await lab.machine("attacker");
  await run.sleep(slotSeconds * 2000);
  const before = { resident: residentOf(victim.pid), from: network.slotNow() + 1 };
  await network.untilSlot(before.from);
  const target = (await victim.ready()).p2p ?? `/ip4/${lab.addressOf("operator4")}/tcp/30120`;
  const genesis = join(run.folder, "net/operator1/genesis.json");
  let resident = before.resident;
  let slowest = 0;
  let running = true;
  const watching = (async () => {
    while (running) {
      const asked = performance.now();
      await victim.rpc("eth_blockNumber");
      // An answer over the socket waits as long as everything else in the victim's event loop.
      slowest = Math.max(slowest, performance.now() - asked);
      resident = Math.max(resident, residentOf(victim.pid));
      await run.sleep(250);
    }
  })();
  let done: Attack;
  try {
    done = await attack(run, lab, [lab.addressOf("operator4"), target, genesis, String(seconds)]);
  } finally {
    running = false;
  }
  await watching;
  const to = network.slotNow();
  await network.untilSlot(to + 1);
  const blocks = await network.blocksBetween(witness, before.from, to);
  const honest = Number(await victim.rpc<string>("net_peerCount"));
  await network.untilHeight(victim, await witness.height(), 30);
  const agreed = await network.agree(network.validators);
  const result = {
    slotSeconds,
    attackSeconds: seconds,
    ...done,
    slots: to - before.from,
    blocks: blocks.length,
    rounds: blocks.map(({ round }) => round),
    victim: {
      residentBeforeMB: rounded(before.resident),
      mostResidentMB: rounded(resident),
      slowestAnswerMilliseconds: rounded(slowest, 0),
      peersAfter: honest,
    },
    same: agreed.same,
  };
  return judged(result, [
    [agreed.same, "the nodes hold different blocks"],
    [blocks.length >= result.slots - 2, `${blocks.length} blocks in ${result.slots} slots under attack`],
    [resident - before.resident <= MEMORY, `the victim grew by ${rounded(resident - before.resident)} MB`],
    // From one address there are eight places.
    [done.mostPeersLetIn <= 8, `${done.mostPeersLetIn} of the attacker's peers were let in at once`],
    [honest >= 3, `the victim has ${honest} honest peers left`],
  ]);
}

export function hostile(options: RunOptions & HostileOptions): Promise<object> {
  return withLab(options, (run, lab) => play(run, lab, options));
}
