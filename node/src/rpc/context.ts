/** Where a connection that can push takes its notifications from; HTTP has none. */
export interface PushChannel {
  /**
   * Sends one notification of a subscription, never before the answer that told the client the subscription's id.
   * False when the reader was too slow and the connection has been dropped.
   */
  send(subscription: string, text: string): boolean;
  /** Told of each new subscription, so that its notifications can wait for the answer that names it. */
  opened(subscription: string): void;
  /** Ids of the subscriptions that this connection holds, with the function that ends each. */
  readonly subscriptions: Map<string, () => void>;
}

export interface RpcContext {
  readonly transport: "http" | "ws" | "unix";
  /** Who is asking, for rates and caps on filters: an address, or the name of the socket. */
  readonly client: string;
  /** Admin methods can be called: on the unix socket only. */
  readonly admin: boolean;
  readonly push?: PushChannel;
}

/** The frame of a subscription's message (geth's pub/sub); the result is text already, written once for all. */
export function notificationOfText(subscription: string, resultText: string): string {
  return `{"jsonrpc":"2.0","method":"eth_subscription","params":{"subscription":"${subscription}","result":${resultText}}}`;
}
