import { Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import { addressKind } from './address-kind.ts';

/** An address that has been checked: connect to these addresses, and to nothing that the name means later. */
export interface OutboundTarget {
  readonly url: URL;
  readonly addresses: readonly HostAddress[];
}

export interface HostAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** Decides which addresses that a user gave may be spoken to from inside this network. */
export interface OutboundGuard {
  /** @throws TargetRefused */
  check(url: string): Promise<OutboundTarget>;
}

export interface OutboundGuardOptions {
  /**
   * Origins that the operator vouches for, `http://127.0.0.1:9000` or with any port `http://127.0.0.1:*`: they may be
   * plain HTTP, on any port they name, and in a private network.
   */
  readonly trustedOrigins?: readonly string[];
  /** All addresses of a name; none when it has none. By DNS when left out. */
  readonly resolve?: (hostname: string) => Promise<readonly HostAddress[]>;
}

export type TargetRefusal =
  'not-an-address' | 'not-https' | 'has-credentials' | 'port-not-allowed' | 'no-public-address';

const sentences: Record<TargetRefusal, string> = {
  'not-an-address': 'is no address like https://example.org/hooks',
  'not-https': 'does not begin with https://',
  'has-credentials': 'holds a user name or password; put a secret into its path instead',
  'port-not-allowed': 'names a port other than 443 and 8443',
  // One sentence for a name that nobody knows and one that is internal: it must not tell which names are.
  'no-public-address': 'leads to no host of the public internet',
};

/** The address must not be spoken to. The message never quotes it. */
export class TargetRefused extends Error {
  readonly code = 'target-refused';
  readonly reason: TargetRefusal;

  constructor(reason: TargetRefusal) {
    super(`the address ${sentences[reason]}`);
    this.name = 'TargetRefused';
    this.reason = reason;
  }
}

const PUBLIC_PORTS = ['443', '8443'];
const MAX_URL_LENGTH = 2_048;

/**
 * Allows https to hosts of the public internet on ports 443 and 8443. The name is resolved here, every address it has
 * must be allowed, and the caller connects to those very addresses: a name that means something else a moment later
 * (DNS rebinding) changes nothing.
 */
export function createOutboundGuard(options: OutboundGuardOptions = {}): OutboundGuard {
  const { trustedOrigins = [], resolve = resolveByDns } = options;
  return {
    async check(text) {
      const url = parse(text);
      const isTrusted = trustedOrigins.some((origin) => isWithin(url, origin));
      if (url.username !== '' || url.password !== '') throw new TargetRefused('has-credentials');
      if (!isTrusted) {
        if (url.protocol !== 'https:') throw new TargetRefused('not-https');
        if (!PUBLIC_PORTS.includes(portOf(url))) throw new TargetRefused('port-not-allowed');
      }
      const host = url.hostname.replace(/^\[|\]$/g, '');
      const family = isIP(host);
      const addresses = family ? [{ address: host, family: family as 4 | 6 }] : await resolve(host);
      const isAllowed = ({ address }: HostAddress) => {
        const kind = addressKind(address);
        return kind === 'public' || (isTrusted && kind === 'private');
      };
      if (addresses.length === 0 || !addresses.every(isAllowed)) throw new TargetRefused('no-public-address');
      return { url, addresses };
    },
  };
}

/** The parser of the URL standard makes one form of all that browsers take for an address: 0x7f.1, 2130706433, 0177.1. */
function parse(text: string): URL {
  if (text.length > MAX_URL_LENGTH || !URL.canParse(text)) throw new TargetRefused('not-an-address');
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new TargetRefused('not-https');
  if (url.hostname === '') throw new TargetRefused('not-an-address');
  return url;
}

const portOf = (url: URL) => url.port || (url.protocol === 'https:' ? '443' : '80');

function isWithin(url: URL, origin: string): boolean {
  const isAnyPort = origin.endsWith(':*');
  const trusted = new URL(isAnyPort ? origin.slice(0, -2) : origin);
  return (
    url.protocol === trusted.protocol &&
    url.hostname === trusted.hostname &&
    (isAnyPort || portOf(url) === portOf(trusted))
  );
}

/**
 * Asks the name servers itself: getaddrinfo would occupy one of the few threads that files and everybody's names
 * need, for as long as a stranger's name server likes, and would try the search domains of the cluster.
 */
async function resolveByDns(hostname: string): Promise<readonly HostAddress[]> {
  const resolver = new Resolver({ timeout: 2_000, tries: 2 });
  const [four, six] = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
  const found = (answer: PromiseSettledResult<string[]>, family: 4 | 6): HostAddress[] =>
    answer.status === 'fulfilled' ? answer.value.map((address) => ({ address, family })) : [];
  return [...found(four, 4), ...found(six, 6)];
}
