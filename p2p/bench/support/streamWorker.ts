/** One end of the streams that streamLimits.ts measures. */
import "../../src/promiseWithResolvers.js";
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import type { Stream, StreamMessageEvent } from "@libp2p/interface";
import { noise } from "@libp2p/noise";
import { tcp } from "@libp2p/tcp";
import { yamux } from "@libp2p/yamux";
import { multiaddr } from "@multiformats/multiaddr";
import { createLibp2p, type Libp2p } from "libp2p";
import { Libp2pNetwork, type StreamProtocol } from "../../src/index.js";
import { drained } from "../../src/libp2p/drained.js";
import { serveBench } from "./benchProcess.js";

/** As in Noise: a message of 65,535 bytes with its tag, and its length in front. */
const FRAME = 65_519;
const TAG = 16;
const PIECE = 1 << 20;
const KEY = Buffer.alloc(32, 1);
const STOCK = "/bench/1";
const clock = {
  now: () => Date.now(),
  setTimer(milliseconds: number, callback: () => void) {
    const handle = setTimeout(callback, milliseconds);
    return { cancel: () => clearTimeout(handle) };
  },
};

const protocol: StreamProtocol = {
  name: "bench/1",
  streamsPerPeer: 4,
  streams: 4,
  rate: 100,
  burst: 100,
  idleMilliseconds: 60_000,
  pace: 1_000,
};

let server: Server | undefined;
let stock: Libp2p | undefined;
let own: Libp2pNetwork | undefined;
let received: Promise<void> | undefined;
let give: ((bytes: number) => Promise<void>) | undefined;

function nonceOf(counter: number): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32LE(counter, 4);
  return nonce;
}

/** Takes the bytes of a socket; `sealed` takes them apart into frames and decrypts those. */
function receive(socket: Socket, bytes: number, sealed: boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    let left = bytes;
    let opened = 0;
    let rest: Buffer = Buffer.alloc(0);
    socket.on("error", reject);
    socket.on("data", (part: Buffer) => {
      if (!sealed) left -= part.length;
      else {
        rest = rest.length === 0 ? part : Buffer.concat([rest, part]);
        while (rest.length >= 2 && rest.length >= 2 + rest.readUInt16BE(0)) {
          const end = 2 + rest.readUInt16BE(0);
          const decipher = createDecipheriv("chacha20-poly1305", KEY, nonceOf(opened++), { authTagLength: TAG });
          decipher.setAuthTag(rest.subarray(end - TAG, end));
          left -= decipher.update(rest.subarray(2, end - TAG)).length;
          decipher.final();
          rest = rest.subarray(end);
        }
      }
      if (left <= 0) resolve();
    });
  });
}

/** Numbers frames on from call to call. */
let counter = 0;

async function send(socket: Socket, bytes: number, sealed: boolean): Promise<void> {
  const piece = randomBytes(FRAME);
  for (let left = bytes; left > 0; counter++) {
    const plain = piece.subarray(0, Math.min(FRAME, left));
    left -= plain.length;
    let writable: boolean;
    if (sealed) {
      const cipher = createCipheriv("chacha20-poly1305", KEY, nonceOf(counter), { authTagLength: TAG });
      const head = Buffer.alloc(2);
      head.writeUInt16BE(plain.length + TAG);
      socket.cork();
      socket.write(head);
      socket.write(cipher.update(plain));
      cipher.final();
      writable = socket.write(cipher.getAuthTag());
      socket.uncork();
    } else writable = socket.write(plain);
    if (!writable) await once(socket, "drain");
  }
}

async function stockNode(listen: boolean): Promise<Libp2p> {
  return await createLibp2p({
    addresses: { listen: listen ? ["/ip4/127.0.0.1/tcp/0"] : [] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
  });
}

async function ownNode(seed: number, peers: readonly string[]): Promise<Libp2pNetwork> {
  const network = new Libp2pNetwork(
    {
      genesisRoot: new Uint8Array(32),
      forkVersion: 1,
      slotDuration: 2_000,
      peerKey: new Uint8Array(32).fill(seed),
      listen: ["/ip4/127.0.0.1/tcp/0"],
      peers,
      topics: [],
    },
    { clock },
  );
  await network.start();
  return network;
}

/** Takes all bytes of a stream of libp2p itself, which hands them over as they come. */
function receiveStock(stream: Stream, bytes: number): Promise<void> {
  return new Promise((resolve) => {
    let left = bytes;
    stream.addEventListener("message", ({ data }: StreamMessageEvent) => {
      left -= data.byteLength;
      if (left <= 0) resolve();
    });
  });
}

/** `bytes` in all, to listen for. */
interface Wish {
  readonly kind: "tcp" | "sealed" | "stock" | "own";
  readonly bytes: number;
  readonly address: string;
}

serveBench(
  {
    /** Waits for so many bytes; answers with an address. */
    async listen({ kind, bytes }: Wish): Promise<string> {
      if (kind === "stock") {
        stock = await stockNode(true);
        received = new Promise((resolve, reject) => {
          void stock?.handle(STOCK, (stream) => receiveStock(stream, bytes).then(resolve, reject));
        });
        return String(stock.getMultiaddrs()[0]);
      }
      if (kind === "own") {
        own = await ownNode(1, []);
        received = new Promise((resolve, reject) => {
          own?.handleStream(protocol, async (channel) => {
            const into = new Uint8Array(PIECE);
            try {
              for (let left = bytes; left > 0; left -= PIECE)
                await channel.read(into.subarray(0, Math.min(PIECE, left)));
              resolve();
            } catch (error) {
              reject(error);
            }
          });
        });
        return String(own.address());
      }
      const listening = createServer();
      server = listening;
      received = once(listening, "connection").then(([socket]) => receive(socket as Socket, bytes, kind === "sealed"));
      listening.listen(0, "127.0.0.1");
      await once(listening, "listening");
      return String((listening.address() as AddressInfo).port);
    },
    received: () => received,
    /** Opens the stream that `send` fills. */
    async connect({ kind, address }: Wish): Promise<void> {
      if (kind === "stock") {
        stock = await stockNode(false);
        const stream = await stock.dialProtocol(multiaddr(address), STOCK);
        const piece = randomBytes(128 * 1024);
        give = async (bytes) => {
          for (let left = bytes; left > 0; left -= piece.length) {
            stream.send(piece.subarray(0, Math.min(piece.length, left)));
            await drained(stream, new AbortController().signal);
          }
        };
      } else if (kind === "own") {
        own = await ownNode(2, [address]);
        while (own.peers().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
        const channel = await own.openStream(own.peers()[0]?.id ?? "", protocol);
        const piece = randomBytes(PIECE);
        give = async (bytes) => {
          for (let left = bytes; left > 0; left -= PIECE) await channel.write(piece.subarray(0, Math.min(PIECE, left)));
        };
      } else {
        const socket = connect(Number(address), "127.0.0.1");
        await once(socket, "connect");
        socket.setNoDelay(true);
        give = (bytes) => send(socket, bytes, kind === "sealed");
      }
    },
    send: (bytes: number) => give?.(bytes),
  },
  async () => {
    server?.close();
    await stock?.stop();
    await own?.stop();
  },
);
