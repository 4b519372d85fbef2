// What one box makes of a file: layers merged, options encoded, prefixes and pools in their final form.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import {
  type ApplianceConfiguration,
  formatDiagnostic,
  loadProvisioning,
  resolveAppliance,
} from '../../../src/config/index.ts';
import type { EncodedOption, Link, OptionSet } from '../../../src/server/index.ts';
import { formatAddress, formatDuid, formatHex, formatPrefix, INFINITY_SECONDS } from '../../../src/wire/index.ts';
import { text, withLan1, withTop } from './refused.ts';

function resolve(file: string, name?: string): ApplianceConfiguration | { readonly error: string } {
  const loaded = loadProvisioning(Buffer.from(file), 'file.yaml');
  if ('diagnostics' in loaded) assert.fail(loaded.diagnostics.map(formatDiagnostic).join('\n'));
  return resolveAppliance(loaded.document, name);
}

function resolved(file: string, name?: string): ApplianceConfiguration {
  const result = resolve(file, name);
  if ('error' in result) assert.fail(result.error);
  return result;
}

function linkOf(appliance: ApplianceConfiguration, name: string): Link {
  const link = appliance.server.links.find((candidate) => candidate.name === name);
  assert.ok(link !== undefined, `there is a link ${name}`);
  return link;
}

const lan1 = (lines: string): Link => linkOf(resolved(withLan1(lines)), 'lan1');

function settingsOf({ server }: ApplianceConfiguration): object {
  return Object.fromEntries(Object.entries(server).filter(([key]) => key !== 'links' && key !== 'classes'));
}

/** `23=20010db8...`, and `17/32473=...` for a vendor's. */
function shown(options: OptionSet): string[] {
  const code = ({ code: number, enterprise }: EncodedOption): string =>
    enterprise === undefined ? `${number}` : `${number}/${enterprise}`;
  return options.map((option) => `${code(option)}=${formatHex(option.data, '')}`);
}

describe('which box of the file', () => {
  const twoBoxes = text`
    version: 1
    appliances:
      east:
        management: { interface: eth0, address: fd00::1/64, metrics-port: 9547 }
        syslog: { server: "2001:db8::514" }
        ntp-servers: ["2001:db8::123", time.example.org]
        interfaces: { eth1: { addresses: ["2001:db8:1::2/64"] }, eth0: { addresses: ["2001:db8:9::2/64", "2001:db8:8::2/64"], gateway: fe80::1 } }
        links: { lan1: [eth1, eth2] }
      west: { relay-interfaces: [eth3] }
    links: { lan1: {}, lan2: {} }
  `;

  it('is the only one, if nothing is said', () => {
    assert.equal(resolved(withTop('')).name, 'east');
  });

  it('has to be said where there are two', () => {
    assert.deepEqual(resolve(twoBoxes), {
      error: 'the file describes several boxes (east, west); say which one this is',
    });
  });

  it('has to be one of them', () => {
    assert.deepEqual(resolve(twoBoxes, 'north'), { error: 'the file describes no box "north", only: east, west' });
    assert.deepEqual(resolve(twoBoxes, 'toString'), {
      error: 'the file describes no box "toString", only: east, west',
    });
  });

  it('decides about interfaces, and about nothing else', () => {
    const east = resolved(twoBoxes, 'east');
    const west = resolved(twoBoxes, 'west');
    assert.deepEqual(linkOf(east, 'lan1').interfaces, ['eth1', 'eth2']);
    assert.deepEqual(linkOf(east, 'lan2').interfaces, []);
    assert.deepEqual(linkOf(west, 'lan1').interfaces, []);
    assert.deepEqual([east.relayInterfaces, west.relayInterfaces], [[], ['eth3']]);
    assert.equal(east.management?.interface, 'eth0');
    assert.equal(east.management.address.prefixLength, 64);
    assert.equal(formatAddress(east.management.address.address), 'fd00::1');
    assert.equal(east.metricsPort, 9_547);
    assert.deepEqual(east.syslog && [formatAddress(east.syslog.server), east.syslog.port], ['2001:db8::514', 514]);
    assert.deepEqual([east.ntpServers, west.ntpServers], [['2001:db8::123', 'time.example.org'], []]);
    assert.deepEqual(
      east.ownAddresses.map((own) => [own.interface, formatAddress(own.address.address), own.address.prefixLength]),
      [['eth0', '2001:db8:9::2', 64], ['eth0', '2001:db8:8::2', 64], ['eth1', '2001:db8:1::2', 64]],
    );
    assert.deepEqual(east.defaultGateway && [east.defaultGateway.interface, formatAddress(east.defaultGateway.address)], ['eth0', 'fe80::1']);
    assert.deepEqual([west.ownAddresses, west.defaultGateway], [[], undefined]);
    assert.deepEqual([west.management, west.metricsPort, west.syslog], [undefined, undefined, undefined]);
    assert.deepEqual({ ...east.server, links: [] }, { ...west.server, links: [] });
  });
});

