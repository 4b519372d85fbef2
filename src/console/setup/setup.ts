/**
 * The first-boot dialogue: from a box as it came from the factory to one of a pair, in less than ten questions. Each step looks whether it
 * is done already, and leaves the box as it was or as it should be: whoever leaves in the middle says "setup" again.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { formatDiagnostic, loadProvisioning, whichBox } from '../../config/index.ts';
import { reasonOf } from '../../reason.ts';
import { askFor } from '../ask-for.ts';
import { makePairFile } from '../pair-new.ts';
import { boxState } from '../session/box-state.ts';
import type { Box } from '../session/box-state.ts';
import { startDaemon } from '../session/daemon-commands.ts';
import { surroundings } from '../surroundings.ts';
import type { Terminal } from '../surroundings.ts';
import { wrap } from '../wrap.ts';
import { choosePassword } from './password.ts';
import { describePorts } from './ports.ts';
import { takeFile } from './take-file.ts';
import { waitForPartner } from './wait-for-partner.ts';

export const SETUP = 'make this box one of a pair, question by question; may be left';

const SOURCE = {
  source: {
    flag: '--file',
    text: 'Where does the file of the pair come from? "new": it is made here, "paste": it is pasted here, or its path, such as on a stick.',
    proposal: 'new',
  },
} as const;

export async function setUp(box: Box): Promise<void> {
  const { terminal } = surroundings();
  if (terminal.input.isTTY !== true) throw new Error('nobody is here to be asked: "pair new", "pair import" and "serve" do the same without questions');
  const tell = (text: string): void => {
    terminal.output.write(`${text.split('\n').map((line) => wrap('', line)).join('\r\n')}\r\n`);
  };
  await choosePassword(terminal, tell);
  const isNew = await provideFile(box, terminal, tell);
  const name = await chooseBox(box, terminal);
  if ((await boxState(box)).kind === 'running') tell('The daemon runs already.');
  else tell(await startDaemon(box));
  if (isNew !== undefined) tell(`On the other box: "setup", then the same file. It is ${box.file} here ("cat" shows it for a paste); its SHA-256 begins with ${isNew.slice(0, 8)}.`);
  await waitForPartner(box, name, tell);
}

/** @returns the SHA-256 of a file that was made just now */
async function provideFile({ file }: Box, terminal: Terminal, tell: (text: string) => void): Promise<string | undefined> {
  if (existsSync(file)) {
    mustBeRight(await readFile(file), file);
    tell(`The provisioning file is there: ${file}.`);
    return undefined;
  }
  tell(describePorts());
  for (;;) {
    const { source } = await askFor(SOURCE, {}, terminal);
    try {
      if (source === 'new') {
        const made = await makePairFile({ out: file }, terminal);
        tell(`Written: ${file}. It is SECRET until the boxes have met.`);
        return made.sha256;
      }
      await takeFile(source, file, terminal, tell);
      tell(`Written: ${file}.`);
      return undefined;
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
  return await whichBox({
    file,
    stateDirectory,
    ask: async (names) => {
      const text = `Which box is this: ${names.join(' or ')}?`;
      return (await askFor({ box: { flag: '--appliance', text, answers: names } }, {}, terminal)).box;
    },
  });
}
