import { BlockList, isIP } from 'node:net';

/** What the registries of IANA keep from the public, beside what `globalUnicast` leaves out. */
const special: Readonly<Record<string, readonly string[]>> = {
  unspecified: ['0.0.0.0/8', '::/128'],
  loopback: ['127.0.0.0/8', '::1/128'],
  private: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'],
  linkLocal: ['169.254.0.0/16', 'fe80::/10'],
  uniqueLocal: ['fc00::/7'],
  carrierGradeNat: ['100.64.0.0/10'],
  multicast: ['224.0.0.0/4', 'ff00::/8'],
  broadcast: ['255.255.255.255/32'],
  // Looks public, and answers with the secrets of the machine it is asked from (Azure).
  metadata: ['168.63.129.16/32'],
  // Forms that carry an IPv4 address inside: no source needs them, whatever that is.
  ipv4Mapped: ['::ffff:0:0/96'],
  nat64: ['64:ff9b::/96', '64:ff9b:1::/48'],
  '6to4': ['2002::/16', '192.88.99.0/24'],
  teredo: ['2001::/32'],
  // Protocols, documentation, benchmarks, anycast relays (RFC 6890, 5737, 2544, 7450, 7534, 3849, 9637, 1112).
  reserved: [
    '192.0.0.0/24',
    '192.0.2.0/24',
    '192.31.196.0/24',
    '192.52.193.0/24',
    '192.175.48.0/24',
    '198.18.0.0/15',
    '198.51.100.0/24',
    '203.0.113.0/24',
    '240.0.0.0/4',
    '2001::/23',
    '2001:db8::/32',
    '2620:4f:8000::/48',
    '3fff::/20',
  ],
};

type Family = 'ipv4' | 'ipv6';

function listOf(subnets: readonly string[], only: Family): BlockList {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [net, bits] = subnet.split('/') as [string, string];
    if (familyOf(net) === only) list.addSubnet(net, Number(bits), only);
  }
  return list;
}

const familyOf = (address: string): Family => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** A list of its own for each family: Node's takes an IPv4 address that is mapped into IPv6 for the other as well. */
const named = Object.entries(special).map(
  ([why, subnets]) => [why, { ipv4: listOf(subnets, 'ipv4'), ipv6: listOf(subnets, 'ipv6') }] as const,
);
/** All of IPv6 that is routed to others; outside of it there are translations and addresses yet unheard of. */
const globalUnicast = listOf(['2000::/3'], 'ipv6');

/** What is wrong with asking this address, in words; `null`: it is public, and of one machine. */
export function forbiddenAddress(address: string): string | null {
  if (isIP(address) === 0) return 'no IP address';
  const family = familyOf(address);
  const found = named.find(([, lists]) => lists[family].check(address, family));
  if (found !== undefined) return found[0];
  return family === 'ipv4' || globalUnicast.check(address, family) ? null : 'reserved';
}
