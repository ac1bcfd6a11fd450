/**
 * Nodes behind routers that let nothing in. The hidden one takes a place at a relay. Others know nothing but that place and follow
 * the chain from there: one behind an ordinary router, to which both ends open a hole (DCUtR); one behind a router that shows each
 * connection under another port, where the relay has to do; and one with a public address, which learns by autonat that it is reached.
 */
import type { Lab } from "./lab.js";
import type { LabNode } from "./labNode.js";
import { withLab } from "./labRun.js";
import { infoOf, newcomer, type Peer, type Timed, timed } from "./newcomer.js";
import { judged, type Run, type RunOptions } from "./run.js";
import { SimNetwork } from "./simNetwork.js";

const FOLLOWED = 3;

export interface NatScenarioOptions {
  readonly slotSeconds: number;
}

const CIRCUIT = "/p2p-circuit";

async function play(run: Run, lab: Lab, { slotSeconds }: NatScenarioOptions): Promise<object> {
  const bootArgs = ["--relay", "server"];
  const network = await SimNetwork.start(run, { validators: 1, slotSeconds, lead: 10, lab, bootArgs });
  const first = network.node(0);
  await network.untilHeight(first, 1, 120);
  const start = (name: string, args: readonly string[]): Promise<LabNode> => newcomer(network, name, args);
  const listen = ["--p2p-listen", "/ip4/0.0.0.0/tcp/30120"];

  const outside = await lab.home("hidden", "refusing");
  const hidden = await start("hidden", ["--relay", "client", ...listen]);
  const place = await timed(run, "the hidden node has a place at the relay", async () => {
    return (await infoOf(hidden)).addresses.find((address) => address.includes(CIRCUIT));
  });
  const { peerId } = await infoOf(hidden);
  run.say(`the node behind a router is reached at ${place.found}`);

  const hiddenAt = async (node: LabNode): Promise<Peer | undefined> =>
    (await infoOf(node)).peers.find(({ id }) => id === peerId);
  const directTo = (node: LabNode): Promise<Timed<Peer>> =>
    timed(run, `${node.name} is connected to the hidden node directly`, async () => {
      const peer = await hiddenAt(node);
      return peer !== undefined && !peer.address.includes(CIRCUIT) && peer;
    });
  const through = ["--no-discovery", "--peers", place.found];

  await lab.home("guest", "silent");
  const guest = await start("guest", through);
  const punched = await directTo(guest);
  run.say(`a hole between two routers leads to ${punched.found.address}`);

  await lab.home("strict", "strict");
  const strict = await start("strict", through);
  await timed(run, "the node behind a strict router reaches the hidden one", () => hiddenAt(strict));

  const address = await lab.machine("open");
  const open = await start("open", [...through, ...listen]);
  const reached = await timed(run, "the open node learns that it is reached", async () =>
    (await infoOf(open)).addresses.some((own) => own.startsWith(`/ip4/${address}/`)),
  );
  const dialled = await directTo(open);

  const all = [first, hidden, guest, strict, open];
  const from = await first.height();
  for (const node of all) await network.untilHeight(node, from + FOLLOWED, 60 + 20 * FOLLOWED * slotSeconds);
  const agreed = await network.agree(all);
  const told = (await infoOf(hidden)).addresses.filter((own) => own.startsWith(`/ip4/${outside}/`));
  const last = { guest: await hiddenAt(guest), strict: await hiddenAt(strict), open: await hiddenAt(open) };
  const result = {
    slotSeconds,
    placeSeconds: place.seconds,
    bothBehindRouters: { directSeconds: punched.seconds, address: last.guest?.address },
    strictRouter: { relayed: last.strict?.address.includes(CIRCUIT), peers: (await infoOf(strict)).peers.length },
    open: { reachedSeconds: reached.seconds, directSeconds: dialled.seconds, address: last.open?.address },
    agreed,
  };
  return judged(result, [
    [agreed.same, "the nodes hold different blocks"],
    [told.length === 0, `the hidden node tells an address that leads nowhere: ${told.join(", ")}`],
    [last.guest?.address.startsWith(`/ip4/${outside}/`) === true, "the hole between the routers did not stay open"],
    [last.strict?.address.includes(CIRCUIT) === true, "a strict router was passed, or the relay did not do"],
    [last.open?.address.startsWith(`/ip4/${outside}/`) === true, "the open node has lost the hidden one"],
  ]);
}

export function nat(options: RunOptions & NatScenarioOptions): Promise<object> {
  return withLab(options, (run, lab) => play(run, lab, options), "public");
}
