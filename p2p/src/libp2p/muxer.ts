import type { StreamMuxerFactory } from "@libp2p/interface";
import { yamux } from "@libp2p/yamux";

/** The part of a muxer through which its frames leave; not in libp2p's interface. */
interface Sending {
  send(data: unknown): boolean;
}

/**
 * yamux whose frames go nowhere once the connection is closed. The library sends a new stream's first frame in a microtask of
 * its own; when the peer has gone in that moment, `send` throws where nobody can catch it, and the process ends. (Seen in three
 * validators at once when the fourth one's line was cut. The streams end with the connection anyway.)
 */
export function steadyYamux(...options: Parameters<typeof yamux>): ReturnType<typeof yamux> {
  const make = yamux(...options);
  return (...parts) => steady(make(...parts));
}

function steady<T extends StreamMuxerFactory>(factory: T): T {
  const create = factory.createStreamMuxer.bind(factory);
  factory.createStreamMuxer = (connection) => {
    const muxer = create(connection);
    const sending = muxer as unknown as Sending;
    const send = sending.send.bind(muxer);
    sending.send = (data) => {
      try {
        return send(data);
      } catch (error) {
        if (error instanceof Error && error.name === "StreamStateError") return false;
        throw error;
      }
    };
    return muxer;
  };
  return factory;
}