describe('resolved settings of the server', () => {
  it('are the defaults where the file says nothing', () => {
    assert.deepEqual(settingsOf(resolved(withTop(''))), {
      solMaxRt: undefined, infMaxRt: undefined, informationRefreshTime: undefined,
      createOnRenew: true, declinedHold: 86_400, reconfigure: undefined,
      leasesPerClientMax: 32, leasesMax: 1_000_000,
      relaySuppliedOptions: [65],
      relayDepthMax: 8, leasequery: undefined,
    });
  });

  it('are those of the file', () => {
    const appliance = resolved(
      withTop(text`
        server:
          create-on-renew: false
          declined-hold: infinite
          information-refresh-time: 600
          sol-max-rt: 1m
          inf-max-rt: 1d
          relay-supplied-options: [65, 200]
          relay-depth: 32
          reconfigure: { on-reload: false, clients-per-second: 7 }
          limits: { leases: 1000, leases-per-client: 4 }
      `),
    );
    assert.deepEqual(settingsOf(appliance), {
      solMaxRt: 60,
      infMaxRt: 86_400,
      informationRefreshTime: 600,
      createOnRenew: false,
      declinedHold: INFINITY_SECONDS,
      leasesPerClientMax: 4, leasesMax: 1000,
      relaySuppliedOptions: [65, 200],
      relayDepthMax: 32, leasequery: undefined, reconfigure: { onReload: false, clientsPerSecond: 7 },
    });
  });

  it('hold for a link unless it says otherwise', () => {
    const links = withLan1('', 'rapid-commit: false\npreference: 7\n');
    const appliance = resolved(`${links}server: { rapid-commit: true, preference: 255 }\n`);
    assert.deepEqual([linkOf(appliance, 'lan1').rapidCommit, linkOf(appliance, 'lan1').preference], [true, 255]);
    assert.deepEqual([linkOf(appliance, 'lan2').rapidCommit, linkOf(appliance, 'lan2').preference], [false, 7]);
  });
});

describe('resolved lifetimes', () => {
  it('come from pool, link, file and default, each by itself', () => {
    const appliance = resolved(
      `lifetimes: { preferred: 2h, valid: 1d }\n${withLan1(text`
        lifetimes: { valid: infinite, t2: 90m }
        address-pools:
          - { prefix: 2001:db8:1:0:1::/80, lifetimes: { preferred: 3h, t1: 1h } }
          - { prefix: 2001:db8:1:0:2::/80 }
        prefix-pools: [{ prefix: 2001:db8:100::/40, delegated-length: 56, lifetimes: { t2: auto } }]
      `)}`,
    );
    const link = linkOf(appliance, 'lan1');
    assert.deepEqual(link.lifetimes, { preferred: 7200, valid: INFINITY_SECONDS, t1: 'auto', t2: 5400 });
    assert.deepEqual(
      link.addressPools.map((pool) => pool.lifetimes),
      [{ preferred: 10_800, valid: INFINITY_SECONDS, t1: 3600, t2: 5400 }, link.lifetimes],
    );
    assert.deepEqual(link.prefixPools[0]?.lifetimes, {
      preferred: 7200,
      valid: INFINITY_SECONDS,
      t1: 'auto',
      t2: 'auto',
    });
  });
});

