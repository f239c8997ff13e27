// Before a database: whoever connects in order to LISTEN is led through a fault proxy, everybody else past it.
import { connect, createServer } from 'node:net';
import { once } from 'node:events';

const host = '127.0.0.1';
const listener = 'lastgood-listen';

export class ListenRouter {
  #sockets = new Set();

  static async start(databaseUrl) {
    const { TcpFaultProxy } = await import('../../dist/src/testing/tcp-fault-proxy.js');
    const router = new ListenRouter();
    const target = Number(new URL(databaseUrl).port);
    router.proxy = await TcpFaultProxy.start({ targetPort: target });
    router.server = createServer({ noDelay: true }, (client) => router.#accept(client, target));
    router.server.listen(0, host);
    await once(router.server, 'listening');
    const url = new URL(databaseUrl);
    url.port = String(router.server.address().port);
    router.url = url.href;
    return router;
  }

  /** From now on no notification arrives: what listens is not told, and whoever connects anew waits for ever. */
  blackHole() {
    return this.proxy.mode('black-hole');
  }

  /** A client's first message names the application. */
  #accept(client, target) {
    this.#keep(client);
    client.once('data', (startup) => {
      const port = startup.includes(listener) ? this.proxy.port : target;
      const server = connect({ host, port, noDelay: true });
      this.#keep(server);
      server.write(startup);
      client.pipe(server).pipe(client);
      client.on('close', () => server.destroy());
      server.on('close', () => client.destroy());
    });
  }

  #keep(socket) {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.#sockets.delete(socket));
  }

  async close() {
    this.server.close();
    for (const socket of this.#sockets) socket.destroy();
    await this.proxy.close();
  }
}
