import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';

/**
 * Below the ports that systems hand out for outgoing connections: there, a client that keeps dialling a stopped
 * database can be given the database's own port, and then holds it.
 */
const LOWEST = 20_000;
const HIGHEST = 32_767;
const ATTEMPTS = 50;

export async function choosePort(attempts = ATTEMPTS): Promise<number> {
  const port = attempts > 0 ? randomInt(LOWEST, HIGHEST) : 0;
  const server = net.createServer();
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening');
    return (server.address() as net.AddressInfo).port;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || attempts === 0) throw error;
  } finally {
    server.close();
  }
  return choosePort(attempts - 1);
}