describe('resolved options', () => {
  it('are encoded each in its format', () => {
    const link = lan1(text`
      options:
        dns-servers: [2001:db8::53, "2001:db8::"]
        domain-search: [a.example, b.]
        sntp-servers: [2001:db8::1]
        ntp-servers: [2001:db8::2, n.example, { multicast: ff05::101 }]
        vendor:
          - enterprise: 32473
            options: [{ code: 1, type: uint16, value: [1, 258] }, { code: 2, type: string, value: é }]
        custom:
          - { code: 200, type: address-list, value: "::1" }
          - { code: 201, type: domain-list, value: x.y }
          - { code: 202, type: uint8, value: [1, 255] }
          - { code: 203, type: uint32, value: 4294967295 }
          - { code: 204, type: hex, value: 0x00ff }
    `);
    const address = (last: string): string => `20010db8${'0'.repeat(24 - last.length)}${last}`;
    assert.deepEqual(shown(link.options), [
      `23=${address('53')}${address('')}`,
      '24=0161076578616d706c6500' + '016200',
      `31=${address('1')}`,
      `56=00010010${address('2')}`,
      '56=0003000b016e076578616d706c6500',
      '56=00020010ff050000000000000000000000000101',
      '17/32473=00007ed90001000400010102' + '00020002c3a9',
      `200=${'0'.repeat(31)}1`,
      '201=0178017900',
      '202=01ff',
      '203=ffffffff',
      '204=00ff',
    ]);
  });

  it('of a link take the place of the file’s, by code, and by vendor', () => {
    const appliance = resolved(
      text`
        options:
          domain-search: [a]
          ntp-servers: [a, b]
          vendor: [{ enterprise: 1, options: [{ code: 1, type: uint8, value: 1 }] }, { enterprise: 2, options: [{ code: 1, type: uint8, value: 1 }] }]
          custom: [{ code: 103, type: string, value: a }]
      ` +
        withLan1(
          text`
            options:
              ntp-servers: [c]
              vendor: [{ enterprise: 2, options: [{ code: 1, type: uint8, value: 2 }] }]
          `,
          'prefixes: []\n',
        ),
    );
    assert.deepEqual(shown(linkOf(appliance, 'lan1').options), [
      '56=00030003016300',
      '17/2=00000002' + '0001000102',
      '24=016100',
      '17/1=00000001' + '0001000101',
      '103=61',
    ]);
    assert.deepEqual(shown(linkOf(appliance, 'lan2').options).length, 6);
  });

  it('of pools and reservations are theirs alone', () => {
    const appliance = resolved(
      `options: { domain-search: [a] }\n${withLan1(text`
        address-pools: [{ prefix: 2001:db8:1:0:1::/80, options: { domain-search: [b] } }]
        prefix-pools: [{ prefix: 2001:db8:100::/40, delegated-length: 56, options: { domain-search: [c] } }]
        reservations: [{ duid: "00:03:01", options: { domain-search: [d] } }]
      `)}`,
    );
    const { addressPools, prefixPools, reservations } = linkOf(appliance, 'lan1');
    assert.deepEqual(
      [...addressPools, ...prefixPools, ...reservations].map(({ options }) => shown(options)),
      [['24=016200'], ['24=016300'], ['24=016400']],
    );
  });
});

describe('resolved pools', () => {
  it('by range and by prefix are from the first address to the last', () => {
    const { addressPools } = lan1(text`
      address-pools:
        - range: 2001:db8:1::1000 - 2001:db8:1::1fff
        - { prefix: 2001:db8:1:0:8000::/65, allocation: sequential }
    `);
    assert.deepEqual(
      addressPools.map(({ first, last, allocation }) => [formatAddress(first), formatAddress(last), allocation]),
      [
        ['2001:db8:1::1000', '2001:db8:1::1fff', 'random'],
        ['2001:db8:1:0:8000::', '2001:db8:1:0:ffff:ffff:ffff:ffff', 'sequential'],
      ],
    );
  });

  it('may be all of a link, and one address', () => {
    assert.equal(lan1('address-pools: [{ prefix: 2001:db8:1::/64 }]\n').addressPools.length, 1);
    assert.equal(lan1('address-pools: [{ range: 2001:db8:1::1 - 2001:db8:1::1 }]\n').addressPools.length, 1);
    assert.equal(lan1('address-pools: [{ range: "2001:db8:1:: - 2001:db8:1::1" }]\n').addressPools.length, 1);
  });

  it('may delegate themselves whole', () => {
    assert.equal(
      lan1('prefix-pools: [{ prefix: 2001:db8:100::/56, delegated-length: 56 }]\n').prefixPools[0]?.delegatedLength,
      56,
    );
  });

  it('[O-19] carry the excluded prefix as option 67 has it', () => {
    // 2001:db8:dead:bee0::/59 without 2001:db8:dead:beef::/64
    const { prefixPools } = lan1(text`
      prefix-pools:
        - { prefix: 2001:db8:dead:bee0::/59, delegated-length: 59, exclude: { length: 64, subnet-id: 15 } }
        - { prefix: 2001:db8:200::/40, delegated-length: 56, exclude: { length: 64, subnet-id: 255 } }
        - { prefix: 2001:db8:300::/40, delegated-length: 48, exclude: { length: 128, subnet-id: 1 } }
    `);
    assert.deepEqual(
      prefixPools.map(({ exclude }) =>
        exclude === undefined ? '' : `${exclude.length} ${formatHex(exclude.subnetId, '')}`,
      ),
      ['64 4078', '64 40ff', `128 80${'00'.repeat(9)}01`],
    );
  });
});

