/** `show diff`: what the two boxes of a pair have otherwise in what they must agree on, as they said when they met last. */
import type { Command } from 'commander';
import { askDaemon } from '../control/index.ts';
import type { DifferenceReport, StatusReport } from '../control/index.ts';
import { withControlOptions } from './control-option.ts';
import type { ControlOptions } from './control-option.ts';
import { print } from './print.ts';
import { wrap } from './wrap.ts';

interface Compared {
  readonly relationship: string;
  readonly partner: string;
  readonly differences: readonly DifferenceReport[];
}

export function addShowDiff(show: Command): void {
  withControlOptions(show.command('diff'))
    .description('what the partner has otherwise in its configuration, where the two must agree')
    .action(async (options: ControlOptions) => {
      const compared = await compare(options.control);
      print(compared, options, () => compared.map((each) => formatDifferences(each)).join('\n\n'));
    });
}

export async function differencesText(control: string): Promise<string> {
  return (await compare(control)).map((each) => formatDifferences(each)).join('\n\n');
}

async function compare(control: string): Promise<readonly Compared[]> {
  const { failover } = (await askDaemon(control, { method: 'status' })) as StatusReport;
  if (failover.length === 0) throw new Error('this box has no partner');
  const compared: Compared[] = [];
  for (const { name, partner } of failover) {
    const differences = (await askDaemon(control, { method: 'failover-differences', relationship: name })) as readonly DifferenceReport[];
    compared.push({ relationship: name, partner, differences });
  }
  return compared;
}

/** As the lines of a diff: what this box has and the partner has not, and the other way round. */
function formatDifferences({ relationship, partner, differences }: Compared): string {
  if (differences.length === 0) return wrap('', `${relationship}: this box and ${partner} agree on all that they share`);
  const lines = differences.flatMap(({ name, own, partner: theirs }) => {
    if (own === undefined && theirs === undefined) return [`? ${name}: ${partner} does not say what`];
    return [...(own === undefined ? [] : [wrap('- ', `${name}: ${own}`)]), ...(theirs === undefined ? [] : [wrap('+ ', `${name}: ${theirs}`)])];
  });
  return [wrap('', `${relationship}: "-" is what this box uses, "+" what ${partner} does`), ...lines].join('\n');
}
