/** Everything for support in one file, without secrets: also from a box whose daemon does not run. */
import { existsSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { maskSecrets } from '../../config/index.ts';
import { askDaemon } from '../../control/index.ts';
import type { OutlookReport, Request, StatusReport } from '../../control/index.ts';
import { KEPT_LOG } from '../../default-places.ts';
import { reasonOf } from '../../reason.ts';
import { openRevisions } from '../../revisions/index.ts';
import { earlierLog } from '../kept-log.ts';
import { wrap } from '../wrap.ts';
import { ask, clean } from './system-program.ts';

export interface DumpPlace {
  readonly control: string;
  /** Where no daemon says which they are. */
  readonly file: string;
  readonly stateDirectory: string;
}

/** Of each part; a log or a file may be long. */
const PART_MAX = 256 * 1_024;
const PROGRAM_MS = 5_000;
const LOG_LINES = 500;

const ASKED: readonly Request[] = [
  { method: 'status' },
  { method: 'clock' },
  { method: 'links' },
  { method: 'failover' },
  { method: 'failover-history' },
  { method: 'pairings' },
  { method: 'counters' },
  { method: 'load' },
  { method: 'config' },
  { method: 'log', lines: LOG_LINES },
];

/** None of these shows keys: `ip` prints none, and the kernel's log has what drivers say. */
const PROGRAMS: readonly (readonly [program: string, ...words: string[]])[] = [
  ['uname', '-a'],
  ['date', '-u'],
  ['ip', '-s', 'link', 'show'],
  ['ip', '-6', 'addr', 'show'],
  ['ip', '-6', 'route', 'show'],
  ['ip', '-6', 'neigh', 'show'],
  ['df', '-k'],
  ['ps'],
  ['dmesg'],
];

/** Of an appliance; elsewhere what the system says is the system's. */
const LOGS = ['/var/log/messages', ...[1, 2].map((earlier) => earlierLog(KEPT_LOG, earlier))];
const FILES = ['/proc/uptime', '/proc/loadavg', '/proc/meminfo', '/proc/net/snmp6', '/proc/net/dev'];

/** @returns what was written; rejects where nothing was */
export async function dump(place: DumpPlace, file: string): Promise<string> {
  const parts: string[] = ['twinlease support file\n'];
  const add = (title: string, text: string): void => void parts.push(`\n===== ${title}\n${shortened(withoutSecrets(text))}\n`);
  let { file: provisioning, stateDirectory } = place;
  try {
    const status = (await askDaemon(place.control, { method: 'status' })) as StatusReport;
    provisioning = status.configuration.file;
    stateDirectory = status.storage.directory;
    await addReports(place.control, status, add);
  } catch (error) {
    add('the daemon', reasonOf(error));
  }
  add(provisioning, await textOf(provisioning));
  const commits = await openRevisions(stateDirectory).list();
  add('commits', commits.map(({ back, replacedAt }) => `${String(back)} ago, ${replacedAt.toISOString()}`).join('\n') || 'none');
  for (const name of ['crashes.jsonl', 'failover-history.jsonl']) add(join(stateDirectory, name), await textOf(join(stateDirectory, name)));
  for (const [program, ...words] of PROGRAMS) {
    const said = await ask(program, words, PROGRAM_MS);
    add([program, ...words].join(' '), said === undefined ? 'it is not installed here' : said.text);
  }
  for (const path of existsSync(dirname(KEPT_LOG)) ? [...FILES, ...LOGS] : FILES) add(path, await textOf(path));
  const text = parts.join('');
  await write(file, text);
  return wrap('', `${file}: ${String(Buffer.byteLength(text))} octets. It has addresses and identifiers of clients, and no keys.`);
}

async function addReports(control: string, { failover }: StatusReport, add: (title: string, text: string) => void): Promise<void> {
  for (const request of ASKED) add(`show ${request.method}`, await reportOf(control, request));
  for (const { name: relationship } of failover) {
    const outlook = (await askDaemon(control, { method: 'failover-outlook', relationship })) as OutlookReport;
    add(`outlook of ${relationship}`, JSON.stringify(outlook, undefined, 1));
    add(`differences of ${relationship}`, await reportOf(control, { method: 'failover-differences', relationship }));
  }
}

async function reportOf(control: string, request: Request): Promise<string> {
  try {
    const report = await askDaemon(control, request);
    return typeof report === 'string' ? report : JSON.stringify(report, undefined, 1);
  } catch (error) {
    return reasonOf(error);
  }
}

async function write(path: string, text: string): Promise<void> {
  await using target = await open(path, 'wx', 0o600);
  await target.writeFile(text);
  await target.sync();
}

async function textOf(path: string): Promise<string> {
  return await readFile(path, 'utf8').then(clean, reasonOf);
}

/** What looks like a key is one. */
function withoutSecrets(text: string): string {
  return maskSecrets(text).replaceAll(/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, '(a private key stood here)');
}

/** The end of it is the newest. */
function shortened(text: string): string {
  return text.length <= PART_MAX ? text : `(the first ${String(text.length - PART_MAX)} characters are left out)\n${text.slice(-PART_MAX)}`;
}
