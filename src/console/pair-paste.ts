/** `twinlease pair import` and `pair paste`: the file that `pair new` made, onto this box; verified before it takes its place. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import { print } from './print.ts';
import { wrap } from './wrap.ts';

interface Options {
  readonly out: string;
  readonly sha256?: string;
  readonly replace?: boolean;
  readonly json?: boolean;
}

/** A serial line that loses its other end has no end of input. */
const LINES_MAX = 20_000;
/** As `sha256sum` and `pair new` print it; a part is enough to find what a line garbled. */
const SHA256 = /^[0-9a-f]{8,64}$/i;
const END = '.';

export function addPairPaste(pair: Command): void {
  const add = (name: string): Command =>
    pair
      .command(name)
      .requiredOption('--out <file>', 'where the provisioning file is put')
      .option('--sha256 <digits>', 'of the file, as "pair new" said it: at least the first eight digits')
      .option('--replace', 'in the place of a file that is there')
      .option('--json', 'print JSON, for programs');

  add('import')
    .argument('<file>', 'such as /media/usb/twinlease.yaml')
    .description('take the provisioning file from a USB stick, an SD card, or anywhere; nothing is written unless all of it is right')
    .action(async (file: string, options: Options) => {
      await take(await readFile(file), file, options);
    });

  add('paste')
    .description('take the provisioning file from the terminal: paste it, then a line with nothing but "." and the SHA-256 behind it')
    .action(async (options: Options) => {
      if (process.stdin.isTTY) process.stderr.write('Paste the file, then a line with a dot and the first digits of its SHA-256: ". 7392feae"\n');
      const { text, sha256 } = await readPaste(process.stdin);
      await take(Buffer.from(text), 'what was pasted', { ...options, ...(sha256 === undefined ? {} : { sha256 }) });
    });
}

/** A file as it is pasted elsewhere: with the line that ends the paste, and the digits that tell whether all of it came. */
export function pasteOf(text: string): { readonly pasted: string; readonly digits: string } {
  const whole = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  const digits = createHash('sha256').update(whole).digest('hex').slice(0, 8);
  return { pasted: `${whole}${END} ${digits}\n`, digits };
}

/**
 * Lines until one with a dot. A terminal ends lines otherwise than the file does. Rejects where none comes.
 * @param echo where what is typed is shown, if the terminal does not do that
 */
export async function readPaste(
  input: NodeJS.ReadableStream,
  echo?: NodeJS.WritableStream,
): Promise<{ readonly text: string; readonly sha256: string | undefined }> {
  const lines: string[] = [];
  const shown = echo === undefined ? {} : { output: echo, terminal: true, historySize: 0, prompt: '' };
  const reader = createInterface({ input, crlfDelay: Infinity, ...shown });
  try {
    for await (const line of reader) {
      const [dot, sha256, ...rest] = line.trim().split(/\s+/);
      if (dot === END && rest.length === 0) return { text: lines.map((each) => `${each}\n`).join(''), sha256 };
      if (lines.length >= LINES_MAX) throw new Error(`nothing was written: more than ${String(LINES_MAX)} lines came, and none with a dot alone`);
      lines.push(line);
    }
  } finally {
    // To leave the loop does not: it would go on to echo what others read.
    reader.close();
  }
  throw new Error('nothing was written: the input ended without a line with a dot, so it may not be whole');
}

async function take(bytes: Uint8Array, from: string, { json, ...options }: Options): Promise<void> {
  const { sha256, appliances } = await putFile(bytes, from, options);
  print({ file: options.out, sha256, appliances }, { json: json === true }, () =>
    [
      wrap('file     ', `${options.out} (only its owner can read it), for ${appliances.join(' and ')}`),
      wrap('SHA-256  ', sha256),
    ].join('\n'),
  );
}

/** Verified before it takes its place. @returns which boxes it describes. Rejects where nothing was written */
export async function putFile(
  bytes: Uint8Array,
  from: string,
  { out, sha256, replace }: Omit<Options, 'json'>,
): Promise<{ readonly sha256: string; readonly appliances: readonly string[] }> {
  const digest = createHash('sha256').update(bytes).digest('hex');
  if (sha256 === undefined) throw new Error(`nothing was written: say its SHA-256 (--sha256), which "pair new" and "sha256sum" print; that of ${from} is ${digest}`);
  if (!SHA256.test(sha256)) throw new Error('nothing was written: at least eight hexadecimal digits of the SHA-256 are wanted');
  if (!digest.startsWith(sha256.toLowerCase())) {
    throw new Error(`nothing was written: ${from} is not what it should be: its SHA-256 is ${digest}, and ${sha256.toLowerCase()} was said`);
  }
  const { formatDiagnostic, loadProvisioning } = await import('../config/index.ts');
  const loaded = loadProvisioning(bytes, from);
  if ('diagnostics' in loaded) throw new Error(`nothing was written:\n\n${loaded.diagnostics.map(formatDiagnostic).join('\n\n')}`);
  const { writeOnce, writeOver } = await import('../identity/index.ts');
  const text = Buffer.from(bytes).toString();
  if (replace === true) await writeOver(out, text);
  else if (!(await writeOnce(out, text))) {
    throw new Error(`${out} exists already and stays as it is; --replace puts this one in its place`);
  }
  return { sha256: digest, appliances: Object.keys(loaded.document.appliances) };
}
