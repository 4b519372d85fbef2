/** `twinlease lease ...` */
import type { Command } from 'commander';
import { askDaemon } from '../control/index.ts';
import { parseAddress, parseDuid } from '../wire/index.ts';
import { askForNow } from './clock-commands.ts';
import { withControlOptions } from './control-option.ts';
import type { ControlOptions } from './control-option.ts';
import { addLeaseReconfigure } from './lease-reconfigure.ts';
import { print } from './print.ts';
import { formatLeases } from './report-text.ts';
import { askForLeases } from './show.ts';

const FOUND_MAX = 100;

export function addLeaseCommands(program: Command): void {
  const lease = program.command('lease').description('find and end leases, and ask their clients to come');

  withControlOptions(lease.command('find'))
    .argument('<what>', 'an address, a prefix with its length, or a DUID')
    .description('the leases of a client, or the one with this address or prefix')
    .action(async (what: string, options: ControlOptions) => {
      const page = await askForLeases(options.control, { limit: FOUND_MAX, ...queryFor(what) });
      if (page.leases.length === 0) throw new Error(`there is no lease ${what}${nameHint(what)}`);
      const now = await askForNow(options.control);
      print(page.leases, options, () => formatLeases(page, now));
    });

  withControlOptions(lease.command('release'))
    .argument('<lease>', 'an address, or a prefix with its length')
    .description('free a lease as if its client had released it; the client is not told, and goes on using it until it asks')
    .action(endLease('release'));

  withControlOptions(lease.command('reset'))
    .argument('<lease>', 'an address, or a prefix with its length')
    .description('free a lease whatever its state, also one that was declined and set aside')
    .action(endLease('reset'));

  addLeaseReconfigure(lease);
}

function queryFor(what: string): { readonly duid: string } | { readonly name: string } {
  if (parseAddress(what.split('/')[0] ?? '') !== undefined) return { name: what };
  if (parseDuid(what) !== undefined) return { duid: what };
  throw new Error(`"${what}" is no address, prefix or DUID`);
}

/** For what may be a prefix without its length. */
function nameHint(what: string): string {
  return what.endsWith('::') ? ` (a prefix is named with its length: ${what}/56)` : '';
}

function endLease(action: 'release' | 'reset') {
  return async (lease: string, options: ControlOptions): Promise<void> => {
    await askDaemon(options.control, { method: 'lease-command', action, lease });
    print({ lease, status: 'FREE' }, options, () => `${lease} is free`);
  };
}
