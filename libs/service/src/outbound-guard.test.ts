import { addressKind } from './address-kind.ts';
import type { HostAddress } from './outbound-guard.ts';
import { TargetRefused, createOutboundGuard } from './outbound-guard.ts';

const PUBLIC = '93.184.216.34';
const four = (address: string): HostAddress => ({ address, family: 4 });
const six = (address: string): HostAddress => ({ address, family: 6 });

/** A guard whose names all mean these addresses. */
const guardFor = (addresses: readonly HostAddress[], trustedOrigins: string[] = []) =>
  createOutboundGuard({ trustedOrigins, resolve: async () => addresses });

async function refusalOf(url: string, guard = guardFor([four(PUBLIC)])): Promise<string> {
  try {
    await guard.check(url);
    return 'none';
  } catch (error) {
    if (error instanceof TargetRefused) return error.reason;
    throw error;
  }
}

describe('an address of a host', () => {
  it.each([
    ['93.184.216.34', 'public'],
    ['8.8.8.8', 'public'],
    ['172.32.0.1', 'public'],
    ['100.63.255.255', 'public'],
    ['2606:2800:220:1:248:1893:25c8:1946', 'public'],
    ['127.0.0.1', 'private'],
    ['127.255.255.254', 'private'],
    ['10.0.0.1', 'private'],
    ['172.16.0.1', 'private'],
    ['172.31.255.255', 'private'],
    ['192.168.1.1', 'private'],
    ['::1', 'private'],
    ['fd12:3456::1', 'private'],
    ['169.254.169.254', 'forbidden'],
    ['169.254.170.23', 'forbidden'],
    ['169.254.170.2', 'forbidden'],
    ['100.100.100.200', 'forbidden'],
    ['fd00:ec2::254', 'forbidden'],
    ['fd00:ec2::23', 'forbidden'],
    ['0.0.0.0', 'forbidden'],
    ['0.1.2.3', 'forbidden'],
    ['224.0.0.1', 'forbidden'],
    ['255.255.255.255', 'forbidden'],
    ['240.0.0.1', 'forbidden'],
    ['198.18.0.1', 'forbidden'],
    ['192.0.2.1', 'forbidden'],
    ['192.0.0.192', 'forbidden'],
    ['::', 'forbidden'],
    ['fe80::1', 'forbidden'],
    ['fe80::1%eth0', 'forbidden'],
    ['fec0::1', 'forbidden'],
    ['ff02::1', 'forbidden'],
    ['::ffff:127.0.0.1', 'forbidden'],
    ['::ffff:169.254.169.254', 'forbidden'],
    ['::ffff:8.8.8.8', 'forbidden'],
    ['::127.0.0.1', 'forbidden'],
    ['64:ff9b::a9fe:a9fe', 'forbidden'],
    ['64:ff9b:1::a9fe:a9fe', 'forbidden'],
    ['2002:7f00:1::', 'forbidden'],
    ['2001:0:4136:e378:8000:63bf:3fff:fdd2', 'forbidden'],
    ['2001:db8::1', 'forbidden'],
    ['100::1', 'forbidden'],
    ['3fff::1', 'forbidden'],
    ['0177.0.0.1', 'forbidden'],
    ['0x7f000001', 'forbidden'],
    ['2130706433', 'forbidden'],
    ['nothing', 'forbidden'],
    ['', 'forbidden'],
  ])('%s is %s', (address, kind) => {
    expect(addressKind(address)).toBe(kind);
  });
});

