/** `twinlease reload` */
import type { Command } from 'commander';
import { askDaemon } from '../control/index.ts';
import { withControlOptions } from './control-option.ts';
import type { ControlOptions } from './control-option.ts';
import { print } from './print.ts';

export function addReloadCommand(program: Command): void {
  withControlOptions(program.command('reload'))
    .description('let the running daemon read its provisioning file again, whole or not at all, as SIGHUP does')
    .action(async (options: ControlOptions) => {
      await askDaemon(options.control, { method: 'reload' });
      print({ reloaded: true }, options, () => 'the provisioning file was read again and is in use');
    });
}
