import "../promiseWithResolvers.js";
import { Socket } from "node:net";
import type { ConnectionEncrypter, MessageStream } from "@libp2p/interface";
import { noise } from "@libp2p/noise";
import type { SendResult } from "@libp2p/utils";

/** What libp2p hands on: some pieces of memory, one behind the other. */
type Pieces = Iterable<Uint8Array> & { readonly byteLength: number };

/** What a connection over TCP has beyond libp2p's interface. */
interface SocketOwner {
  readonly socket?: unknown;
  sendData?: (data: Pieces) => SendResult;
}

/** What a connection that Noise has encrypted has beyond it. */
interface Decrypting {
  readonly handshake?: { decrypt?(message: Pieces): Pieces };
  decrypt?: (message: Pieces) => Pieces;
}

/** Bytes that may wait in a socket before its writers must. */
const WRITE_AHEAD = 128 * 1024;
/** From here on the library decrypts with node:crypto, which wants no memory to write to. */
const LARGE = 1_200;

/**
 * Noise that spends less on what is large; on the wire nothing changes. Measured for a stream of 128 KiB pieces
 * (`npm run bench -- streams`), the library as it comes
 *   - hands each frame's length, parts and tag to the socket one by one: as many calls of the system, and as many wake-ups of
 *     the peer, which reads two bytes into a buffer of 64 KiB. Here they go together (writev);
 *   - waits for the event loop after each frame, because a socket calls itself full from 16 KiB on;
 *   - copies each frame before it decrypts it to somewhere else.
 * Where its insides are not what they were, it is left as it is.
 */
export function leanNoise(): (...components: Parameters<ReturnType<typeof noise>>) => ConnectionEncrypter {
  const make = noise();
  return (...components) => {
    const encrypter: ConnectionEncrypter = make(...components);
    const [inbound, outbound] = [encrypter.secureInbound, encrypter.secureOutbound].map((secure) =>
      secure.bind(encrypter),
    );
    if (inbound === undefined || outbound === undefined) return encrypter;
    const lean =
      (secure: typeof inbound): typeof inbound =>
      async (connection, options) => {
        const secured = await secure(connection, options);
        joinWrites(connection);
        decryptOnce(secured.connection);
        return secured;
      };
    encrypter.secureInbound = lean(inbound);
    encrypter.secureOutbound = lean(outbound);
    return encrypter;
  };
}

/** What is sent at a time goes to the system at a time. */
export function joinWrites(connection: MessageStream): void {
  const owner = connection as MessageStream & SocketOwner;
  const { socket } = owner;
  if (!(socket instanceof Socket) || typeof owner.sendData !== "function") return;
  owner.sendData = (data) => {
    socket.cork();
    for (const part of data) socket.write(part);
    socket.uncork();
    return { sentBytes: data.byteLength, canSendMore: socket.writableLength < WRITE_AHEAD };
  };
}

function decryptOnce(connection: MessageStream): void {
  const decrypting = connection as MessageStream & Decrypting;
  const { handshake } = decrypting;
  const small = decrypting.decrypt?.bind(connection);
  const large = handshake?.decrypt?.bind(handshake);
  if (small === undefined || large === undefined) return;
  decrypting.decrypt = (message) => (message.byteLength < LARGE ? small(message) : large(message));
}
