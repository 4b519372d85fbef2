/** `twinlease export` and `twinlease import`: every lease as JSON lines, while no daemon has the state directory. */
import { randomBytes } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { finished } from 'node:stream/promises';
import { SingleBar } from 'cli-progress';
import type { Binding } from './lease/index.ts';
import { reasonOf } from './reason.ts';
import { exportLines, importLines, openStore } from './store/index.ts';
import type { ImportError, OpenedStore } from './store/index.ts';
import { createStamps } from './time/index.ts';
import { formatDuid, parseDuid, sameBytes } from './wire/index.ts';
import type { Duid } from './wire/index.ts';

const EXIT_FAILURE = 1;
const ERRORS_SHOWN = 10;
const BINDINGS_PER_COMMIT = 1_000;

/** @param withKeys see `ExportOptions` @returns the exit code */
export async function exportLeases(stateDirectory: string, withKeys: boolean): Promise<number> {
  if (!existsSync(stateDirectory)) return complain(`there is no state directory ${stateDirectory}; name it with --state`);
  const opened = await open(stateDirectory);
  if (typeof opened === 'string') return complain(opened);
  for (const finding of opened.findings) process.stderr.write(`twinlease: ${finding}\n`);
  const bar = progressBar('exported', opened.bindings);
  let keys = 0;
  const counted = async function* (): AsyncGenerator<readonly Binding[]> {
    for await (const bindings of opened.store.bindings()) {
      keys += bindings.filter(({ reconfigureData }) => reconfigureData !== undefined).length;
      yield bindings;
    }
  };
  for await (const line of exportLines(counted(), { withKeys })) {
    if (!process.stdout.write(`${line}\n`)) await new Promise((resolve) => process.stdout.once('drain', resolve));
    bar.increment();
  }
  bar.stop();
  await opened.store.close();
  if (keys > 0 && !withKeys) {
    process.stderr.write(`twinlease: the reconfigure keys of ${String(keys)} leases are left out: where these are imported their clients get new ones at their next Request ("--with-keys" exports them, too)\n`);
  }
  return 0;
}

export interface ImportOptions {
  readonly stateDirectory: string;
  readonly file: string;
  /** These are all the leases there are: nothing is held back for what may be missing. */
  readonly complete: boolean;
  /** As a DUID is written: this server takes the place of the one that had it. */
  readonly serverDuid?: string | undefined;
}

/** @returns the exit code */
export async function importLeases({ stateDirectory, file, complete, serverDuid }: ImportOptions): Promise<number> {
  const duid = serverDuid === undefined ? undefined : parseDuid(serverDuid);
  if (serverDuid !== undefined && duid === undefined) return complain(`--server-duid: ${serverDuid} is no DUID in hexadecimal, such as 00:03:00:01:02:00:5e:10:00:01`);
  const checked = await checkFile(file);
  if (typeof checked === 'string') return complain(checked);
  const opened = await open(stateDirectory, duid);
  if (typeof opened === 'string') return complain(opened);
  const { store } = opened;
  try {
    if (duid !== undefined && !sameBytes(opened.identity.duid, duid)) {
      return complain(`${stateDirectory} is that of the server ${formatDuid(opened.identity.duid)}, which keeps its DUID; import into an empty state directory`);
    }
    if (opened.bindings > 0) {
      return complain(`${stateDirectory} holds ${String(opened.bindings)} leases already; import into an empty state directory`);
    }
    await store.markLost(`leases were imported from ${file}`);
    const failure = await commitAll(opened, file, checked);
    if (failure !== undefined) return complain(`the import ended half-way: ${failure}; remove ${stateDirectory} and begin again`);
    if (complete) await store.accept();
  } finally {
    await store.close();
  }
  const next = complete ? '' : '; nobody gets a new lease until "twinlease store accept" says that these are all';
  process.stderr.write(`${String(checked)} leases were imported${next}\n`);
  return 0;
}

/** @returns the number of bindings, or what is wrong with the file */
async function checkFile(file: string): Promise<number | string> {
  const errors: string[] = [];
  let count = 0;
  let omitted = 0;
  try {
    for await (const item of importLines(linesOf(file))) {
      if (!isError(item)) count++;
      else if (errors.length < ERRORS_SHOWN) errors.push(`${file}:${String(item.line)}: ${item.problem}`);
      else omitted++;
    }
  } catch (error) {
    return `the leases can't be read: ${reasonOf(error)}`;
  }
  if (errors.length === 0) return count;
  return [...errors, ...(omitted > 0 ? [`and ${String(omitted)} more errors`] : []), 'nothing was imported'].join('\n');
}

/** @returns why it failed, or undefined */
async function commitAll({ store, counter }: OpenedStore, file: string, total: number): Promise<string | undefined> {
  const bar = progressBar('imported', total);
  let revision = counter;
  let group: Binding[] = [];
  const commitGroup = async (): Promise<string | undefined> => {
    const result = await store.commit(++revision, group, []);
    bar.increment(group.length);
    group = [];
    return result.committed ? undefined : result.reason;
  };
  for await (const item of importLines(linesOf(file))) {
    if (isError(item)) return `line ${String(item.line)} changed meanwhile`;
    group.push(item);
    if (group.length < BINDINGS_PER_COMMIT) continue;
    const failure = await commitGroup();
    if (failure !== undefined) return failure;
  }
  const failure = group.length > 0 ? await commitGroup() : undefined;
  bar.stop();
  return failure;
}

function isError(item: Binding | ImportError): item is ImportError {
  return 'problem' in item;
}

async function* linesOf(file: string): AsyncGenerator<string> {
  const stream = createReadStream(file);
  yield* createInterface({ input: stream, crlfDelay: Infinity });
  await finished(stream);
}

async function open(directory: string, serverDuid?: Duid): Promise<OpenedStore | string> {
  const opening = await openStore({
    directory,
    serverDuid,
    randomBytes,
    now: createStamps().epoch,
    onBinding: () => undefined,
    onAlarm: ({ text }) => process.stderr.write(`${text}\n`),
  });
  return 'error' in opening ? opening.error.text : opening;
}

/** On a terminal only: standard output may be the export itself. */
function progressBar(what: string, total: number): SingleBar {
  const bar = new SingleBar({ format: `${what} {value} of {total} [{bar}] {eta_formatted}`, noTTYOutput: false, hideCursor: true });
  if (total > 0) bar.start(total, 0);
  return bar;
}

function complain(text: string): number {
  process.stderr.write(`twinlease: ${text}\n`);
  return EXIT_FAILURE;
}
