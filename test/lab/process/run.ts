// A command that is run to its end.

import { execFile } from 'node:child_process';

/** What the command printed; rejects, with all that it printed, when it fails. */
export function run(command: readonly string[], input = ''): Promise<string> {
  const [file = '', ...parameters] = command;
  return new Promise((resolve, reject) => {
    const child = execFile(file, parameters, { maxBuffer: 1 << 30 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${command.join(' ')}: ${error.code ?? error.message}\n${stdout}${stderr}`));
    });
    // A command that fails before it reads says why itself.
    child.stdin?.on('error', () => undefined).end(input);
  });
}
