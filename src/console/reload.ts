/** `twinlease reload` */
import type { Command } from 'commander';
import { askDaemon } from '../control/index.ts';
import { withControlOptions } from './control-option.ts';
import type { ControlOptions } from './control-option.ts';
import { print } from './print.ts';

export function addReloadCommand(program: Command): void {
  withControlOptions(program.command('reload'))
    .description('read the provisioning file again, as SIGHUP does: all or nothing')
    .action(async (options: ControlOptions) => {
      await askDaemon(options.control, { method: 'reload' });
      print({ reloaded: true }, options, () => 'the provisioning file was read again and is in use');
    });
}
