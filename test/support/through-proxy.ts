import { TcpFaultProxy } from '../../src/testing/tcp-fault-proxy.js';

/** A fault proxy before a database, and the URL that leads through it. */
export async function throughProxy(url: string): Promise<{ proxy: TcpFaultProxy; proxied: string }> {
  const { hostname, port } = new URL(url);
  const proxy = await TcpFaultProxy.start({ targetHost: hostname, targetPort: Number(port) });
  const proxied = new URL(url);
  proxied.hostname = '127.0.0.1';
  proxied.port = String(proxy.port);
  return { proxy, proxied: proxied.href };
}
