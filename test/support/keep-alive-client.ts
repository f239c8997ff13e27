import { once } from 'node:events';
import { Agent, request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';

export interface KeptAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

/** One connection that is used again and again, and repeats nothing that failed: a reset is seen. */
export class KeepAliveClient {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });

  constructor(
    private readonly url: string,
    private readonly headers: Readonly<Record<string, string>> = {},
  ) {}

  /** @throws whatever becomes of the connection */
  async ask(path: string): Promise<KeptAnswer> {
    const asking = request(`${this.url}${path}`, { agent: this.agent, headers: this.headers });
    const [answer] = (await once(asking.end(), 'response')) as [IncomingMessage];
    for await (const _ of answer.setEncoding('utf8'));
    return { status: answer.statusCode!, headers: answer.headers };
  }

  close(): void {
    this.agent.destroy();
  }
}
