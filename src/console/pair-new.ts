/** `twinlease pair new`: writes a provisioning file for two boxes. Takes flags; asks a person for what is missing. */
import { createHash } from 'node:crypto';
import type { Command } from 'commander';
import { parsePrefix } from '../wire/index.ts';
import { askFor } from './ask-for.ts';
import type { Question } from './ask-for.ts';
import { LINK_PREFIX_MAX, pairFile } from './pair-file.ts';
import type { PairLink } from './pair-file.ts';
import { print } from './print.ts';
import { surroundings } from './surroundings.ts';
import { wrap } from './wrap.ts';

interface Options {
  readonly out: string;
  readonly primary?: string;
  readonly secondary?: string;
  readonly management?: string;
  readonly primaryAddress?: string;
  readonly secondaryAddress?: string;
  readonly link?: readonly string[];
  readonly json?: boolean;
}

/** What must be known, in the order in which it is asked for. */
const QUESTIONS = {
  primary: { flag: '--primary', text: 'What is the first box called, which gives new leases while both run?', proposal: 'east' },
  secondary: { flag: '--secondary', text: 'What is the other box called?', proposal: 'west' },
  management: { flag: '--management', text: 'Over which interface do the boxes talk to each other?', proposal: 'eth0' },
  primaryAddress: { flag: '--primary-address', text: 'Which address does the first box have there, with its prefix length (fd00::1/64)?' },
  secondaryAddress: { flag: '--secondary-address', text: 'And the other one (fd00::2/64)?' },
  link: {
    flag: '--link',
    text: 'Which links are clients on? NAME:INTERFACE:PREFIX for each, such as lan1:eth1:2001:db8:1::/64; several with spaces between them.',
  },
} as const satisfies Readonly<Record<string, Question>>;

export function addPairNew(pair: Command): void {
  pair
    .command('new')
    .requiredOption('--out <file>', 'where the provisioning file is written; a file that exists stays as it is')
    .option('--primary <name>', 'the box that gives new leases while both run')
    .option('--secondary <name>', 'the other box')
    .option('--management <interface>', 'what the boxes talk to each other over')
    .option('--primary-address <address>', 'of the primary there, with its prefix length')
    .option('--secondary-address <address>', 'of the secondary there, with its prefix length')
    .option('--link <name:interface:prefix...>', 'a link that clients are on, and its interface on both boxes')
    .option('--json', 'print JSON, for programs')
    .description('write a provisioning file for two boxes, with a new pairing key; asks for what is not said')
    .action(async (options: Options) => {
      await writePairFile(options);
    });
}

async function writePairFile({ out, json, ...said }: Options): Promise<void> {
  const { link, ...words } = said;
  const known = { ...words, ...(link === undefined ? {} : { link: link.join(' ') }) };
  const answers = await askFor(QUESTIONS, known, surroundings().terminal);
  const links = answers.link.split(/\s+/).filter(Boolean).map(parseLink);
  const { newPairingKey, writeOnce } = await import('../identity/index.ts');
  const text = pairFile({ ...answers, links }, newPairingKey());
  await mustBeRight(text, out);
  if (!(await writeOnce(out, text))) throw new Error(`${out} exists already and stays as it is`);
  const sha256 = createHash('sha256').update(text).digest('hex');
  print({ file: out, sha256, appliances: [answers.primary, answers.secondary] }, { json: json === true }, () =>
    [
      wrap('file     ', `${out} (SECRET until the boxes have met: it has their pairing key; only its owner can read it)`),
      wrap('SHA-256  ', sha256),
      wrap('next     ', `put it onto both boxes, and start "twinlease serve" there: with --appliance ${answers.primary} on one, with --appliance ${answers.secondary} on the other. "twinlease pair status" says how far they are.`),
    ].join('\n'),
  );
}

function parseLink(text: string): PairLink {
  const [, name = '', interfaceName = '', prefixText = ''] = /^([^:]*):([^:]*):(.*)$/.exec(text) ?? [];
  const prefix = parsePrefix(prefixText);
  if (name === '' || interfaceName === '' || prefix === undefined) {
    throw new Error(`"${text}" is no link: NAME:INTERFACE:PREFIX is wanted, such as lan1:eth1:2001:db8:1::/64`);
  }
  if (prefix.length > LINK_PREFIX_MAX) throw new Error(`the prefix of ${name} has no room for clients: /${String(LINK_PREFIX_MAX)} or shorter is wanted`);
  return { name, interfaceName, ...prefix };
}

/** What was said may be no name, no address, or the same twice: the file's own checks know. */
async function mustBeRight(text: string, file: string): Promise<void> {
  const { loadProvisioning } = await import('../config/index.ts');
  const loaded = loadProvisioning(Buffer.from(text), file);
  if ('document' in loaded) return;
  const faults = loaded.diagnostics.map(({ problem, found, allowed }) => `${found}: ${problem} (allowed: ${allowed})`);
  throw new Error(`no file was written:\n${faults.map((fault) => wrap('- ', fault)).join('\n')}`);
}
