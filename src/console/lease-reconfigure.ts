/** `twinlease lease reconfigure`: a client is asked to come for what is new (RFC 9915 section 18.3.11). */
import { setTimeout as wait } from 'node:timers/promises';
import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { askDaemon } from '../control/index.ts';
import type { ReconfigureMessage, ReconfigureReport } from '../control/index.ts';
import { withControlOptions } from './control-option.ts';
import type { ControlOptions } from './control-option.ts';
import { print } from './print.ts';

/** The client is asked again after 2, 6 and 14 s, and until 8 min 30 s have passed. */
const WAIT_SECONDS = 15;
const LOOK_EVERY_MS = 100;
const EXIT_FAILURE = 1;

interface Options extends ControlOptions {
  readonly renew?: boolean;
  readonly rebind?: boolean;
  readonly informationRequest?: boolean;
  readonly wait: number;
}

export function addLeaseReconfigure(lease: Command): void {
  withControlOptions(lease.command('reconfigure'))
    .argument('<client>', 'an address, a prefix with its length, or a DUID')
    .option('--renew', 'for a Renew: the usual one, where this box is its server')
    .option('--rebind', 'for a Rebind: the usual one, where it heard the other box last')
    .option('--information-request', 'for an Information-request: options alone')
    .option('--wait <seconds>', 'how long to wait for its answer; 0: not at all', seconds, WAIT_SECONDS)
    .description('ask a client to come for what is new, by Reconfigure; it must have accepted that')
    .action(reconfigure);
}

async function reconfigure(client: string, options: Options): Promise<void> {
  const message = messageOf(options);
  const end = performance.now() + options.wait * 1_000;
  let report = (await askDaemon(options.control, { method: 'reconfigure', client, message })) as ReconfigureReport;
  while (report.state === 'asked' && performance.now() < end) {
    await wait(LOOK_EVERY_MS);
    report = (await askDaemon(options.control, { method: 'reconfigure-report', client: report.duid })) as ReconfigureReport;
  }
  const isWell = report.state === 'answered' || options.wait === 0;
  if (!isWell && options.json !== true) throw new Error(formatReconfigure(report));
  if (!isWell) process.exitCode = EXIT_FAILURE;
  print(report, options, () => formatReconfigure(report));
}

function messageOf({ renew, rebind, informationRequest }: Options): ReconfigureMessage | undefined {
  const said = [...(renew === true ? ['renew' as const] : []), ...(rebind === true ? ['rebind' as const] : []), ...(informationRequest === true ? ['information-request' as const] : [])];
  if (said.length > 1) throw new Error(`a client can be asked for one message: say one of ${said.map((one) => `--${one}`).join(', ')}`);
  return said[0];
}

const WORDS: Readonly<Record<ReconfigureMessage, string>> = { renew: 'a Renew', rebind: 'a Rebind', 'information-request': 'an Information-request' };

export function formatReconfigure({ duid, message, state, attempts, attemptsMax, seconds: took }: ReconfigureReport): string {
  const asked = `${duid} was asked ${attempts === 1 ? 'once' : `${String(attempts)} times`} for ${WORDS[message]}`;
  switch (state) {
    case 'asked':
      return attempts === 1 && took < 1 ? asked : `${asked} and has not answered within ${took.toFixed(1)} s; it is asked up to ${String(attemptsMax)} times`;
    case 'answered':
      return `${asked} and answered after ${took.toFixed(took < 1 ? 3 : 1)} s`;
    case 'unanswered':
      return `${asked} and did not answer: it is off, or not reached, or does not accept what it is asked`;
    case 'ended':
      return `${asked} and is not asked any more: it has no lease now, or the other box answers it`;
  }
}

function seconds(text: string): number {
  if (!/^\d{1,4}$/.test(text)) throw new InvalidArgumentError('It must be a whole number of seconds, up to 9999.');
  return Number(text);
}
