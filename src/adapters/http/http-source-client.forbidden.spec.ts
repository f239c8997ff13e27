import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { SourceRig } from '../../../test/support/source-rig.js';
import { HttpSourceClient } from './http-source-client.js';

/** What names lead to here. */
const names: Readonly<Record<string, readonly string[]>> = {
  localhost: ['127.0.0.1', '::1'],
  'localhost.': ['127.0.0.1'],
  'localhost.localdomain': ['127.0.0.1'],
  'inside.example': ['10.1.2.3'],
  'loop.example': ['127.0.0.1'],
  'six.example': ['::1'],
  'mapped.example': ['::ffff:127.0.0.1'],
  'mixed.example': ['93.184.216.34', '127.0.0.1'],
  'metadata.example': ['169.254.169.254'],
  'metadata.google.internal': ['169.254.169.254'],
  'shared.example': ['100.64.0.1'],
  '127.0.0.1.nip.example': ['127.0.0.1'],
};

/** `PORT` is one at which this machine listens; `OPEN` is allowed, and another one. */
const forbidden: readonly (readonly [string, string])[] = [
  ['https://127.0.0.1:PORT/', 'address'],
  ['https://127.1:PORT/', 'address'],
  ['https://2130706433:PORT/', 'address'],
  ['https://0x7f000001:PORT/', 'address'],
  ['https://0x7f.0.0.1:PORT/', 'address'],
  ['https://0177.0.0.01:PORT/', 'address'],
  ['https://017700000001:PORT/', 'address'],
  ['https://%31%32%37.0.0.1:PORT/', 'address'],
  ['https://１２７.0.0.1:PORT/', 'address'],
  ['https://127.0.0.1.:PORT/', 'address'],
  ['https://0.0.0.0:PORT/', 'address'],
  ['https://0:PORT/', 'address'],
  ['https://127.127.127.127:PORT/', 'address'],
  ['https://10.0.0.1:PORT/', 'address'],
  ['https://172.31.255.255:PORT/', 'address'],
  ['https://192.168.0.1:PORT/', 'address'],
  ['https://100.64.0.1:PORT/', 'address'],
  ['https://169.254.169.254/latest/meta-data/', 'address'],
  ['https://168.63.129.16/metadata', 'address'],
  ['https://255.255.255.255:PORT/', 'address'],
  ['https://224.0.0.1:PORT/', 'address'],
  ['https://[::1]:PORT/', 'address'],
  ['https://[::]:PORT/', 'address'],
  ['https://[0:0:0:0:0:0:0:1]:PORT/', 'address'],
  ['https://[::ffff:127.0.0.1]:PORT/', 'address'],
  ['https://[::ffff:7f00:1]:PORT/', 'address'],
  ['https://[::127.0.0.1]:PORT/', 'address'],
  ['https://[::ffff:0:127.0.0.1]:PORT/', 'address'],
  ['https://[64:ff9b::127.0.0.1]:PORT/', 'address'],
  ['https://[2002:7f00:1::]:PORT/', 'address'],
  ['https://[2001:0:4136:e378:8000:63bf:80ff:fffe]:PORT/', 'address'],
  ['https://[fe80::1]:PORT/', 'address'],
  ['https://[fd00:ec2::254]:PORT/', 'address'],
  ['https://[fc00::1]:PORT/', 'address'],
  ['https://[ff02::1]:PORT/', 'address'],
  ['https://localhost:PORT/', 'address'],
  ['https://LOCALHOST:PORT/', 'address'],
  ['https://localhost.:PORT/', 'address'],
  ['https://localhost.localdomain:PORT/', 'address'],
  ['https://inside.example:PORT/', 'address'],
  ['https://loop.example:PORT/', 'address'],
  ['https://six.example:PORT/', 'address'],
  ['https://mapped.example:PORT/', 'address'],
  ['https://mixed.example:PORT/', 'address'],
  ['https://metadata.example/', 'address'],
  ['https://metadata.google.internal/', 'address'],
  ['https://shared.example:PORT/', 'address'],
  ['https://127.0.0.1.nip.example:PORT/', 'address'],
  ['https://user:password@loop.example:PORT/', 'address'],
  ['https://news.example@127.0.0.1:PORT/', 'address'],
  ['https://[fe80::1%25lo]:PORT/', 'address'],
  ['no URL', 'address'],
  ['http://127.0.0.1:PORT/', 'protocol'],
  ['http://news.example/', 'protocol'],
  ['http://[::1]:PORT/', 'protocol'],
  ['ftp://127.0.0.1:PORT/', 'protocol'],
  ['file:///etc/passwd', 'protocol'],
  ['data:text/plain,a', 'protocol'],
  ['ws://127.0.0.1:PORT/', 'protocol'],
  // Of what is allowed, the spelling, the host and the port count.
  ['http://2130706433:OPEN/', 'address'],
  ['http://127.1:OPEN/', 'address'],
  ['http://user@127.0.0.1:OPEN/', 'address'],
  ['http://localhost:OPEN/', 'protocol'],
  ['https://localhost:OPEN/', 'address'],
  ['http://[::ffff:127.0.0.1]:OPEN/', 'protocol'],
];

