/** The `twinlease` command. What a command needs is loaded when it runs, so that the daemon stays small. */
import { Command } from 'commander';
import { useCompiledProgram } from './compiled-program.ts';
import { CONTROL_SOCKET, PRIVILEGED, PROVISIONING_FILE, STATE_DIRECTORY } from './default-places.ts';
import { addImportCommands } from './import-commands.ts';
import { reasonOf } from './reason.ts';
import { version } from './version.ts';

const program = new Command('twinlease')
  .version(version)
  .description('a DHCPv6 service of two small routers that does not lose a lease')
  .showHelpAfterError('(--help lists what can be said)')
  .showSuggestionAfterError();

program
  .command('serve')
  .argument('<file>', 'the provisioning file')
  .option('--appliance <name>', 'which box of the file this is, where its hardware does not say so')
  .option('--state <directory>', 'where identity and leases are kept', STATE_DIRECTORY)
  .option('--control <socket>', 'the control socket to make', CONTROL_SOCKET)
  .option('--privileged <folder>', 'where root of this appliance is asked', PRIVILEGED)
  .option('--set-addresses', 'put the addresses of this box onto its interfaces, and its default route, where nobody else does')
  .description('serve DHCPv6 until SIGTERM; SIGHUP reads the file again')
  .action(async (file: string, options: { appliance?: string; state: string; control: string; privileged: string; setAddresses?: true }) => {
    useCompiledProgram(options.state);
    const { serve } = await import('./daemon/index.ts');
    const askWhichBox = async (names: readonly string[]): Promise<string | undefined> =>
      await (await import('./console/index.ts')).askWhichBox(names);
    process.exitCode = await serve(file, options.appliance, options.state, options.control, options.setAddresses === true, options.privileged, askWhichBox);
  });

// A daemon would carry the console in its memory for as long as it runs.
const console = process.argv[2] === 'serve' ? undefined : await import('./console/index.ts');
console?.addShowCommands(program);
console?.addFailoverCommands(program);
console?.addWatchCommands(program);
console?.addDiagCommands(program, { file: PROVISIONING_FILE, stateDirectory: STATE_DIRECTORY });
console?.addLeaseCommands(program);
console?.addClassifyCommand(program);
console?.addClockCommands(program);
console?.addStoreCommands(program);
console?.addReloadCommand(program);
console?.addCheckCommand(program);
console?.addPairCommands(program);
console?.addIdentityCommands(program);
console?.addUpgradeCommands(program, { stateDirectory: STATE_DIRECTORY });
console?.addConsoleCommand(program);
console?.addSetupCommand(program);

program
  .command('export')
  .option('--state <directory>', 'where the leases are kept', STATE_DIRECTORY)
  .option('--with-keys', 'with the reconfigure keys of clients, which are secrets')
  .description('write every lease to standard output, a JSON object a line; the daemon must not be running')
  .action(async (options: { state: string; withKeys?: boolean }) => {
    const { exportLeases } = await import('./lease-files.ts');
    process.exitCode = await exportLeases(options.state, options.withKeys === true);
  });

addImportCommands(program);

program
  .command('factory-reset')
  .argument('<file>', 'the provisioning file, which is wiped with the rest')
  .option('--state <directory>', 'where identity and leases are kept', STATE_DIRECTORY)
  .option('--control <socket>', 'the control socket of the daemon', CONTROL_SOCKET)
  .option('--yes', 'do it without asking')
  .description('make this box one that just came from the factory: its key, partners, leases and configuration are gone; ends the daemon first')
  .action(async (file: string, options: { state: string; control: string; yes?: boolean }) => {
    const { factoryReset, planReset } = await import('./factory-reset.ts');
    const plan = await planReset(options.state, file);
    if (options.yes !== true) await console?.makeSureOfReset(options.control, plan);
    process.stdout.write(`${await factoryReset(plan, options.control)}\n`);
  });

console?.addCompletion(program);

// Whoever reads, such as `head`, has had enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1);
});

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`twinlease: ${reasonOf(error)}\n`);
  process.exitCode = 1;
}
