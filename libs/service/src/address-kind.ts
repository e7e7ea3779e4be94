import ipaddr from 'ipaddr.js';

/**
 * `public`: a host of the internet · `private`: this machine or its own network · `forbidden`: what nothing of ours has
 * to speak to, however much its name is trusted: metadata services of clouds, link-local, multicast, reserved, and IPv4
 * in the disguise of IPv6.
 */
export type AddressKind = 'public' | 'private' | 'forbidden';

/**
 * What is not known to be public is not: ranges are allowed by name, never refused by name. Of IPv6, 2000::/3 alone is
 * public, which leaves out IPv4-mapped ::ffff:0:0/96, compatible ::/96 and NAT64 64:ff9b::/96; 6to4 and Teredo, which
 * carry an IPv4 address inside, lie within it and are known by name.
 * Source: IANA IPv4 and IPv6 Special-Purpose Address Registries.
 *
 * @param address IPv4 as four decimal numbers, or IPv6
 */
export function addressKind(address: string): AddressKind {
  if (ipaddr.IPv4.isValidFourPartDecimal(address)) {
    const range = ipaddr.IPv4.parse(address).range();
    if (range === 'unicast') return 'public';
    return range === 'loopback' || range === 'private' ? 'private' : 'forbidden';
  }
  // With a zone it names an interface of this machine.
  if (!ipaddr.IPv6.isValid(address) || address.includes('%')) return 'forbidden';
  const parsed = ipaddr.IPv6.parse(address);
  const isIn = (range: [ipaddr.IPv6, number]) => parsed.match(range);
  const range = parsed.range();
  if (range === 'loopback' || range === 'uniqueLocal') return isIn(awsMetadata) ? 'forbidden' : 'private';
  return range === 'unicast' && isIn(globalUnicast) && !documentation.some(isIn) ? 'public' : 'forbidden';
}

const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');
const documentation = [ipaddr.IPv6.parseCIDR('2001:db8::/32'), ipaddr.IPv6.parseCIDR('3fff::/20')];
/** fd00:ec2::254 answers with a machine's credentials, ::253 with names, ::123 with the time. */
const awsMetadata = ipaddr.IPv6.parseCIDR('fd00:ec2::/32');
