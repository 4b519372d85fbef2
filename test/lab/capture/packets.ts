// What tshark, which shares no code with us, reads in a recording.

import { run } from '../process/run.ts';

/** One DHCPv6 datagram. Fields that occur at several levels or several times are lists, outermost first. */
export interface Packet {
  readonly frame: number;
  /** Seconds since the Unix epoch. */
  readonly time: number;
  readonly source: string;
  readonly destination: string;
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** A relayed message: 12 or 13 once a relay, then the client's. */
  readonly messageTypes: readonly number[];
  readonly transactionId: string;
  /** In the order of the options: client and server identifier. */
  readonly duids: readonly string[];
  readonly addresses: readonly string[];
  readonly prefixes: readonly string[];
  readonly validLifetimes: readonly number[];
  readonly statusCodes: readonly number[];
  readonly linkAddresses: readonly string[];
  readonly peerAddresses: readonly string[];
  readonly hopCounts: readonly number[];
  readonly interfaceIds: readonly string[];
  readonly optionCodes: readonly number[];
  readonly domainSearch: readonly string[];
  readonly dnsServers: readonly string[];
}

const fields = [
  'frame.number', 'frame.time_epoch', 'ipv6.src', 'ipv6.dst', 'udp.srcport', 'udp.dstport',
  'dhcpv6.msgtype', 'dhcpv6.xid', 'dhcpv6.duid.bytes', 'dhcpv6.iaaddr.ip', 'dhcpv6.iaprefix.pref_addr',
  'dhcpv6.iaprefix.pref_len', 'dhcpv6.iaaddr.valid_lifetime', 'dhcpv6.iaprefix.valid_lifetime',
  'dhcpv6.status_code', 'dhcpv6.linkaddr', 'dhcpv6.peeraddr', 'dhcpv6.hopcount', 'dhcpv6.interface_id',
  'dhcpv6.option.type', 'dhcpv6.search_list_entry', 'dhcpv6.dns_server',
] as const;

/** UDP checksums are left to the last moment by veth ports and so are wrong in a recording: not checked. */
export async function readPackets(file: string): Promise<Packet[]> {
  const lines = await tshark(file, 'dhcpv6 && !icmpv6', fields);
  return lines.map((columns) => {
    const column = (field: (typeof fields)[number]): string[] => {
      const text = columns[fields.indexOf(field)] ?? '';
      return text === '' ? [] : text.split('|');
    };
    const numbers = (field: (typeof fields)[number]): number[] => column(field).map(Number);
    const lengths = column('dhcpv6.iaprefix.pref_len');
    return {
      frame: numbers('frame.number')[0] ?? 0,
      time: numbers('frame.time_epoch')[0] ?? 0,
      source: column('ipv6.src')[0] ?? '',
      destination: column('ipv6.dst')[0] ?? '',
      sourcePort: numbers('udp.srcport')[0] ?? 0,
      destinationPort: numbers('udp.dstport')[0] ?? 0,
      messageTypes: numbers('dhcpv6.msgtype'),
      transactionId: column('dhcpv6.xid')[0] ?? '',
      duids: column('dhcpv6.duid.bytes'),
      addresses: column('dhcpv6.iaaddr.ip'),
      prefixes: column('dhcpv6.iaprefix.pref_addr').map((prefix, i) => `${prefix}/${lengths[i]}`),
      validLifetimes: [...numbers('dhcpv6.iaaddr.valid_lifetime'), ...numbers('dhcpv6.iaprefix.valid_lifetime')],
      statusCodes: numbers('dhcpv6.status_code'),
      linkAddresses: column('dhcpv6.linkaddr'),
      peerAddresses: column('dhcpv6.peeraddr'),
      hopCounts: numbers('dhcpv6.hopcount'),
      interfaceIds: column('dhcpv6.interface_id'),
      optionCodes: numbers('dhcpv6.option.type'),
      domainSearch: column('dhcpv6.search_list_entry'),
      dnsServers: column('dhcpv6.dns_server'),
    };
  });
}

/** Every packet that tshark calls malformed or marks with an error, in words; `and` narrows it down. */
export async function malformedPackets(file: string, and = 'frame'): Promise<string[]> {
  const errors = '(_ws.malformed || _ws.expert.severity >= 0x00800000)';
  const lines = await tshark(file, `${errors} && (${and})`, ['frame.number', 'ipv6.src', '_ws.col.Info', '_ws.expert.message']);
  return lines.map((columns) => columns.join('  '));
}

/** All that tshark says of the DHCPv6 packets that match, a line for each field, without their indentation. */
export async function describedPackets(file: string, filter: string): Promise<string[]> {
  const output = await run(['tshark', '-n', '-r', file, '-Y', filter, '-O', 'dhcpv6']);
  return output.split('\n').map((line) => line.trim());
}

async function tshark(file: string, filter: string, columns: readonly string[]): Promise<string[][]> {
  const output = await run([
    'tshark', '-n', '-r', file, '-Y', filter, '-T', 'fields', '-E', 'separator=/t', '-E', 'aggregator=|',
    ...columns.flatMap((column) => ['-e', column]),
  ]);
  return output.split('\n').filter((line) => line !== '').map((line) => line.split('\t'));
}

/** The types of the messages on connections of leasequery (RFC 5460 5.1), in their order. */
export async function connectionMessages(file: string): Promise<number[]> {
  const lines = await tshark(file, 'dhcpv6.bulk_leasequery', ['dhcpv6.bulk_leasequery.msgtype']);
  return lines.flatMap(([types = '']) => types.split('|').map(Number));
}
