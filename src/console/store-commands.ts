/** `twinlease store ...` */
import type { Command } from 'commander';
import { askDaemon } from '../control/index.ts';
import { withControlOptions } from './control-option.ts';
import type { ControlOptions } from './control-option.ts';
import { print } from './print.ts';

export function addStoreCommands(program: Command): void {
  const store = program.command('store').description('stable storage of the running daemon');

  withControlOptions(store.command('accept'))
    .description('accept that lease records were lost, and give out again what they may have held')
    .action(async (options: ControlOptions) => {
      await askDaemon(options.control, { method: 'store-accept' });
      print({ accepted: true }, options, () => 'the loss is accepted: new leases are given again');
    });
}
