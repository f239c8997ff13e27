import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface AskedPrompt {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Record<string, unknown>;
}

type Reply = (response: ServerResponse, asked: AskedPrompt) => void;

/** The prompt service as its clients see it, on a real port, saying whatever a test has it say. */
export class ScriptedPromptService {
  readonly asked: AskedPrompt[] = [];
  /** Requests that were closed before they were answered. */
  abandoned = 0;
  /** How many were under way at once, at most. */
  mostAtOnce = 0;
  reply: Reply = (response) => this.answer(response, this.data());
  private underWay = 0;
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => {
      this.mostAtOnce = Math.max(this.mostAtOnce, ++this.underWay);
      let text = '';
      request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      request.on('end', () => {
        const asked = {
          path: request.url!,
          headers: request.headers,
          body: JSON.parse(text) as AskedPrompt['body'],
        };
        this.asked.push(asked);
        this.reply(response, asked);
      });
      response.on('close', () => {
        this.underWay--;
        if (!response.writableFinished) this.abandoned++;
      });
    });
  }

  static async start(): Promise<ScriptedPromptService> {
    const self = new ScriptedPromptService();
    self.server.listen(0, '127.0.0.1');
    await once(self.server, 'listening');
    return self;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  /** An answer of prompt data; what is not named is as usual. */
  data(changes: Record<string, unknown> = {}): Record<string, unknown> {
    return {
      node_name: 'a_node',
      language: 'any',
      label: 'production',
      template_version: 1,
      template: '{{ style }}: {{ input_content }}',
      system: null,
      user_placeholders: { style: 'brief' },
      required_dynamic_placeholders: ['input_content'],
      cache_ttl: 60,
      allow_stale: false,
      mode: 'local',
      meta: { source: 'memory', reason: 'fresh', is_stale: false, age_ms: 0 },
      ...changes,
    };
  }

  answer(response: ServerResponse, body: unknown, headers: Record<string, string> = { etag: 'W/"1"' }): void {
    response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  }

  notModified(response: ServerResponse, reason = 'fresh', ageSeconds = 0): void {
    const status = `lastgood; hit; ttl=60; detail=${reason}`;
    response.writeHead(304, { 'cache-status': status, age: `${ageSeconds}` }).end();
  }

  problem(
    response: ServerResponse,
    status: number,
    code: string,
    { detail = '', faults, ...headers }: { detail?: string; faults?: unknown[]; 'retry-after'?: string } = {},
  ): void {
    const problem = {
      type: 'about:blank',
      title: 'x',
      status,
      detail,
      code,
      requestId: 'r',
      ...(faults && { faults }),
    };
    response
      .writeHead(status, { 'content-type': 'application/problem+json', ...headers })
      .end(JSON.stringify(problem));
  }
}
