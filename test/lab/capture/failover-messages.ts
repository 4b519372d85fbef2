// What tshark, which shares no code with us, reads in a recording of a failover connection on plain TCP.

import { fileURLToPath } from 'node:url';
import { run } from '../process/run.ts';

const dissector = fileURLToPath(new URL('dhcpv6-failover.lua', import.meta.url));
// With several processors, segments are recorded in another order than they were sent in, now and then.
const anyOrder = 'tcp.reassemble_out_of_order:TRUE';
const tshark = ['tshark', '-n', '-X', `lua_script:${dissector}`, '-o', anyOrder];

export interface ReadFailoverMessage {
  /** `BNDUPD` */
  readonly type: string;
  /** The names of its options, depth first: `Failover Binding Status (114)`. */
  readonly options: readonly string[];
  /** Everything else that tshark says of it: `Max number of unacked BNDUPD messages: 1000`. */
  readonly values: readonly string[];
}

export async function readFailoverMessages(file: string): Promise<ReadFailoverMessage[]> {
  const text = await run([...tshark, '-r', file, '-Y', 'failover', '-O', 'failover,dhcpv6']);
  const messages: { type: string; options: string[]; values: string[] }[] = [];
  for (const line of text.split('\n')) {
    const type = /^DHCPv6 failover, (\S+)$/.exec(line)?.[1];
    if (type !== undefined) messages.push({ type, options: [], values: [] });
    const option = /^\s+Option: (.*)$/.exec(line)?.[1];
    if (option !== undefined) messages.at(-1)?.options.push(option);
    else if (line.startsWith('    ')) messages.at(-1)?.values.push(line.trim());
  }
  return messages;
}

/** RFC 8156 7.4 puts a Client FQDN into a lease; the dissector knows it from RFC 4704 alone, in messages of clients. */
const allowed = 'This message type is not permitted to use OPTION_CLIENT_FQDN';
const errorSeverity = 0x00800000;

/** Every frame that tshark calls malformed or marks with an error, in words. */
export async function badFailoverFrames(file: string): Promise<string[]> {
  const fields = ['frame.number', '_ws.malformed', '_ws.expert.severity', '_ws.expert.message'];
  const text = await run([
    ...tshark, '-r', file, '-Y', 'failover', '-T', 'fields', '-E', 'separator=/t', '-E', 'aggregator=|',
    ...fields.flatMap((field) => ['-e', field]),
  ]);
  return text.split('\n').flatMap((line) => {
    const [frame = '', malformed = '', severities = '', messages = ''] = line.split('\t');
    const words = messages.split('|');
    const errors = severities.split('|').flatMap((severity, i) => (Number(severity) >= errorSeverity ? [words[i] ?? ''] : []));
    const bad = [...(malformed === '' ? [] : ['malformed']), ...errors.filter((error) => error !== allowed)];
    return bad.length === 0 ? [] : [`frame ${frame}: ${bad.join(', ')}`];
  });
}
