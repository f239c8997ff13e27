import { once } from 'node:events';
import { createServer } from 'node:http';

/** Answers each key after `ms`, and remembers who asked for it and when. */
export class SlowOrigin {
  /** By key: `{ by, at }` for each call. */
  calls = new Map();
  /** Told of each call; where it returns true, that call is never answered. */
  onCall = () => false;

  constructor(ms) {
    this.server = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url, 'http://origin');
      const key = pathname.slice(1);
      const call = { by: Number(searchParams.get('by')), at: performance.now() };
      this.calls.set(key, [...this.callsOf(key), call]);
      if (this.onCall(call)) return;
      setTimeout(() => response.end(JSON.stringify({ key })), ms);
    });
  }

  async start() {
    await once(this.server.listen(0, '127.0.0.1'), 'listening');
    this.url = `http://127.0.0.1:${this.server.address().port}`;
    return this;
  }

  callsOf(key) {
    return this.calls.get(key) ?? [];
  }

  stop() {
    this.server.closeAllConnections();
    this.server.close();
  }
}
