/** Which of the boxes of a provisioning file this one is: one file goes onto all of them, and each knows itself by its hardware. */
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeDurably } from '../durable-file.ts';
import type { ProvisioningDocument } from './schema.ts';

/** What the kernel knows of the hardware. */
interface Hardware {
  /** As the board or its firmware has them. */
  readonly serialNumbers: readonly string[];
  /** "02:00:5e:10:00:01" */
  readonly macAddresses: readonly string[];
}

export interface WhichBoxOptions {
  /** What the provisioning file says. */
  readonly document: Pick<ProvisioningDocument, 'appliances'>;
  /** Its name. */
  readonly file: string;
  /** Where an answer is kept. */
  readonly stateDirectory: string;
  /** `/sys`, unless a test says otherwise. */
  readonly sys?: string;
  /** Asks a person; undefined where nobody is there. */
  readonly ask: (names: readonly string[]) => Promise<string | undefined>;
}

/** The answer of a person, where the hardware gave none. */
const ANSWER_FILE = 'box-name';

const SERIAL_NUMBERS = ['firmware/devicetree/base/serial-number', 'class/dmi/id/product_serial', 'class/dmi/id/board_serial'];

/**
 * By its serial number or the address of one of its ports, as the file names them; else by what was answered once; else by one
 * question.
 * @returns its name; undefined where the file describes one box, or nobody is there to be asked. Rejects where the
 *   hardware is that of two boxes.
 */
export async function whichBox({ document: { appliances }, file, stateDirectory, sys = '/sys', ask }: WhichBoxOptions): Promise<string | undefined> {
  const names = Object.keys(appliances);
  if (names.length < 2) return undefined;

  const { serialNumbers, macAddresses } = await readHardware(sys);
  const signs = names.map((name) => {
    const box = appliances[name];
    const serial = serialNumbers.find((found) => found === box?.['serial-number']);
    const mac = (box?.['mac-addresses'] ?? []).map(formatMac).find((wanted) => macAddresses.includes(wanted));
    return { name, by: serial === undefined ? mac && `the hardware address ${mac}` : `the serial number ${serial}` };
  });
  const matches = signs.filter(({ by }) => by !== undefined);
  if (matches.length > 1) {
    throw new Error(`${file}: this box has what is named for several: ${matches.map(({ name, by }) => `${String(by)} (${name})`).join(', ')}`);
  }
  if (matches[0] !== undefined) return matches[0].name;

  const kept = join(stateDirectory, ANSWER_FILE);
  const answered = (await textOf(kept)) ?? '';
  if (names.includes(answered)) return answered;
  const answer = await ask(names);
  if (answer === undefined) return undefined;
  await mkdir(stateDirectory, { recursive: true, mode: 0o700 });
  await writeDurably(kept, `${answer}\n`, 0o600);
  return answer;
}

async function readHardware(sys: string): Promise<Hardware> {
  const serialNumbers = await Promise.all(SERIAL_NUMBERS.map(async (path) => await textOf(join(sys, path))));
  const ports = await readdir(join(sys, 'class/net')).catch(() => []);
  const macs = await Promise.all(ports.map(async (port) => await textOf(join(sys, 'class/net', port, 'address'))));
  return {
    serialNumbers: serialNumbers.filter((text) => text !== undefined),
    // The loopback interface has one of zeros.
    macAddresses: macs.flatMap((mac) => (mac === undefined || /^[0:]*$/.test(mac) ? [] : [mac.toLowerCase()])),
  };
}

/** Without the NUL that ends text in a device tree; undefined where there is nothing. */
async function textOf(path: string): Promise<string | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.replaceAll('\0', '').trim() || undefined;
}

function formatMac(octets: Uint8Array): string {
  return Array.from(octets, (octet) => octet.toString(16).padStart(2, '0')).join(':');
}
