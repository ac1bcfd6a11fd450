import type { Stream } from "@libp2p/interface";
import { P2pError } from "../errors.js";

/**
 * Resolves when the muxer has taken all that was handed to the stream: from then on what is written waits at the peer and
 * not here. (The stream's own `onDrain` waits once in its life: libp2p 3.3 keeps the promise of the first time, so that every
 * later call resolves at once.)
 * @throws P2pError P2P_PEER_GONE when the stream ends or the signal fires first
 */
export async function drained(stream: Stream, signal: AbortSignal): Promise<void> {
  while (stream.writableNeedsDrain || stream.writeBufferLength > 0) await nextSign(stream, signal);
}

/** The next sign that the muxer took something, or that it will not. */
function nextSign(stream: Stream, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const events = ["drain", "idle", "close"] as const;
    const ended = (): boolean => signal.aborted || stream.writeStatus === "closed";
    const done = (): void => {
      for (const event of events) stream.removeEventListener(event, done);
      signal.removeEventListener("abort", done);
      if (ended()) reject(new P2pError({ code: "P2P_PEER_GONE", message: "the peer ended the stream" }));
      else resolve();
    };
    for (const event of events) stream.addEventListener(event, done);
    signal.addEventListener("abort", done, { once: true });
    if (ended()) done();
  });
}
