/**
 * A node in a home whose router opens ports for programs that ask (UPnP): the port is asked for, proven by autonat, told as an
 * address at which others reach the node without a relay, and given back when the node stops.
 */
import { Gateway } from "./gateway.js";
import type { Lab } from "./lab.js";
import { withLab } from "./labRun.js";
import { infoOf, newcomer, timed } from "./newcomer.js";
import { judged, type Run, type RunOptions } from "./run.js";
import { SimNetwork } from "./simNetwork.js";

const FOLLOWED = 2;

export interface UpnpScenarioOptions {
  readonly slotSeconds: number;
}

async function play(run: Run, lab: Lab, { slotSeconds }: UpnpScenarioOptions): Promise<object> {
  const network = await SimNetwork.start(run, { validators: 1, slotSeconds, lead: 10, lab });
  const outside = await lab.home("home", "upnp");
  const gateway = await Gateway.start({ prefix: lab.prefix("home-router"), folder: run.folder });
  try {
    const node = await newcomer(network, "home", ["--upnp", "--p2p-listen", "/ip4/0.0.0.0/tcp/30120"]);
    const mapped = await timed(run, "the router has opened a port", async () => (await gateway.openPorts())[0]);
    run.say(`the router has opened port ${mapped.found}`);
    const told = await timed(
      run,
      "the address at the router is told to others",
      async () => (await infoOf(node)).addresses.find((own) => own.startsWith(`/ip4/${outside}/tcp/`)),
      // Autonat asks again after a minute where the first answer was no.
      150,
    );
    run.say(`the node is reached at ${told.found}`);
    await lab.machine("caller");
    const caller = await newcomer(network, "caller", ["--no-discovery", "--peers", told.found]);
    const { peerId } = await infoOf(node);
    const reached = await timed(run, "a stranger reaches the node through the router", async () =>
      (await infoOf(caller)).peers.find(({ id }) => id === peerId),
    );
    const from = await network.node(0).height();
    // It knows the node at home alone.
    await network.untilHeight(caller, from + FOLLOWED, 60 + 20 * FOLLOWED * slotSeconds);
    const agreed = await network.agree([network.node(0), caller]);
    const during = await gateway.openPorts();
    await node.stop();
    const after = await gateway.openPorts();
    const result = {
      slotSeconds,
      mappedSeconds: mapped.seconds,
      toldSeconds: told.seconds,
      reached: { seconds: reached.seconds, address: reached.found.address },
      agreed,
      openPorts: during.length,
      openPortsAfterStop: after.length,
    };
    return judged(result, [
      [reached.found.address.startsWith(`/ip4/${outside}/`), `the node was reached at ${reached.found.address}`],
      [agreed.same, "the nodes hold different blocks"],
      [during.length === 1, `the router opens ${during.join(", ")} for one node`],
      [after.length === 0, `the router still opens ${after.join(", ")} after the node has stopped`],
    ]);
  } finally {
    await gateway.stop();
  }
}

export async function upnp(options: RunOptions & UpnpScenarioOptions): Promise<object> {
  await Gateway.needs();
  return withLab(options, (run, lab) => play(run, lab, options), "public");
}
