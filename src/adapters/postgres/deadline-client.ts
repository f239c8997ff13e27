import { Client, type ClientBase, type ClientConfig } from 'pg';

/** A session that was opened read-only stays so, whatever becomes of its database: only a new one can write. */
const readOnly = '25006';

/** After these no further question may be asked on the same connection. */
const endsTheConnection = (error: unknown): boolean =>
  error instanceof Error &&
  (error.message === 'Query read timeout' || (error as { code?: string }).code === readOnly);

/** The parts of pg's client that its types leave out. */
type WithConnection = { connection: { stream: { destroy(): void } } };

/** Ends a connection without a word to the other side, which may never answer. */
export function destroySocket(client: ClientBase): void {
  (client as unknown as WithConnection).connection.stream.destroy();
}

type AnyQuery = (...args: unknown[]) => unknown;

/** A transaction's first statement asks for nothing: whoever does not answer it soon does not answer at all. */
const opening = /^(START TRANSACTION|BEGIN)\b/i;
const openingTimeoutMs = 2_000;

const withDeadline = (statement: unknown): unknown =>
  typeof statement === 'string' && opening.test(statement)
    ? { text: statement, query_timeout: openingTimeoutMs }
    : statement;

/**
 * A pg client that closes what it abandons: after a query timeout its socket is destroyed, so that no pool hands
 * out a connection whose answers belong to an earlier question, or that a healed network left dead; and after a
 * refusal to write, so that none hands out a session that can never write again.
 */
export class DeadlineClient extends Client {
  constructor(config?: string | ClientConfig) {
    super(config);
    // A connection that breaks fails its queries; without a listener the same error would also end the process.
    this.on('error', () => undefined);
    const send = this.query.bind(this) as AnyQuery;
    const query: AnyQuery = (statement, ...rest) => {
      const args = [withDeadline(statement), ...rest];
      const callback = args.at(-1);
      if (typeof callback === 'function') {
        args[args.length - 1] = (error: unknown, ...results: unknown[]) => {
          if (endsTheConnection(error)) destroySocket(this);
          (callback as AnyQuery)(error, ...results);
        };
        return send(...args);
      }
      const result = send(...args);
      if (result instanceof Promise)
        result.catch((error: unknown) => endsTheConnection(error) && destroySocket(this));
      return result;
    };
    this.query = query as typeof this.query;
  }
}
