/** `twinlease import ...`: leases of an export, and what another server had. */
import type { Command } from 'commander';
import { STATE_DIRECTORY } from './default-places.ts';
import type * as MovingIn from './moving-in/index.ts';
import type { MoveOptions, Moved } from './moving-in/index.ts';

interface SourceOptions {
  readonly out: string;
  readonly appliance: string;
  readonly on?: readonly string[];
  readonly json?: boolean;
}

export function addImportCommands(program: Command): void {
  const command = program
    .command('import')
    .argument('<file>', 'what "twinlease export", or one of the commands below, wrote')
    .option('--state <directory>', 'where the leases are kept', STATE_DIRECTORY)
    .option('--complete', 'these are all the leases that clients hold: new ones may be given at once')
    .option('--server-duid <duid>', 'the DUID of the server whose leases these are: this one takes its place')
    .description('read leases into an empty state directory; the daemon must not be running. Or make a provisioning file and leases of those of another server (kea, isc, openwrt)')
    .action(async (file: string, options: { state: string; complete?: boolean; serverDuid?: string }) => {
      const { importLeases } = await import('./lease-files.ts');
      process.exitCode = await importLeases({
        stateDirectory: options.state,
        file,
        complete: options.complete === true,
        serverDuid: options.serverDuid,
      });
    });

  source(command, 'kea')
    .argument('<conf>', 'kea-dhcp6.conf')
    .argument('[leases]', 'kea-leases6.csv; what its cleanup left beside it is read as well')
    .description('make a provisioning file and leases of those of Kea')
    .action(async (configuration: string, leases: string | undefined, options: SourceOptions) => {
      await move(options, `Kea (${configuration})`, async ({ moveFromKea }, how) => await moveFromKea(configuration, leases, how));
    });

  source(command, 'isc')
    .argument('<conf>', 'dhcpd6.conf')
    .argument('[leases]', 'dhcpd6.leases')
    .description('make a provisioning file and leases of those of ISC dhcpd')
    .action(async (configuration: string, leases: string | undefined, options: SourceOptions) => {
      await move(options, `ISC dhcpd (${configuration})`, async ({ moveFromIsc }, how) => await moveFromIsc(configuration, leases, how));
    });

  source(command, 'openwrt')
    .argument('<dhcp>', '/etc/config/dhcp')
    .argument('[network]', '/etc/config/network, for the prefixes')
    .description('make a provisioning file of what OpenWrt has for DHCPv6')
    .action(async (dhcp: string, network: string | undefined, options: SourceOptions) => {
      await move(options, `OpenWrt (${dhcp})`, async ({ moveFromOpenwrt }, how) => await moveFromOpenwrt(dhcp, network, how));
    });
}

function source(command: Command, name: string): Command {
  return command
    .command(name)
    .requiredOption('--out <folder>', 'the folder to make, with twinlease.yaml, leases.jsonl and report.txt; one that exists stays as it is')
    .option('--appliance <name>', 'what this box is called in the file', 'box')
    .option('--on <interface=prefix...>', 'which interface of this box the link with that prefix is on, where no file says it')
    .option('--json', 'print JSON, for programs');
}

async function move({ out, appliance, on = [], json }: SourceOptions, what: string, from: (room: typeof MovingIn, how: MoveOptions) => Promise<Moved>): Promise<void> {
  const [room, { createStamps }] = await Promise.all([import('./moving-in/index.ts'), import('./time/index.ts')]);
  const moved = await from(room, { folder: out, appliance, ports: on, now: createStamps().epoch() });
  process.stdout.write(`${json === true ? JSON.stringify(moved, undefined, 2) : room.reportText(moved, what, false)}\n`);
}
