/** Options that every command to the running daemon has. */
import type { Command } from 'commander';
import { CONTROL_SOCKET } from '../default-places.ts';

export interface ControlOptions {
  readonly control: string;
  readonly json?: boolean;
}

export function withControlOptions(command: Command): Command {
  return command
    .option('--json', 'print JSON, for programs')
    .option('--control <socket>', 'the control socket of the daemon', CONTROL_SOCKET);
}