describe('an address that a user gave', () => {
  it.each([
    'https://127.0.0.1/',
    'https://127.1/',
    'https://0x7f000001/',
    'https://0x7f.0.0.1/',
    'https://2130706433/',
    'https://017700000001/',
    'https://0177.0.0.01/',
    'https://127.0.0.1./',
    'https://１２７.0.0.1/',
    'https://127。0。0。1/',
    'https://[::1]/',
    'https://[0:0:0:0:0:0:0:1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:7f00:1]/',
    'https://[::ffff:169.254.169.254]/latest/meta-data/',
    'https://[64:ff9b::7f00:1]/',
    'https://[64:ff9b::169.254.169.254]/',
    'https://[fd00:ec2::254]/latest/meta-data/',
    'https://[fe80::1]/',
    'https://[fc00::1]/',
    'https://[ff02::1]/',
    'https://[::]/',
    'https://169.254.169.254/latest/meta-data/iam/security-credentials/',
    'https://2852039166/latest/meta-data/',
    'https://0xa9fea9fe/',
    'https://169.254.170.23/v1/credentials',
    'https://10.0.0.1/',
    'https://192.168.0.1/',
    'https://172.16.5.4/',
    'https://0.0.0.0/',
    'https://0/',
    'https://224.0.0.1/',
    'https://255.255.255.255/',
    'https://100.64.0.1/',
  ])('%s is refused in whatever form it comes', async (url) => {
    expect(await refusalOf(url)).toBe('no-public-address');
  });

  it.each([
    ['http://hooks.example.org/', 'not-https'],
    ['ftp://hooks.example.org/', 'not-https'],
    ['file:///etc/passwd', 'not-https'],
    ['gopher://hooks.example.org/', 'not-https'],
    ['https://user@hooks.example.org/', 'has-credentials'],
    ['https://user:secret@hooks.example.org/', 'has-credentials'],
    ['https://hooks.example.org@127.0.0.1/', 'has-credentials'],
    ['https://hooks.example.org:22/', 'port-not-allowed'],
    ['https://hooks.example.org:6379/', 'port-not-allowed'],
    ['https://hooks.example.org:80/', 'port-not-allowed'],
    ['https://hooks.example.org:0/', 'port-not-allowed'],
    ['https://[fe80::1%25eth0]/', 'not-an-address'],
    ['https://', 'not-an-address'],
    ['hooks.example.org', 'not-an-address'],
    ['', 'not-an-address'],
    ['https://256.256.256.256/', 'not-an-address'],
    [`https://hooks.example.org/${'x'.repeat(2_048)}`, 'not-an-address'],
  ])('%s is refused as %s', async (url, reason) => {
    expect(await refusalOf(url)).toBe(reason);
  });

  it.each(['https://hooks.example.org/edf?x=1', 'https://hooks.example.org:8443/', `https://${PUBLIC}/`])(
    '%s is taken, with the addresses to connect to',
    async (url) => {
      const target = await guardFor([four(PUBLIC)]).check(url);

      expect(target).toEqual({ url: new URL(url), addresses: [four(PUBLIC)] });
    },
  );

  it.each([
    ['is internal', [four('10.1.2.3')]],
    ['is this machine', [four('127.0.0.1')]],
    ['is the metadata service', [four('169.254.169.254')]],
    ['is internal in IPv6 alone', [four(PUBLIC), six('fd00::1')]],
    ['is public first and internal second', [four(PUBLIC), four('192.168.0.1')]],
    ['is IPv4 behind NAT64', [six('64:ff9b::7f00:1')]],
    ['has no address', []],
  ])('whose name %s is refused, and not told which', async (_what, addresses) => {
    await expect(guardFor(addresses).check('https://hooks.example.org/')).rejects.toThrow(
      'leads to no host of the public internet',
    );
  });

  it('is not quoted in the refusal: it may hold a secret', async () => {
    const refused: unknown = await guardFor([])
      .check('https://hooks.example.org/secret-path?token=abc')
      .catch((error: unknown) => error);

    expect(refused).toBeInstanceOf(TargetRefused);
    expect(String(refused)).not.toMatch(/secret|example|abc/);
  });
});

describe('an origin that the operator trusts', () => {
  const guard = (...origins: string[]) => guardFor([four('10.0.0.5')], origins);

  it('may be plain HTTP, at its port, in a private network', async () => {
    const trusting = guard('http://hooks.internal:9000');

    expect(await refusalOf('http://hooks.internal:9000/edf', trusting)).toBe('none');
    expect(await refusalOf('http://hooks.internal:9001/edf', trusting)).toBe('not-https');
    expect(await refusalOf('https://hooks.internal:9000/edf', trusting)).toBe('port-not-allowed');
    expect(await refusalOf('http://other.internal:9000/edf', trusting)).toBe('not-https');
  });

  it('may leave its port open', async () => {
    const trusting = guard('http://127.0.0.1:*');

    expect(await refusalOf('http://127.0.0.1:12345/', trusting)).toBe('none');
    expect(await refusalOf('http://127.0.0.1/', trusting)).toBe('none');
    expect(await refusalOf('http://127.0.0.2:12345/', trusting)).toBe('not-https');
  });

  it('with the default port is the one that names none', async () => {
    expect(await refusalOf('http://hooks.internal/', guard('http://hooks.internal'))).toBe('none');
    expect(await refusalOf('http://hooks.internal:80/', guard('http://hooks.internal'))).toBe('none');
    expect(await refusalOf('https://hooks.internal/', guard('https://hooks.internal:443'))).toBe('none');
  });

  it.each(['169.254.169.254', 'fd00:ec2::254', '::ffff:169.254.169.254', '0.0.0.0'])(
    'is refused all the same when its name leads to %s',
    async (address) => {
      const trusting = guardFor([four(address)], ['http://hooks.internal']);

      expect(await refusalOf('http://hooks.internal/', trusting)).toBe('no-public-address');
    },
  );

  it('may hold no user name and password', async () => {
    const trusting = guard('http://hooks.internal');

    expect(await refusalOf('http://me:secret@hooks.internal/', trusting)).toBe('has-credentials');
  });
});
