import net, { type AddressInfo } from 'node:net';
import { once } from 'node:events';

/** Postgres's message by which a client ends its session. */
const terminate = Buffer.from([0x58, 0, 0, 0, 4]);

/** A way to a database on which sessions outlive their clients, as they do behind a pooler. */
export async function keepSessions(url: string) {
  const to = new URL(url);
  const sessions = new Set<net.Socket>();
  const server = net.createServer((client) => {
    const session = net.connect({ host: to.hostname, port: Number(to.port) });
    sessions.add(session);
    session.on('close', () => sessions.delete(session)).on('error', () => client.destroy());
    session.on('data', (data) => client.writable && client.write(data));
    client.on('data', (data) => data.equals(terminate) || session.write(data)).on('error', () => undefined);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const own = new URL(url);
  own.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: own.href,
    /** How many are open. */
    sessions: () => sessions.size,
    close: async () => {
      for (const session of sessions) session.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