/** Where what is allowed leads to. */
const redirects: readonly (readonly [string, string])[] = [
  ['https://127.0.0.1:PORT/', 'address'],
  ['https://[::1]:PORT/', 'address'],
  ['https://mixed.example:PORT/', 'address'],
  ['https://2130706433:PORT/', 'address'],
  ['//user:password@127.0.0.1:OPEN/', 'address'],
  ['http://127.0.0.1:PORT/', 'protocol'],
  ['//127.0.0.1:PORT/', 'protocol'],
  ['http://news.example/', 'protocol'],
  ['file:///etc/passwd', 'protocol'],
  ['javascript:alert(1)', 'protocol'],
];

describe('an address that a source may not have (SI-5)', () => {
  let rig: SourceRig;
  let listeners: Server[];
  let port: number;
  let reached = 0;

  beforeAll(async () => {
    rig = await SourceRig.start(async (name) => names[name] ?? []);
    const four = await listen('127.0.0.1', 0);
    ({ port } = four.address() as AddressInfo);
    listeners = [four, await listen('::1', port)];
  });
  afterAll(async () => {
    await rig.close();
    for (const listener of listeners) listener.close();
  });
  afterEach(() => {
    expect(reached).toBe(0);
  });

  async function listen(host: string, at: number): Promise<Server> {
    const server = createServer((socket) => {
      reached++;
      socket.destroy();
    });
    await once(server.listen(at, host), 'listening');
    return server;
  }

  const fill = (url: string) =>
    url.replace('PORT', String(port)).replace('OPEN', rig.upstream.host.split(':')[1] ?? '');

  it('is one of forty and more (SI-5)', () => {
    expect(forbidden.length + redirects.length).toBeGreaterThanOrEqual(40);
  });

  it.each(forbidden)('is that of %p, whose fault is %p (SI-5)', async (url, fault) => {
    const from = rig.upstream.requests.length;
    expect((await rig.refusal(fill(url))).fault).toBe(fault);
    expect(rig.upstream.requests).toHaveLength(from);
  });

  it.each(redirects)('is where a redirect leads, to %p, whose fault is %p (SI-5)', async (to, fault) => {
    rig.upstream.behave({ kind: 'redirect', to: fill(to) }, { times: 1 });
    expect((await rig.refusal(rig.at('/'))).fault).toBe(fault);
  });

  it('is one behind three redirects, and a fourth is not followed (SI-5)', async () => {
    rig.upstream.setDocument('/end', 'here', 'text/plain');
    const hop = (nth: number) => rig.upstream.behave({ kind: 'redirect', to: `/${nth}` }, { times: 1 });
    for (const nth of [1, 2]) hop(nth);
    rig.upstream.behave({ kind: 'redirect', to: '/end' }, { times: 1 });
    expect((await rig.body(rig.at('/0'))).text).toBe('here');
    for (const nth of [1, 2]) hop(nth);
    rig.upstream.behave({ kind: 'redirect', to: fill('https://127.0.0.1:PORT/') }, { times: 1 });
    expect((await rig.refusal(rig.at('/0'))).fault).toBe('address');
    for (const nth of [1, 2, 3, 4]) hop(nth);
    expect((await rig.refusal(rig.at('/0'))).fault).toBe('redirect');
  });

  it('is a circle, which ends (SI-5)', async () => {
    const from = rig.upstream.requests.length;
    rig.upstream.behave({ kind: 'redirect', to: '/circle' }, { path: '/circle' });
    expect((await rig.refusal(rig.at('/circle'))).fault).toBe('redirect');
    expect(rig.upstream.requests.length - from).toBe(4);
  });

  it('is that of this machine by the names that the operating system has (SI-5)', async () => {
    const client = new HttpSourceClient({ clock: rig.clock });
    const { signal } = new AbortController();
    const asked = client.ask({ url: fill('https://localhost:PORT/'), accept: '*/*', held: null, signal });
    await expect(asked).rejects.toMatchObject({ fault: 'address' });
    await client.close();
  });

  it('gets no header that was meant for another one (SI-5)', async () => {
    const other = await SourceRig.start();
    other.upstream.setDocument('/a', 'here', 'text/plain');
    const allowed = [rig.upstream.host, other.upstream.host];
    const both = new HttpSourceClient({ clock: rig.clock, allowed });
    rig.upstream.behave({ kind: 'redirect', to: '/same' }, { path: '/key', times: 1 });
    rig.upstream.behave({ kind: 'redirect', to: other.at('/a') }, { path: '/same', times: 1 });
    const from = rig.upstream.requests.length;
    const headers = { 'x-key': 'secret', authorization: 'Bearer secret' };
    const { signal } = new AbortController();
    await both.ask({ url: rig.at('/key'), accept: '*/*', headers, held: null, signal });
    expect(rig.upstream.requests.slice(from).map((request) => request.headers['x-key'])).toEqual([
      'secret',
      'secret',
    ]);
    expect(JSON.stringify(other.upstream.requests[0]?.headers)).not.toContain('secret');
    await both.close();
    await other.close();
  });
});
