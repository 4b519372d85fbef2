// Every option with a key of its own on the wire, and tshark, which shares no code with us, reading it.

import assert from 'node:assert/strict';
import { after, describe, it } from 'mocha';
import { MessageType, OptionCode } from '../../src/wire/index.ts';
import { startCapture } from './capture/capture.ts';
import { describedPackets, malformedPackets, readPackets, type Packet } from './capture/packets.ts';
import { startDaemon, type Daemon } from './daemon/daemon.ts';
import { writeProvisioning } from './daemon/provisioning.ts';
import { readMessage } from './durability/message.ts';
import { withLab } from './mocha-lab.ts';
import { association, duidOf, message, option, relayForward } from './network/datagram.ts';
import { place } from './network/lab.ts';
import { openUdpPort, type UdpPort } from './network/udp-port.ts';

const provisioned = [
  'options:',
  '  sntp-servers: [2001:db8::123]',
  '  ntp-servers: [2001:db8::123, ntp.example.com, { multicast: "ff05::101" }]',
  '  encrypted-dns:',
  '    - { priority: 1, name: dns.example.com, addresses: [2001:db8::53], alpn: [dot, h2], port: 8853, doh-path: "/q{?dns}" }',
  '    - { priority: 2, name: name.example.com }',
  '  timezone: { posix: "CET-1CEST,M3.5.0,M10.5.0/3", name: Europe/Berlin }',
  '  captive-portal: https://portal.example.com/api',
  '  sip-servers: [2001:db8::5060]',
  '  sip-domains: [sip.example.com]',
  '  boot-files: [{ url: "http://boot.example.com/x64", architectures: [7], parameters: [quiet, root=nfs] }]',
  '  aftr: aftr.example.com',
  '  softwires:',
  '    priority: [map-e, lw4o6, ds-lite]',
  '    map-e:',
  '      - rules: [{ ipv4-prefix: 192.0.2.0/24, ipv6-prefix: 2001:db8:100::/40, ea-length: 16, forwarding: true, port-parameters: { offset: 6, psid-length: 8, psid: 52 } }]',
  '        border-relays: [2001:db8:ffff::1]',
  '    map-t: { rules: [{ ipv4-prefix: 198.51.100.0/25, ipv6-prefix: 2001:db8:180::/41, ea-length: 15 }], default-mapping: 2001:db8:ffff:64::/64 }',
  '    lw4o6:',
  '      binding: { ipv4-address: 203.0.113.7, ipv6-prefix: 2001:db8:1ff::/56, port-parameters: { offset: 0, psid-length: 6, psid: 33 } }',
  '      border-relays: [2001:db8:ffff::2]',
  '  vendor: [{ enterprise: 32473, options: [{ code: 1, type: string, value: one }] }]',
];

const excluding = ['prefix-pools: [{ prefix: 2001:db8:200::/40, delegated-length: 56, exclude: { length: 64, subnet-id: 5 } }]'];
const naming = ['dns-updates: { domain: lan.example.com }'];
const classPool = ['relay: { interface-ids: [port-7] }'];
const classes = [
  'classes:',
  '  - { name: booting, match: { architectures: [7], interface-ids: ["port-*"] }, options: { custom: [{ code: 200, type: string, value: classy }] } }',
  '  - { name: others, match: { not-classes: [booting] }, options: {} }',
];

const zones = ['dns-updates:', '  zones: [{ name: lan.example.com, servers: ["2001:db8::53"] }]'];

/** In the order of the request, and so of the answer. */
const codes = [17, 21, 22, 31, 41, 42, 56, 59, 60, 64, 65, 94, 95, 96, 103, 111, 144, 200];

