import { fastify } from 'fastify';
import { trustedProxies } from '../src/platform/http/trusted-proxies.js';
import { clientIp } from '../src/platform/client/index.js';

/** Who a request comes from, as a server that trusts these proxies sees it. */
async function seen(
  trust: number | readonly string[],
  forwarded: string | string[] | null,
  remoteAddress = '10.0.0.1',
): Promise<string> {
  const server = fastify({ trustProxy: trustedProxies(trust) });
  server.get('/', (request) => clientIp(request));
  const headers = forwarded === null ? {} : { 'x-forwarded-for': forwarded };
  const { body } = await server.inject({ url: '/', remoteAddress, headers });
  return body;
}

const forged = '198.51.100.66';
const client = '203.0.113.7';

describe('the address of a client (OP-2)', () => {
  it.each([null, forged, `${forged}, ${client}`, '[::1]:80', 'garbage', ''])(
    'is that of the connection where no proxy stands before the server, whatever is forwarded: %s',
    async (forwarded) => {
      expect(await seen(0, forwarded)).toBe('10.0.0.1');
      expect(await seen(0, forwarded, '::ffff:10.0.0.2')).toBe('10.0.0.2');
    },
  );

  it.each([
    [client, client],
    [`${forged}, ${client}`, client],
    [`${forged},${forged},${forged}, ${client}`, client],
    [`garbage, ${client}:4711`, client],
    [`${forged}, [2001:db8::7]:443`, '2001:db8::7'],
    [`${forged}, 2001:DB8:0::7`, '2001:db8::7'],
    [`${forged}, ::ffff:${client}`, client],
    [`${client}, garbage`, '10.0.0.1'],
    ['unknown', '10.0.0.1'],
  ])('is the last one forwarded behind one proxy: of "%s" it is %s', async (forwarded, ip) => {
    expect(await seen(1, forwarded)).toBe(ip);
  });

  it('is that of the connection where the one proxy forwarded nothing', async () => {
    expect(await seen(1, null)).toBe('10.0.0.1');
  });

  it('is the last but one behind two proxies, and all headers of the name are one list', async () => {
    expect(await seen(2, `${forged}, ${client}, 10.0.0.2`)).toBe(client);
    expect(await seen(2, [forged, client, '10.0.0.2'])).toBe(client);
  });

  it('is the first from the right that is no proxy of ours, where their addresses are given', async () => {
    const ours = ['10.0.0.0/8', '2001:db8:ffff::/48', '192.0.2.1'];
    expect(await seen(ours, `${forged}, ${client}, 10.9.9.9`)).toBe(client);
    expect(await seen(ours, `${forged}, ${client}, 192.0.2.1, 10.9.9.9:80`)).toBe(client);
    expect(await seen(ours, `${forged}, ${client}`, '2001:db8:ffff::1')).toBe(client);
    expect(await seen(ours, `${forged}, ${client}`, '::ffff:10.0.0.1')).toBe(client);
    expect(await seen(ours, `${client}, garbage`)).toBe('10.0.0.1');
  });

  it('is that of whoever came past the proxies, where their addresses are given', async () => {
    expect(await seen(['10.0.0.0/8'], client, '192.0.2.9')).toBe('192.0.2.9');
    expect(await seen(['10.0.0.0/8'], client, '2001:db8::9')).toBe('2001:db8::9');
  });
});
