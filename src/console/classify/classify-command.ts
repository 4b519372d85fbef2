/** `twinlease classify`: in which classes a client is, and why. */
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { askDaemon, classifyMessage } from '../../control/index.ts';
import type { Classification } from '../../control/index.ts';
import { type ControlOptions, withControlOptions } from '../control-option.ts';
import { print } from '../print.ts';
import { formatClassification } from './classification-text.ts';
import { datagramsIn } from './datagrams.ts';

/** More than anybody reads. */
const MESSAGES_MAX = 100;

interface Options extends ControlOptions {
  readonly packets?: string;
  readonly config?: string;
}

export function addClassifyCommand(program: Command): void {
  withControlOptions(program.command('classify'))
    .argument('[client]', 'an address, a prefix with its length, or a DUID: what its lease tells')
    .option('--packets <file>', 'what messages tell instead: a capture (pcap, pcapng), or a message in hexadecimal')
    .option('--config <file>', 'by the classes of this provisioning file, instead of those of the running daemon')
    .description('in which classes a client is, and why: which tests hold, which fail')
    .action(async (client: string | undefined, options: Options) => {
      if (options.packets === undefined) await classifyClient(client, options);
      else await classifyPackets(options.packets, client, options);
    });
}

async function classifyClient(client: string | undefined, options: Options): Promise<void> {
  if (client === undefined) throw new Error('say whom: an address, a prefix or a DUID, or --packets FILE');
  if (options.config !== undefined) throw new Error('--config goes with --packets: the leases of clients are with the running daemon');
  const found = (await askDaemon(options.control, { method: 'classify', client })) as Classification;
  print(found, options, () => formatClassification(found));
}

interface ClassifiedPacket {
  /** Number of the packet in the file. */
  readonly packet: number;
  readonly classification?: Classification;
  /** Why it is none that a server takes. */
  readonly problem?: string;
}

async function classifyPackets(file: string, client: string | undefined, options: Options): Promise<void> {
  if (client !== undefined) throw new Error('say either a client, or --packets FILE');
  const datagrams = datagramsIn(await readFile(file));
  if (typeof datagrams === 'string') throw new Error(`${file}: ${datagrams}`);
  if (datagrams.length === 0) throw new Error(`${file} has no DHCPv6 message to a server (UDP port 547)`);
  const classes = await classesOf(options);
  const packets = datagrams.slice(0, MESSAGES_MAX).map(({ number, bytes, source }): ClassifiedPacket => {
    const found = classifyMessage(classes, bytes, source);
    return typeof found === 'string' ? { packet: number, problem: found } : { packet: number, classification: found };
  });
  const omitted = datagrams.length - packets.length;
  print({ packets, omitted }, options, () =>
    [
      ...packets.map(({ packet, classification, problem }) =>
        classification === undefined ? `packet ${String(packet)}: dropped, ${problem ?? ''}` : formatClassification(classification, `packet ${String(packet)}: `),
      ),
      ...(omitted === 0 ? [] : [`and ${String(omitted)} more messages`]),
    ].join('\n\n'),
  );
}

/** What the daemon works by it shows as a provisioning file. */
async function classesOf({ config, control }: Options): Promise<Parameters<typeof classifyMessage>[0]> {
  const content = config === undefined ? new TextEncoder().encode((await askDaemon(control, { method: 'config' })) as string) : await readFile(config);
  const { formatDiagnostic, loadProvisioning, resolveAppliance } = await import('../../config/index.ts');
  const loaded = loadProvisioning(content, config ?? 'the configuration of the daemon');
  if (!('document' in loaded)) throw new Error(loaded.diagnostics.map(formatDiagnostic).join('\n\n'));
  const [box] = Object.keys(loaded.document.appliances);
  const resolved = resolveAppliance(loaded.document, box);
  if ('error' in resolved) throw new Error(resolved.error);
  return resolved.server.classes;
}
