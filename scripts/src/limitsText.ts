import { protocols, topics } from "@lucid/node/gossip";
import { type Limit, networkLimits } from "@lucid/node/peer";
import { replicationLimits, replicationProtocols, streamProtocols, uploadShares } from "@lucid/node/replication";

/** As far as this page goes. */
interface RequestLimits {
  readonly name: string;
  readonly maxRequestBytes: number;
  readonly maxResponseBytes: number;
  readonly timeoutMilliseconds: number;
  readonly quota?: { readonly rate: number; readonly burst: number };
}

const requestProtocols: readonly RequestLimits[] = [
  ...Object.values(protocols),
  ...Object.values(replicationProtocols),
];
const { requestRate, requestBurst } = networkLimits;

const grouped = new Intl.NumberFormat("en");

function table(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  return [heading, heading.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

function limitRows(limits: Readonly<Record<string, Limit>>): readonly (readonly string[])[] {
  return Object.entries(limits).map(([name, { value, unit, reason }]) => [
    `\`${name}\``,
    grouped.format(value),
    unit,
    reason,
  ]);
}

/** docs/limits.md: every bound of the network with its reason, read from the code. */
export function limitsDocument(): string {
  return `# Limits of the network

Written by \`npm run docs\` from \`p2p/src/libp2p/networkLimits.ts\`, \`node/src/driver/topics.ts\` and \`node/src/replication\` (limits, wire); a
test compares. The tests in \`p2p/test/e2e\` (hostile, hostileStreams, eclipse, relay, providers, streams), \`node/test/e2e/network\` (everyProtocol, floods,
hostileVotes, indexSync), \`node/test/sync\` (hostilePeers, chunkFlood) and \`node/test/e2e/replication/hostile.test.ts\` play the peer that tries to get past them. Limits of JSON-RPC are settings: see [cli.md](cli.md).

## What hostile peers do in the tests

Each test asserts that an honest peer is served meanwhile, that memory grows by less than 150 MB (of the process that plays both sides), that no turn of the
event loop takes a second of processor time, and, where something is kept, that less than 10 MB more are on the disk. The flood of requests for chunks
of the state is played against a process: its bounds are memory for answers and 64 MiB, and what its quota lets be read.

| a hostile peer | in | how much of it |
| --- | --- | --- |
| subscribes to everything | \`hostile\` | 20 frames of 500 and 20,000 topics in turns |
| sends oversized frames | \`hostile\` | one that says 1 GiB, one of 3 MiB |
| reads nothing, or slowly | \`hostileStreams\` | 20 answers of 2 MiB; 8 peers with 30 each; one at 2 MiB/s |
| leaves streams half open | \`hostileStreams\` | 60 that say nothing; 72 requests of 512 KiB that do not come |
| opens streams without end | \`hostileStreams\` | on one connection; on one after the other; under 12 keys |
| dials | \`hostile\` | 1,000 connections at once |
| sends what does not verify | \`hostile\`, \`hostileVotes\` | 10,000 messages; 3 keys with 1,024 forged votes each; 1,024 forged votes in an answer; 5 keys of one address |
| replays | \`hostile\` | 20,000 times one message |
| votes for the future | \`hostileVotes\` | 600 votes of far slots, rounds and heights; 10,000 at once |
| fills the DHT | \`hostile\`, \`providers\` | 2,400 and 2,000 records, and 200 on a stream each; 20 peers that claim the same |
| takes all places | \`eclipse\` | 50 peers of one address, twice |
| sends garbage | \`hostile\`, \`everyProtocol\`, \`floods\` | six misuses of every protocol; 400 messages of each topic |
| asks at rate | \`floods\`, \`hostilePeers\`, \`chunkFlood\`, \`hostileStreams\` | each kind of request to twice its burst; 24 at a time; 12 that read and 512 that do not, beside a newcomer; six that read all they are given |

## Connections, gossip, requests, records

${table(["limit", "value", "unit", "why"], limitRows(networkLimits))}

\`--max-peers\` sets \`inboundConnections\` (three quarters) and \`outboundConnections\`.

## Gossip topics

A topic's queue holds messages under validation. When it is full, or half full of one peer's messages, the newest is dropped: it is not
forwarded, and whatever consensus needs is asked for.

${table(
  ["topic", "most bytes", "queue"],
  Object.values(topics).map(({ name, maxBytes, maxQueued }) => [
    `\`${name}\``,
    grouped.format(maxBytes),
    grouped.format(maxQueued),
  ]),
)}

## Requests

${table(
  ["protocol", "request, bytes", "answer, bytes", "time for the answer, ms", "of one peer a second, at once"],
  requestProtocols.map(({ name, maxRequestBytes, maxResponseBytes, timeoutMilliseconds, quota }) => [
    `\`${name}\``,
    grouped.format(maxRequestBytes),
    grouped.format(maxResponseBytes),
    grouped.format(timeoutMilliseconds),
    `${grouped.format(quota?.rate ?? requestRate.value)}, ${grouped.format(quota?.burst ?? requestBurst.value)}`,
  ]),
)}

## Streams of chunks

Beyond its number of streams or its rate a peer is answered \`P2P_BUSY\`; one that stands still or is slower than the pace is ended. Memory for a
stream is what is unread of it (\`streamReadBuffer\`) and one piece of 1 MiB.

${table(
  [
    "protocol",
    "streams of a peer",
    "of all",
    "new ones a second, at once",
    "longest pause, ms",
    "slowest pace, bytes/s",
  ],
  streamProtocols.map(({ name, streamsPerPeer, streams, rate, burst, idleMilliseconds, pace }) => [
    `\`${name}\``,
    grouped.format(streamsPerPeer),
    grouped.format(streams),
    `${grouped.format(rate)}, ${grouped.format(burst)}`,
    grouped.format(idleMilliseconds),
    grouped.format(pace),
  ]),
)}

## Chunks of others

Sessions without an anchor may take 1/${1 / uploadShares.all} of the chunk store's quota, those of one account 1/${1 / uploadShares.account}; from 90 % of the quota on nothing is taken.

${table(["limit", "value", "unit", "why"], limitRows(replicationLimits))}
`;
}
