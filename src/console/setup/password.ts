/** The password of whoever sits at the console, by the system's own means; where the login asked for one already nothing is asked. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import type { Terminal } from '../surroundings.ts';

const SHADOW = '/etc/shadow';
const SHORTEST = 8;

/** Nothing is asked where there is a password, or where this login may not know. Rejects where the person leaves. */
export async function choosePassword(terminal: Terminal, tell: (text: string) => void, shadow = SHADOW, chpasswd = 'chpasswd'): Promise<void> {
  const { username } = userInfo();
  if (!lacksPassword(shadow, username)) return;
  for (;;) {
    const password = await askUnseen(`New password for ${username}, of ${String(SHORTEST)} characters or more (none: leave it open)? `, terminal);
    if (password === '') {
      tell('Whoever has the serial cable in hand needs no password, then.');
      return;
    }
    if (password.length < SHORTEST) tell('That is too short.');
    else if ((await askUnseen('The same again: ', terminal)) !== password) tell('They are not the same.');
    else {
      await hand(`${username}:${password}\n`, chpasswd);
      tell('The password is set.');
      return;
    }
  }
}

/** An empty field: anybody may log in (shadow(5)). One that begins with ! or * lets nobody in by a password, and is left alone. */
export function lacksPassword(shadow: string, username: string): boolean {
  try {
    return readFileSync(shadow, 'utf8').split('\n').some((line) => line.startsWith(`${username}::`));
  } catch {
    return false;
  }
}

async function askUnseen(text: string, { input, output }: Terminal): Promise<string> {
  output.write(text);
  const nowhere = new Writable({ write: (_chunk, _encoding, taken) => taken() });
  const terminal = createInterface({ input, output: nowhere, terminal: true, historySize: 0 });
  try {
    const gone = once(terminal, 'close').then(() => undefined);
    const answer = await Promise.race([terminal.question('').catch(() => undefined), gone]);
    if (answer === undefined) throw new Error('nothing was done');
    return answer;
  } finally {
    terminal.close();
    output.write('\r\n');
  }
}

async function hand(line: string, chpasswd: string): Promise<void> {
  const child = spawn(chpasswd, [], { stdio: ['pipe', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  child.stdin.on('error', () => undefined);
  child.stdin.end(line);
  const [code] = (await once(child, 'close').catch((error: unknown) => [error])) as readonly [unknown];
  if (code !== 0) throw new Error(`the password could not be set: ${said.trim() || (code instanceof Error ? code.message : 'chpasswd failed')}`);
}
