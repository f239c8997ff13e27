import { clientIp } from './client-ip.js';
import { networkOf } from './network-of.js';
import { normaliseIp } from './normalise-ip.js';

describe('an address (OP-2)', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['192.0.2.1:8080', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:c000:0201', '192.0.2.1'],
    ['[::ffff:192.0.2.1]:80', '192.0.2.1'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['[2001:db8::1]:8080', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::1', '::1'],
  ])('%s is %s', (text, ip) => {
    expect(normaliseIp(text)).toBe(ip);
  });

  it.each([
    '',
    'unknown',
    '_hidden',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.4:',
    '01.2.3.4',
    '::1::',
    '[::1',
    'a'.repeat(9_000),
  ])('%.20s is none', (text) => {
    expect(normaliseIp(text)).toBeNull();
  });

  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::6', '2001:db8:1:2::/64'],
    ['2001:db8::6', '2001:db8:0:0::/64'],
    ['2001:db8::', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
  ])('%s is counted as %s', (ip, network) => {
    expect(networkOf(ip)).toBe(network);
  });

  it("that is none gives way to the connection's, and where that is gone nobody is taken for anybody", () => {
    const of = (ip: string, remoteAddress?: string) => clientIp({ ip, socket: { remoteAddress } as never });
    expect(of('192.0.2.1', '10.0.0.1')).toBe('192.0.2.1');
    expect(of('<script>', '::ffff:10.0.0.1')).toBe('10.0.0.1');
    expect(of('')).toBe('unknown');
  });
});
