/** `twinlease check FILE` */
import type { Command } from 'commander';
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
      if ('document' in loaded) {
        const boxes = Object.keys(loaded.document.appliances);
        print({ ok: true, appliances: boxes }, options, () => `${file} is right; it describes ${boxes.join(' and ')}`);
        return;
      }
      process.exitCode = EXIT_CONFIGURATION;
      print({ ok: false, ...loaded }, options, () => formatErrors(loaded.diagnostics.map(formatDiagnostic), loaded.omitted));
    });
}

function formatErrors(diagnostics: readonly string[], omitted: number): string {
  const count = diagnostics.length + omitted;
  return [
    ...diagnostics,
    `${String(count)} ${count === 1 ? 'error' : 'errors'}${omitted > 0 ? `, of which ${String(omitted)} are not shown` : ''}`,
  ].join('\n\n');
}
