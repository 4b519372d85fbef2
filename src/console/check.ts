/** `twinlease check FILE` */
import type { Command } from 'commander';
import type { Diagnostics } from '../config/index.ts';
import { print } from './print.ts';

const EXIT_CONFIGURATION = 78;

export function addCheckCommand(program: Command): void {
  program
    .command('check')
    .argument('<file>', 'the provisioning file')
    .option('--json', 'print JSON, for programs')
    .description('say whether a provisioning file is right, and if not, all that is wrong with it')
    .action(async (file: string, options: { readonly json?: boolean }) => {
      const { formatDiagnostic, readProvisioning } = await import('../config/index.ts');
      const loaded = await readProvisioning(file);
      const formatted = ({ diagnostics, omitted }: Diagnostics, what: string): readonly string[] => [
        ...diagnostics.map(formatDiagnostic),
        counted(diagnostics.length + omitted, omitted, what),
      ];
      if ('document' in loaded) {
        const { document, warnings } = loaded;
        const boxes = Object.keys(document.appliances);
        const hasWarnings = warnings.diagnostics.length > 0;
        print({ ok: true, appliances: boxes, warnings: warnings.diagnostics, omitted: warnings.omitted }, options, () =>
          [
            ...(hasWarnings ? formatted(warnings, 'warning') : []),
            `${file} is right; it describes ${boxes.join(' and ')}`,
          ].join('\n\n'),
        );
        return;
      }
      process.exitCode = EXIT_CONFIGURATION;
      print({ ok: false, ...loaded }, options, () => formatted(loaded, 'error').join('\n\n'));
    });
}

function counted(count: number, omitted: number, what: string): string {
  return `${String(count)} ${what}${count === 1 ? '' : 's'}${omitted > 0 ? `, of which ${String(omitted)} are not shown` : ''}`;
}
