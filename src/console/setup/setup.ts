/**
 * The first-boot dialogue: from a box as it came from the factory to one of a pair, in less than ten questions. Each step looks whether it
 * is done already, and leaves the box as it was or as it should be: whoever leaves in the middle says "setup" again.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { formatDiagnostic, loadProvisioning, readProvisioning, whichBox } from '../../config/index.ts';
import { reasonOf } from '../../reason.ts';
import { askFor } from '../ask-for.ts';
import { makePairFile } from '../pair-new.ts';
import { pasteOf } from '../pair-paste.ts';
import { boxState } from '../session/box-state.ts';
import type { Box } from '../session/box-state.ts';
import { startDaemon } from '../session/daemon-commands.ts';
import { surroundings } from '../surroundings.ts';
import type { Terminal } from '../surroundings.ts';
import { wrap } from '../wrap.ts';
import { choosePassword } from './password.ts';
import { describePorts, portNames } from './ports.ts';
import { takeFile } from './take-file.ts';
import { waitForPartner } from './wait-for-partner.ts';

export const SETUP = 'make this box one of a pair, question by question; may be left';

const SOURCE = {
  source: {
    flag: '--file',
    text: 'Where does the file of the pair come from? "new": it is made here, "paste": it is pasted here, or its path, such as on a stick.',
    proposal: 'new',
    fault: (source: string) =>
      Promise.resolve(source === 'new' || source === 'paste' || existsSync(source) ? undefined : `"${source}" is neither "new" nor "paste", and there is no such file.`),
  },
} as const;

export async function setUp(box: Box): Promise<void> {
  const { terminal } = surroundings();
  if (terminal.input.isTTY !== true) throw new Error('nobody is here to be asked: "pair new", "pair import" and "serve" do the same without questions');
  const tell = (text: string): void => {
    terminal.output.write(`${text.split('\n').map((line) => wrap('', line)).join('\r\n')}\r\n`);
  };
  await choosePassword(terminal, tell);
  await provideFile(box, terminal, tell);
  const name = await chooseBox(box, terminal);
  if ((await boxState(box)).kind === 'running') tell('The daemon runs already.');
  else tell(await startDaemon(box));
  await waitForPartner(box, name, await otherBoxText(box), tell);
}

/** What is to be done on the other box. */
async function otherBoxText({ file }: Box): Promise<string> {
  const { digits } = pasteOf(await readFile(file, 'utf8'));
  return `On the other box: "setup", then the same file: by a stick, or "paste" there what "pair show" prints here. Its SHA-256 begins with ${digits}.`;
}

async function provideFile({ file }: Box, terminal: Terminal, tell: (text: string) => void): Promise<void> {
  if (existsSync(file)) {
    mustBeRight(await readFile(file), file);
    tell(`The provisioning file is there: ${file}.`);
    return;
  }
  tell(describePorts());
  for (;;) {
    const { source } = await askFor(SOURCE, {}, terminal);
    try {
      if (source === 'new') {
        await makePairFile({ out: file }, terminal, portNames());
        tell(`Written: ${file}. It is SECRET until the boxes have met.`);
      } else {
        await takeFile(source, file, terminal, tell);
        tell(`Written: ${file}.`);
      }
      return;
    } catch (error) {
      if (error instanceof Error && error.message === 'nothing was done') throw error;
      tell(reasonOf(error));
    }
  }
}

function mustBeRight(bytes: Uint8Array, file: string): void {
  const loaded = loadProvisioning(bytes, file);
  if ('document' in loaded) return;
  throw new Error(`${file} is there, and wrong: mend it with "configure", then say "setup" again\n\n${loaded.diagnostics.map(formatDiagnostic).join('\n\n')}`);
}

async function chooseBox({ file, stateDirectory }: Box, terminal: Terminal): Promise<string | undefined> {
  const loaded = await readProvisioning(file);
  if (!('document' in loaded)) return undefined;
  return await whichBox({
    document: loaded.document,
    file,
    stateDirectory,
    ask: async (names) => {
      const text = `Which box is this: ${names.join(' or ')}?`;
      return (await askFor({ box: { flag: '--appliance', text, answers: names } }, {}, terminal)).box;
    },
  });
}
