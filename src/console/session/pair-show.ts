/** `pair show`: a console has no other way to the file that the other box of a pair must get. */
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { pasteOf } from '../pair-paste.ts';
import { print } from '../print.ts';
import { boxState } from './box-state.ts';
import type { Box } from './box-state.ts';

/** @param pair the command that this becomes one of */
export function addPairShow(pair: Command, box: Box): void {
  pair
    .command('show')
    .description('the provisioning file with its pairing key, SECRET until it is used, to be pasted on the other box: "setup", then "paste"')
    .action(async () => {
      const state = await boxState(box);
      const { pasted } = pasteOf(await readFile(state.kind === 'running' ? state.status.configuration.file : box.file, 'utf8'));
      print({ pasted }, {}, () => pasted.trimEnd());
    });
}
