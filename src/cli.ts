#!/usr/bin/env node
/** The `twinlease` command. What a command needs is loaded when it runs, so that the daemon stays small. */
import { Command } from 'commander';

declare const TWINLEASE_VERSION: string | undefined;
const version = typeof TWINLEASE_VERSION === 'string' ? TWINLEASE_VERSION : 'development';

const program = new Command('twinlease').version(version).description('a DHCPv6 service of two small routers');

program
  .command('serve')
  .argument('<file>', 'the provisioning file')
  .option('--appliance <name>', 'which box of the file this is')
  .option('--state <directory>', 'where identity and leases are kept', '/var/lib/twinlease')
  .option('--control <socket>', 'the control socket', '/run/twinlease/control.sock')
  .description('serve DHCPv6 until SIGTERM; SIGHUP reads the file again')
  .action(async (file: string, options: { appliance?: string; state: string; control: string }) => {
    const { serve } = await import('./serve.ts');
    process.exitCode = await serve(file, options.appliance, options.state, options.control, version);
  });

await program.parseAsync();
