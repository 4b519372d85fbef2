/** `diag ...`: what helps to find out what is wrong, on this box and beside it. */
import type { Command } from 'commander';
import { CONTROL_SOCKET, PRIVILEGED } from '../../default-places.ts';
import { whileWritable } from '../../firmware/index.ts';
import { print } from '../print.ts';
import { wholeNumber } from '../whole-number.ts';
import { capture } from './capture.ts';
import { dump } from './dump.ts';
import { pingClient } from './ping-client.ts';
import { testLink } from './test-link.ts';

const SECONDS_MAX = 600;
const MEGABYTES_MAX = 64;

interface Options {
  readonly control: string;
}

/** @param file the provisioning file, where no daemon says which it is */
export function addDiagCommands(program: Command, places: { readonly file: string; readonly stateDirectory: string }): void {
  const diag = program.command('diag').description('find out what is wrong: capture, ping, test, dump all for support');
  const control = (command: Command): Command => command.option('--control <socket>', 'the control socket of the daemon', CONTROL_SOCKET);

  diag
    .command('capture')
    .argument('<port>', 'an interface of this box')
    .argument('<file>', 'where to; it must not be there yet')
    .option('--seconds <count>', `how long, up to ${String(SECONDS_MAX)}; Ctrl-C ends it`, bounded(SECONDS_MAX), 30)
    .option('--megabytes <count>', `how much at most, up to ${String(MEGABYTES_MAX)}`, bounded(MEGABYTES_MAX), 4)
    .option('--all', 'every packet; otherwise DHCPv6 and ICMPv6')
    .description('packets of a port into a file for Wireshark (pcap); it has data of clients')
    .action(async (port: string, file: string, { seconds, megabytes, all }: { readonly seconds: number; readonly megabytes: number; readonly all?: boolean }) => {
      const captured = await whileWritable(PRIVILEGED, file, async () => await capture({ port, file, seconds, octets: megabytes * 1_000_000, isAll: all === true }));
      print(captured, {}, () => captured.text);
    });

  control(diag.command('ping'))
    .argument('<client>', 'an address, or the DUID of a client')
    .description('whether a client answers')
    .action(async (client: string, options: Options) => {
      const said = await pingClient(options.control, client);
      print({ said }, {}, () => said);
    });

  control(diag.command('link'))
    .argument('<link>', 'its name')
    .description('test a link: its ports, what the kernel counts on them, who answers there, what both boxes make of it')
    .action(async (link: string, options: Options) => {
      const said = await testLink(options.control, link);
      print({ said }, {}, () => said);
    });

  control(diag.command('dump'))
    .argument('<file>', 'where to; it must not be there yet')
    .description('everything for support in one file, without secrets')
    .action(async (file: string, options: Options) => {
      const said = await whileWritable(PRIVILEGED, file, async () => await dump({ control: options.control, ...places }, file));
      print({ said }, {}, () => said);
    });
}

function bounded(most: number): (text: string) => number {
  return (text) => {
    const value = wholeNumber(text);
    return Math.min(value, most);
  };
}
