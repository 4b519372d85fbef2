/**
 * What a person types: commands that show and steer the running daemon, through its control socket, and
 * that check a provisioning file without it. Every command has --help, and --json for programs; tables fit 80 columns.
 */
export { askWhichBox } from './which-box.ts';
export { addCheckCommand } from './check.ts';
export { addClassifyCommand } from './classify/classify-command.ts';
export { addClockCommands } from './clock-commands.ts';
export { addConsoleCommand, addSetupCommand } from './console-command.ts';
export { addDiagCommands } from './diag/diag-commands.ts';
export { addCompletion } from './completion.ts';
export { addIdentityCommands } from './identity-commands.ts';
export { makeSureOfReset } from './factory-reset.ts';
export { addFailoverCommands } from './failover-commands.ts';
export { addLeaseCommands } from './lease-commands.ts';
export { addPairCommands } from './pair-commands.ts';
export { addReloadCommand } from './reload.ts';
export { addShowCommands } from './show.ts';
export { addStoreCommands } from './store-commands.ts';
export { addWatchCommands } from './watch/watch-commands.ts';
export { addUpgradeCommands } from './upgrade/upgrade-commands.ts';
