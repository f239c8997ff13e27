import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Captured {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** A local HTTP server that keeps what it is sent, and answers with the next of the given statuses, 200 at last. */
export class CaptureServer {
  readonly captured: Captured[] = [];
  private readonly server: Server;

  private constructor(private readonly statuses: number[]) {
    this.server = createServer((request, response) => {
      let text = '';
      request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      request.on('end', () => {
        this.captured.push({ path: request.url!, headers: request.headers, text });
        response.writeHead(this.statuses.shift() ?? 200, { 'content-type': 'application/json' }).end('{}');
      });
    });
  }

  static async start(statuses: readonly number[] = []): Promise<CaptureServer> {
    const self = new CaptureServer([...statuses]);
    self.server.listen(0, '127.0.0.1');
    await once(self.server, 'listening');
    return self;
  }

  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}
