import type { Role } from '../../src/platform/security/index.js';

/** Whatever a route answers: what matters of it is compared. */
export interface Json {
  readonly [name: string]: Json;
}

export interface Answer<B = Json> {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed where it is JSON. */
  readonly body: B;
  readonly text: string;
}

export interface Ask {
  readonly method?: string;
  /** Whose key goes with the request; `null` for none. Default: client. */
  readonly as?: Role | null;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; a text goes as it is. */
  readonly body?: unknown;
}

/** Asks the routes of one process, over real HTTP. */
export class HttpClient {
  url = '';

  constructor(readonly keys: Record<Role, string>) {}

  async ask<B = Json>(
    path: string,
    { method = 'GET', as = 'client', headers, body }: Ask = {},
  ): Promise<Answer<B>> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        ...(as !== null && { authorization: `Bearer ${this.keys[as]}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = text !== '' && /\bjson\b/.test(response.headers.get('content-type') ?? '');
    const parsed: B = isJson ? JSON.parse(text) : undefined;
    return { status: response.status, headers: response.headers, body: parsed, text };
  }

  /** A row as editors see it, and the ETag to change it with. */
  async row(path: string): Promise<{ settings: Json; etag: string }> {
    const { body, headers } = await this.ask<{ settings: Json }>(path, { as: 'viewer' });
    return { settings: body.settings, etag: headers.get('etag') ?? 'none' };
  }

  /** Publishes settings; `ifMatch` is a row's ETag, or `null` to make a new row. */
  put<B = Json>(path: string, settings: unknown, ifMatch: string | null, ask: Ask = {}): Promise<Answer<B>> {
    return this.ask<B>(path, {
      method: 'PUT',
      as: 'admin',
      body: { settings, reason: 'a test' },
      ...ask,
      headers: { ...(ifMatch === null ? { 'if-none-match': '*' } : { 'if-match': ifMatch }), ...ask.headers },
    });
  }

  /** Changes some of a row's settings, as an admin does: reads, then publishes. */
  async edit<B = Json>(path: string, change: object): Promise<Answer<B>> {
    const { settings, etag } = await this.row(path);
    return this.put<B>(path, { ...settings, ...change }, etag);
  }
}
