import { BlockList, isIPv6 } from 'node:net';
import { normaliseIp } from '../client/index.js';

/** Whether the address that is `hop` hops before us (0: the connection's own) is that of a proxy of ours. */
export type Trusts = (address: string, hop: number) => boolean;

const familyOf = (address: string) => (isIPv6(address) ? 'ipv6' : 'ipv4');

/**
 * Fastify takes a number of hops for "trust nobody", since it cannot tell a proxy from somebody who came past it: whoever
 * sets one sees to it that the port is reached through that many proxies alone.
 * @param trust how many proxies there are before us, or their addresses and CIDR ranges
 */
export function trustedProxies(trust: number | readonly string[]): Trusts {
  if (typeof trust === 'number') return (_address, hop) => hop < trust;
  const ranges = new BlockList();
  for (const range of trust) {
    const [address = '', bits] = range.split('/');
    const family = familyOf(address);
    ranges.addSubnet(address, bits === undefined ? (family === 'ipv6' ? 128 : 32) : Number(bits), family);
  }
  return (text) => {
    const address = normaliseIp(text);
    return address !== null && ranges.check(address, familyOf(address));
  };
}
