import { execFile } from 'node:child_process';

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Run a program to its end; an exit code is a result, a program that cannot be run is an error. */
export function runCommand(command: string, commandArguments: readonly string[]): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    execFile(command, [...commandArguments], { maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
      if (error === null) resolve({ code: 0, stdout, stderr });
      else if (typeof error.code === 'number') resolve({ code: error.code, stdout, stderr });
      else reject(new Error(`${command}: ${error.message}`));
    });
  });
}

/** Run a program that must succeed; gives its standard output. */
export async function expectCommand(command: string, commandArguments: readonly string[]): Promise<string> {
  const result = await runCommand(command, commandArguments);
  if (result.code === 0) return result.stdout;
  throw new Error(`${command} ${commandArguments.join(' ')}: exit ${String(result.code)}: ${result.stderr.trim()}`);
}

export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
