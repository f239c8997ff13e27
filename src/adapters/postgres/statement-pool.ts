import { Pool, type Client, type ClientConfig } from 'pg';
import { untilAborted } from '../../core/index.js';
import { DeadlineClient, destroySocket } from './deadline-client.js';

export interface StatementPoolOptions {
  readonly url: string;
  /** For connecting, and for one statement. */
  readonly timeoutMs: number;
  readonly maxConnections: number;
  /** Default true: asks once more where a connection broke, which a statement that writes would not survive. */
  readonly asksAgain?: boolean;
  /** As the server lists it. */
  readonly name?: string;
  /** A connection nobody was using broke. */
  readonly onIdleError?: (error: Error) => void;
}

/** By the names of its columns. */
// oxlint-disable-next-line typescript/no-explicit-any -- as pg has it, so that an interface will do
export type Row = Record<string, any>;

/** A server that restarts or a proxy that resets: the statement may be asked once more on a new connection. */
const brokenConnection = new Set(['ECONNRESET', 'EPIPE', '57P01', '57P02']);

const isBroken = (error: unknown): boolean => {
  const { code = '', message } = error as { code?: string; message?: string };
  return brokenConnection.has(code) || message === 'Connection terminated unexpectedly';
};

/** Plain statements on connections of their own, each within a deadline. */
export class StatementPool {
  private readonly pool: Pool;
  private readonly connection: ClientConfig;
  private readonly asksAgain: boolean;
  private readonly connecting = new Set<Client>();
  private isClosed = false;

  constructor(options: StatementPoolOptions) {
    this.asksAgain = options.asksAgain ?? true;
    this.connection = {
      connectionString: options.url,
      connectionTimeoutMillis: options.timeoutMs,
      query_timeout: options.timeoutMs,
      keepAlive: true,
      application_name: options.name ?? 'lastgood-read',
    };
    const { connecting } = this;
    class NewClient extends DeadlineClient {
      constructor(config?: string | ClientConfig) {
        super(config);
        connecting.add(this);
        this.once('end', () => connecting.delete(this));
      }
    }
    this.pool = new Pool({
      ...this.connection,
      Client: NewClient,
      max: options.maxConnections,
      allowExitOnIdle: true,
    });
    this.pool.on('connect', (client) => connecting.delete(client as Client));
    // Without a listener an idle client's error ends the process.
    this.pool.on('error', (error) => options.onIdleError?.(error));
  }

  /** Connections in use, and callers that wait for one. */
  get load(): { readonly inUse: number; readonly waiting: number } {
    const { totalCount, idleCount, waitingCount } = this.pool;
    return { inUse: totalCount - idleCount, waiting: waitingCount };
  }

  /** The rows of one statement. `signal` abandons it at once with its reason, and closes its connection behind that. */
  rows<R extends Row>(statement: string, parameters: unknown[], signal?: AbortSignal): Promise<R[]> {
    const asked = this.ask<R>(statement, parameters, signal);
    return signal === undefined ? asked : untilAborted(asked, signal);
  }

  /** What is connecting yet is abandoned: the network may keep it waiting until its deadline. */
  async close(): Promise<void> {
    this.isClosed = true;
    const ended = this.pool.end();
    for (const client of this.connecting) destroySocket(client);
    await ended;
  }

  private async ask<R extends Row>(
    statement: string,
    parameters: unknown[],
    signal?: AbortSignal,
  ): Promise<R[]> {
    try {
      return await this.attempt<R>(statement, parameters, signal);
    } catch (error) {
      if (!this.asksAgain || this.isClosed || !isBroken(error) || signal?.aborted) throw error;
      return this.attemptAnew<R>(statement, parameters, signal);
    }
  }

  /** On a connection of its own: what the pool holds may have broken in the same moment, and not be known to have. */
  private async attemptAnew<R extends Row>(
    statement: string,
    parameters: unknown[],
    signal?: AbortSignal,
  ): Promise<R[]> {
    const client = new DeadlineClient(this.connection);
    const abandon = () => destroySocket(client);
    signal?.addEventListener('abort', abandon, { once: true });
    try {
      await client.connect();
      const { rows } = await client.query<R>(statement, parameters);
      return rows;
    } finally {
      signal?.removeEventListener('abort', abandon);
      abandon();
    }
  }

  private async attempt<R extends Row>(
    statement: string,
    parameters: unknown[],
    signal?: AbortSignal,
  ): Promise<R[]> {
    signal?.throwIfAborted();
    const client = await this.pool.connect();
    if (signal?.aborted) {
      client.release();
      throw signal.reason;
    }
    const abandon = () => destroySocket(client);
    signal?.addEventListener('abort', abandon, { once: true });
    try {
      const { rows } = await client.query<R>(statement, parameters);
      client.release();
      return rows;
    } catch (error) {
      client.release(error as Error);
      throw error;
    } finally {
      signal?.removeEventListener('abort', abandon);
    }
  }
}
