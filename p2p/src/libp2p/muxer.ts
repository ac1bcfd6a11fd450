import type { MessageStream, StreamMuxerFactory } from "@libp2p/interface";
import { yamux } from "@libp2p/yamux";
import { P2pError } from "../errors.js";

/** The parts of a muxer through which frames leave and streams of the peer come; not in libp2p's interface. */
interface Inside {
  send(data: unknown): boolean;
  onRemoteStream(stream: unknown): void;
}

export interface MuxerModules {
  /** The peer opens one more stream on a connection. @throws P2pError when it may not: then the connection is closed */
  readonly take: (connection: MessageStream) => void;
}

/**
 * yamux that closes a connection whose peer opens streams without end: the limits on open streams do not see one that is taken
 * back at once. And whose frames go nowhere once the connection is closed. The library sends a new stream's first frame in a microtask of
 * its own; when the peer has gone in that moment, `send` throws where nobody can catch it, and the process ends. (Seen in three
 * validators at once when the fourth one's line was cut. The streams end with the connection anyway.)
 */
export function steadyYamux(options: Parameters<typeof yamux>[0], modules: MuxerModules): ReturnType<typeof yamux> {
  const make = yamux(options);
  return (...parts) => steady(make(...parts), modules);
}

function steady<T extends StreamMuxerFactory>(factory: T, { take }: MuxerModules): T {
  const create = factory.createStreamMuxer.bind(factory);
  factory.createStreamMuxer = (connection) => {
    const muxer = create(connection);
    const inside = muxer as unknown as Inside;
    const onRemoteStream = inside.onRemoteStream.bind(muxer);
    inside.onRemoteStream = (stream) => {
      try {
        take(connection);
      } catch (error) {
        if (!(error instanceof P2pError)) throw error;
        connection.abort(error);
        return;
      }
      onRemoteStream(stream);
    };
    const send = inside.send.bind(muxer);
    inside.send = (data) => {
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
