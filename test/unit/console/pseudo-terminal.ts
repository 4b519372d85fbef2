/** The console at a pseudo-terminal (util-linux's `script`), and a person who types and waits for what appears. */
import { spawn } from 'node:child_process';
import { CLI, ENVIRONMENT } from './command.ts';
import { createVt100 } from './vt100.ts';

export interface Person {
  /** Types, as keys come from a line; nobody waits for their echo. */
  type(keys: string): void;
  /** Waits until it stands below what was waited for last; then that is read. Rejects when the console ends without it. */
  see(what: string | RegExp): Promise<string>;
  /** Types a line, and waits for the next prompt. @returns what came before it */
  say(line: string): Promise<string>;
  /** The screen as it is now. */
  rows(): readonly string[];
  /** Waits until the screen is so. */
  shows(what: RegExp): Promise<readonly string[]>;
  /** Octets that the console wrote so far. */
  octets(): number;
  /** What the console wrote, as it wrote it. */
  raw(): string;
  /** Everything that can be read, what scrolled away included. */
  text(): string;
  /** Types while nothing is read from the console, as on a line that is slow: what it writes waits. */
  typeWhileStalled(keys: string): void;
  /** Resolves when the console has ended, with its exit code. */
  readonly gone: Promise<number | null>;
  hangUp(): void;
}

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** Nobody waits longer for what does not come. */
const PATIENCE_MS = 25_000;

const VT100: Size = { columns: 80, rows: 24 };
/** A line that ends with this is a prompt, if nothing is behind it. */
const PROMPT = /^[\w-]+(\[[^\]]*\])?( [\w -]+)?\*?[>#] ?$/;

/** Runs `twinlease console WORDS...` on a terminal that says it has this size. */
export function atConsole(words: readonly string[], said: Size = VT100, environment: NodeJS.ProcessEnv = {}): Person {
  return atTerminal(['console', ...words], said, environment);
}

/** Runs `twinlease WORDS...` on a terminal. */
export function atTerminal(words: readonly string[], said: Size = VT100, environment: NodeJS.ProcessEnv = {}): Person {
  const command = [process.execPath, CLI, ...words].map(quoted).join(' ');
  const child = spawn('script', ['-qefc', `stty rows ${String(said.rows)} cols ${String(said.columns)}; exec ${command}`, '/dev/null'], {
    env: { ...ENVIRONMENT, TERM: 'vt100', ...environment },
    stdio: ['pipe', 'pipe', 'inherit'],
  });

  const terminal = createVt100(VT100.columns, VT100.rows);
  let octets = 0;
  let raw = '';
  let seen = 0;
  let isOver = false;
  const waiting = new Set<() => void>();
  const wake = (): void => {
    for (const look of waiting) look();
  };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    octets += Buffer.byteLength(chunk);
    raw += chunk;
    terminal.read(chunk);
    wake();
  });
  child.stdin.on('error', () => undefined);
  const gone = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      isOver = true;
      wake();
      resolve(code);
    });
  });
  /** Whenever something is written it is looked anew. */
  const until = async <Found>(find: () => Found | undefined, what: string): Promise<Found> =>
    await new Promise((resolve, reject) => {
      let isLate = false;
      const patience = setTimeout(() => {
        isLate = true;
        look();
      }, PATIENCE_MS);
      const look = (): void => {
        const found = find();
        if (found === undefined && !isOver && !isLate) return;
        waiting.delete(look);
        clearTimeout(patience);
        if (found === undefined) reject(new Error(`${what} was not seen; the terminal ends with:\n${terminal.text().slice(-1_500)}`));
        else resolve(found);
      };
      waiting.add(look);
      look();
    });
  /** @param find how many characters of the text are read by then, or undefined */
  const waitFor = async (find: (text: string) => number | undefined, what: string): Promise<string> =>
    await until(() => {
      const unread = terminal.text().slice(seen);
      const end = find(unread);
      if (end === undefined) return undefined;
      seen += end;
      return unread.slice(0, end);
    }, what);
  const person: Person = {
    type: (keys) => void child.stdin.write(keys),
    see: async (what) =>
      await waitFor((text) => {
        const found = typeof what === 'string' ? text.indexOf(what) : text.search(what);
        return found < 0 ? undefined : found + (typeof what === 'string' ? what.length : (what.exec(text)?.[0].length ?? 0));
      }, String(what)),
    async say(line) {
      person.type(`${line}\r`);
      // A long line goes on in the next row.
      const typed = Array.from(line.slice(0, 50), (character) => character.replace(/[^\w ]/, '\\$&'));
      await person.see(new RegExp(typed.join('\n?')));
      return await waitFor((text) => {
        const last = text.lastIndexOf('\n');
        return last >= 0 && PROMPT.test(text.slice(last + 1)) ? text.length : undefined;
      }, `a prompt after "${line}"`);
    },
    rows: () => terminal.rows(),
    shows: async (what) => await until(() => (what.test(terminal.rows().join('\n')) ? terminal.rows() : undefined), String(what)),
    octets: () => octets,
    raw: () => raw,
    typeWhileStalled(keys) {
      child.stdout.pause();
      child.stdin.write(keys, () => setImmediate(() => child.stdout.resume()));
    },
    text: () => terminal.text(),
    gone,
    hangUp: () => void child.kill('SIGKILL'),
  };
  return person;
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