describe('resolved reservations', () => {
  it('name their client by DUID, DUID and IAID, or link-layer address', () => {
    const { reservations } = lan1(text`
      reservations:
        - { link-layer-address: 02-00-5E-10-00-01, addresses: [2001:db8:1::3] }
        - { duid: "000300010a", iaid: 4294967295, addresses: [2001:db8:1::2] }
        - { duid: "00:03:00:01:0a", addresses: [2001:db8:1::1] }
    `);
    assert.deepEqual(
      reservations.map(({ duid, iaid, linkLayerAddress, addresses }) => [
        duid === undefined ? undefined : formatDuid(duid),
        iaid,
        linkLayerAddress === undefined ? undefined : formatHex(linkLayerAddress),
        addresses.map(formatAddress),
      ]),
      [
        ['00:03:00:01:0a', undefined, undefined, ['2001:db8:1::1']],
        ['00:03:00:01:0a', 4294967295, undefined, ['2001:db8:1::2']],
        [undefined, undefined, '02:00:5e:10:00:01', ['2001:db8:1::3']],
      ],
    );
  });

  it('[O-19] exclude what they say, or what the pool says that the prefix is of', () => {
    const { reservations } = lan1(text`
      prefix-pools:
        - { prefix: 2001:db8:200::/40, delegated-length: 56, exclude: { length: 64, subnet-id: 1 } }
      reservations:
        - duid: "00:03:01"
          prefixes:
            - 2001:db8:200::/56
            - { prefix: 2001:db8:200:100::/56, exclude: 2001:db8:200:1ff::/64 }
            - 2001:db8:300::/56
    `);
    assert.deepEqual(
      reservations[0]?.prefixes.map(({ prefix, exclude }) => [
        formatPrefix(prefix),
        exclude === undefined ? undefined : formatHex(exclude),
      ]),
      [
        ['2001:db8:200::/56', '40:01'],
        ['2001:db8:200:100::/56', '40:ff'],
        ['2001:db8:300::/56', undefined],
      ],
    );
  });
});

describe('resolved names that relays use', () => {
  it('are the octets of a text, or those behind 0x', () => {
    const link = lan1(
      'relay: { interface-ids: ["port 7", 0x0A1b, "é"], remote-ids: [{ enterprise: 32473, id: r }] }\n',
    );
    assert.deepEqual(
      link.relayInterfaceIds.map((id) => formatHex(id, '')),
      ['0a1b', '706f72742037', 'c3a9'],
    );
    assert.deepEqual(
      link.relayRemoteIds.map(({ enterprise, id }) => `${enterprise} ${formatHex(id)}`),
      ['32473 72'],
    );
  });

  it('may be the same on two links for vendors that differ', () => {
    const links = withLan1(
      'relay: { remote-ids: [{ enterprise: 1, id: r }] }\n',
      'relay: { remote-ids: [{ enterprise: 2, id: r }] }\n',
    );
    assert.equal(resolved(links).server.links.length, 2);
  });
});

describe('the example of a provisioning file', () => {
  const example = readFileSync(new URL('../../../rootfs/usr/share/twinlease/example.yaml', import.meta.url), 'utf8');

  it('is right for both boxes, which differ in what they may give and in nothing else that clients see', () => {
    const [east, west] = [resolved(example, 'east'), resolved(example, 'west')];
    assert.deepEqual(withoutShares(east), withoutShares(west));
    assert.notDeepEqual(east.server, west.server);
    assert.deepEqual(east.relayInterfaces, ['uplink']);
    assert.deepEqual(linkOf(east, 'lan1').interfaces, ['lan1']);
    assert.deepEqual(linkOf(east, 'branch').interfaces, []);
  });

  it('is plain data, which can be handed from one thread to another', () => {
    const east = resolved(example, 'east');
    assert.deepEqual(structuredClone(east), east);
  });
});

/** The server's configuration without the pools that are the primary's alone, and without whose the others are. */
function withoutShares({ server }: ApplianceConfiguration): object {
  return {
    ...server,
    links: server.links.map((link) => ({
      ...link,
      addressPools: link.addressPools.filter(({ replicated }) => replicated).map((pool) => ({ ...pool, share: '' })),
      prefixPools: link.prefixPools.map((pool) => ({ ...pool, share: '' })),
    })),
  };
}
