import ipaddr from 'ipaddr.js';

/** All that is routed to others; outside of it there are translations and addresses yet unheard of. */
const globalUnicast: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse('2000::'), 3];
/** Looks public, and answers with the secrets of the machine it is asked from (Azure). */
const metadata = '168.63.129.16';

/**
 * What is wrong with asking this address, in words; `null`: it is public, and of one machine. Forms that carry an IPv4
 * address inside (mapped, compatible, NAT64, 6to4, Teredo) are refused whatever that is: no source needs them.
 */
export function forbiddenAddress(address: string): string | null {
  if (!ipaddr.isValid(address)) return 'no IP address';
  const parsed = ipaddr.parse(address);
  const range = parsed.range();
  if (range !== 'unicast') return range;
  if (parsed.kind() === 'ipv4') return parsed.toString() === metadata ? 'metadata' : null;
  return parsed.match(globalUnicast) ? null : 'reserved';
}
