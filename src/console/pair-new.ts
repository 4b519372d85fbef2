/** `twinlease pair new`: writes a provisioning file for two boxes. Takes flags; asks a person for what is missing. */
import { createHash } from 'node:crypto';
import type { Command } from 'commander';
import { askFor } from './ask-for.ts';
import type { Question } from './ask-for.ts';
import { addressFault, linksFault, nameFault, parseLink, portFault } from './pair-answers.ts';
import { pairFile } from './pair-file.ts';
import type { MorePrimary } from './pair-file.ts';
import { print } from './print.ts';
import { surroundings } from './surroundings.ts';
import type { Terminal } from './surroundings.ts';
import { wrap } from './wrap.ts';

interface Options {
  readonly out: string;
  readonly primary?: string;
  readonly secondary?: string;
  readonly management?: string;
  readonly primaryAddress?: string;
  readonly secondaryAddress?: string;
  readonly link?: readonly string[];
  readonly also?: readonly string[];
  readonly json?: boolean;
}

type PairQuestion = 'primary' | 'secondary' | 'management' | 'primaryAddress' | 'secondaryAddress' | 'link';

/** What must be known, in the order in which it is asked for. @param ports of the boxes, where they are known */
export function pairQuestions(ports?: readonly string[]): Readonly<Record<PairQuestion, Question>> {
  return {
    primary: { flag: '--primary', text: 'What is the first box called, which gives new leases while both run?', proposal: 'east', fault: nameFault },
    secondary: {
      flag: '--secondary',
      text: 'What is the other box called?',
      proposal: 'west',
      fault: async (name, { primary }) => (name === primary ? 'The first box is called that.' : await nameFault(name)),
    },
    management: {
      flag: '--management',
      text: 'Over which interface do the boxes talk to each other?',
      proposal: 'eth0',
      fault: async (name) => await portFault(name, ports),
    },
    primaryAddress: {
      flag: '--primary-address',
      text: 'Which address does the first box have there, with its prefix length (fd00::1/64)?',
      fault: addressFault,
    },
    secondaryAddress: {
      flag: '--secondary-address',
      text: 'And the other one (fd00::2/64)?',
      fault: async (address, { primaryAddress }) => (address === primaryAddress ? 'The first box has that.' : await addressFault(address)),
    },
    link: {
      flag: '--link',
      text: 'Which links are clients on? NAME:INTERFACE:PREFIX for each, such as lan1:eth1:2001:db8:1::/64; several with spaces between them.',
      fault: async (text, { primary = '' }) => await linksFault(text.split(/\s+/).filter(Boolean), primary, ports),
    },
  };
}

export function addPairNew(pair: Command): void {
  pair
    .command('new')
    .requiredOption('--out <file>', 'where the provisioning file is written; a file that exists stays as it is')
    .option('--primary <name>', 'the box that gives new leases while both run')
    .option('--secondary <name>', 'the other box')
    .option('--management <interface>', 'what the boxes talk to each other over')
    .option('--primary-address <address>', 'of the primary there, with its prefix length')
    .option('--secondary-address <address>', 'of the secondary there, with its prefix length')
    .option('--link <name:interface:prefix...>', 'a link that clients are on, and its interface on both boxes; with @NAME behind it that of another primary')
    .option('--also <name=address...>', 'a further primary that the secondary backs as well, and its address on the management link')
    .option('--json', 'print JSON, for programs')
    .description('write a provisioning file for two boxes, with a new pairing key; asks for what is not said')
    .action(async (options: Options) => {
      await writePairFile(options);
    });
}

async function writePairFile({ json, ...said }: Options): Promise<void> {
  const { file, sha256, appliances } = await makePairFile(said, surroundings().terminal);
  print({ file, sha256, appliances }, { json: json === true }, () =>
    [
      wrap('file     ', `${file} (SECRET until the boxes have met: it has their pairing key; only its owner can read it)`),
      wrap('SHA-256  ', sha256),
      wrap('next     ', `put it onto ${appliances.length === 2 ? 'both' : 'all'} boxes, and start "twinlease serve" there: ${appliances.map((name) => `--appliance ${name}`).join(' on one, ')} on ${appliances.length === 2 ? 'the other' : 'the last'}. "twinlease pair status" says how far they are.`),
    ].join('\n'),
  );
}

export interface PairFile {
  readonly file: string;
  readonly sha256: string;
  /** The boxes that it is for, the primary first. */
  readonly appliances: readonly string[];
}

/** Asks for what was not said. Rejects where no file was written. @param ports of the boxes, where they are known */
export async function makePairFile({ out, ...said }: Omit<Options, 'json'>, terminal: Terminal, ports?: readonly string[]): Promise<PairFile> {
  const { link, also = [], ...words } = said;
  const known = { ...words, ...(link === undefined ? {} : { link: link.join(' ') }) };
  const answers = await askFor(pairQuestions(ports), known, terminal);
  const more = also.map(parseMore);
  const links = answers.link.split(/\s+/).filter(Boolean).map((text) => parseLink(text, answers.primary));
  const stray = links.find(({ primary }) => ![answers.primary, ...more.map(({ name }) => name)].includes(primary));
  if (stray !== undefined) throw new Error(`${stray.name}: there is no primary "${stray.primary}"`);
  const { newPairingKey, writeOnce } = await import('../identity/index.ts');
  const text = pairFile({ ...answers, more, links }, newPairingKey);
  await mustBeRight(text, out);
  if (!(await writeOnce(out, text))) throw new Error(`${out} exists already and stays as it is`);
  const sha256 = createHash('sha256').update(text).digest('hex');
  return { file: out, sha256, appliances: [answers.primary, answers.secondary, ...more.map(({ name }) => name)] };
}

function parseMore(text: string): MorePrimary {
  const [, name = '', address = ''] = /^([^=]*)=(.*)$/.exec(text) ?? [];
  if (name === '' || address === '') throw new Error(`"${text}" is no further primary: say NAME=ADDRESS, such as north=fd00::3/64`);
  return { name, address };
}

/** What was said may be no name, no address, or the same twice: the file's own checks know. */
async function mustBeRight(text: string, file: string): Promise<void> {
  const { loadProvisioning } = await import('../config/index.ts');
  const loaded = loadProvisioning(Buffer.from(text), file);
  if ('document' in loaded) return;
  const faults = loaded.diagnostics.map(({ problem, found, allowed }) => `${found}: ${problem} (allowed: ${allowed})`);
  throw new Error(`no file was written:\n${faults.map((fault) => wrap('- ', fault)).join('\n')}`);
}
