import { Client, type ClientBase, type ClientConfig } from 'pg';

const timedOut = (error: unknown): boolean =>
  error instanceof Error && error.message === 'Query read timeout';

/** The parts of pg's client that its types leave out. */
type WithConnection = { connection: { stream: { destroy(): void } } };

/** Ends a connection without a word to the other side, which may never answer. */
export function destroySocket(client: ClientBase): void {
  (client as unknown as WithConnection).connection.stream.destroy();
}

type AnyQuery = (...args: unknown[]) => unknown;

/**
 * A pg client that closes what it abandons: after a query timeout its socket is destroyed, so that no pool hands
 * out a connection whose answers belong to an earlier question, or that a healed network left dead.
 */
export class DeadlineClient extends Client {
  constructor(config?: string | ClientConfig) {
    super(config);
    // A connection that breaks fails its queries; without a listener the same error would also end the process.
    this.on('error', () => undefined);
    const send = this.query.bind(this) as AnyQuery;
    const query: AnyQuery = (...args) => {
      const callback = args.at(-1);
      if (typeof callback === 'function') {
        args[args.length - 1] = (error: unknown, ...rest: unknown[]) => {
          if (timedOut(error)) destroySocket(this);
          (callback as AnyQuery)(error, ...rest);
        };
        return send(...args);
      }
      const result = send(...args);
      if (result instanceof Promise) result.catch((error: unknown) => timedOut(error) && destroySocket(this));
      return result;
    };
    this.query = query as typeof this.query;
  }
}