describe('options for provisioning, read by tshark', () => {
  let router: UdpPort;
  let file: string;
  let answer: Packet | undefined;
  let described: string[];
  let daemon: Daemon;

  withLab(async (lab) => {
    const provisioning = `${lab.directory}/provisioning.yaml`;
    writeProvisioning(provisioning, { remotePrefixPools: excluding, remote: [...provisioned, ...naming, ...classPool], top: [...classes, ...zones] });
    daemon = await startDaemon(lab, provisioning);
    router = await openUdpPort(lab.router, 547, 'wan');
    const capture = await startCapture(lab.box, 'uplink', lab.directory);
    const supplied = option(OptionCode.RSOO, option(65, Buffer.from('\x03erp\x07example\x00', 'latin1')));
    const header = { hopCount: 0, link: place.routerOnRemote, peer: 'fe80::7' };
    await router.send(relayForward(header, supplied, option(OptionCode.INTERFACE_ID, Buffer.from('port-7')), option(OptionCode.RELAY_MSG, solicit())), { address: place.boxOnUplink, port: 547 });
    await router.received.next({
      what: 'the Advertise',
      match: ({ bytes }) => (readMessage(Buffer.from(bytes))?.type === MessageType.ADVERTISE ? true : undefined),
    });
    file = await capture.stop();
    answer = (await readPackets(file)).find(({ messageTypes }) => messageTypes[0] === MessageType.RELAY_REPL);
    described = await describedPackets(file, 'dhcpv6.msgtype == 13');
  });
  after(() => {
    router.close();
  });

  it('[O-14, O-16, O-17, O-29, O-30, O-34, O-36, O-53] are all there, in the order of the request', () => {
    const sent = answer?.optionCodes.filter((code) => codes.includes(code));
    assert.deepEqual([...new Set(sent)], codes);
    assert.deepEqual([56, 144].map((code) => sent?.filter((other) => other === code).length), [3, 2]);
    assert.ok(answer?.optionCodes.includes(OptionCode.CLIENT_ARCH_TYPE));
  });

  it('[O-4, O-14, O-16, O-17, O-19, O-29, O-30, O-34, O-36, O-53] have nothing malformed', async () => {
    assert.deepEqual(await malformedPackets(file), []);
  });

  const says = (title: string, ...lines: readonly string[]): void => {
    it(title, () => {
      for (const wanted of lines) {
        assert.ok(described.includes(wanted), `"${wanted}" is not in:\n${described.join('\n')}`);
      }
    });
  };

  says('[O-29] MAP-E as it is configured', 'Flags: 0x01, Forwarding Mapping Rule', 'EA-bit length: 16', 'IPv4 prefix length: 24', 'IPv4 prefix: 192.0.2.0', 'IPv6 prefix length: 40', 'IPv6 prefix: 2001:db8:100::', 'Offset: 6', 'PSID length: 8', 'PSID: 52', 'BR address: 2001:db8:ffff::1');

  says('[O-29] MAP-T as it is configured', 'Flags: 0x00', 'EA-bit length: 15', 'IPv4 prefix length: 25', 'IPv4 prefix: 198.51.100.0', 'IPv6 prefix length: 41', 'IPv6 prefix: 2001:db8:180::', 'IPv6 prefix length: 64', 'IPv6 prefix: 2001:db8:ffff:64::');

  says('[O-29] Lightweight 4over6 as it is configured', 'IPv4 Address: 203.0.113.7', 'IPv6 prefix length: 56', 'IPv6 prefix: 2001:db8:1ff::', 'Offset: 0', 'PSID length: 6', 'PSID: 33', 'BR address: 2001:db8:ffff::2');

  says('[O-30] the priority of the mechanisms', 'S46 Option code: MAP-E (0x005e)', 'S46 Option code: Lightweight 4over6 (0x0060)', 'S46 Option code: DS-Lite (0x0040)');

  says('[O-16, O-34] tunnel endpoint and portal', 'DS-Lite AFTR Name: aftr.example.com.', 'Captive Portal: https://portal.example.com/api');

  says('[O-53] SIP servers and time zone', 'SIP Server Domain Search FQDN: sip.example.com.', 'SIP server address: 2001:db8::5060', 'Time-zone: CET-1CEST,M3.5.0,M10.5.0/3', 'TZ-database: Europe/Berlin');

  says('[O-4] the name that the client gets', 'Client Domain Name: printer.lan.example.com.', '.... ...1 = S bit: Server SHOULD perform AAAA RR updates');

  says('[O-19] what the router leaves out of its prefix', 'Option: Prefix Exclude (67)', 'Prefix length: 64', 'IPv6 subnet ID: 05');

  says('[O-14, O-17] boot file and what the relay agent supplied', 'Option: Boot File URL (59)', 'Option: Boot File Parameters (60)', 'Option: Client System Architecture Type (61)', 'Option: ERP Local Domain Name (65)');

  it('twinlease classify says of the recording why the client is in the class whose option it got', async () => {
    const { packets } = JSON.parse(await daemon.ask(['classify', '--packets', file, '--json'])) as { packets: { classification: { classes: { name: string; isMember: string; tests: { holds: string }[] }[] } }[] };
    assert.deepEqual(
      packets.map(({ classification }) => classification.classes.map(({ name, isMember, tests }) => [name, isMember, tests.map(({ holds }) => holds)])),
      [[['booting', 'yes', ['yes', 'yes']], ['others', 'no', ['no']]]],
    );
  });
});

function solicit(): Buffer {
  const asked = [...codes, OptionCode.CLIENT_FQDN, OptionCode.PD_EXCLUDE];
  const request = Buffer.alloc(2 * asked.length);
  for (const [i, code] of asked.entries()) request.writeUInt16BE(code, 2 * i);
  return message(
    MessageType.SOLICIT,
    7,
    option(OptionCode.CLIENTID, duidOf(7)),
    option(OptionCode.ORO, request),
    option(OptionCode.CLIENT_ARCH_TYPE, Buffer.from([0, 9, 0, 7])),
    option(OptionCode.CLIENT_FQDN, Buffer.from('\x01\x07printer', 'latin1')),
    association(OptionCode.IA_NA, 1),
    association(OptionCode.IA_PD, 1),
  );
}
