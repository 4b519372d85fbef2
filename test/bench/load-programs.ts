// The C programs that make the load (they must outrun the servers on one core), and what they print.

import { mkdirSync } from 'node:fs';
import { clientInterface, runOnClientSide } from './lab.ts';
import { expectCommand } from './run-command.ts';

const sources = new URL('load/', import.meta.url).pathname;
const binaries = new URL('../../.cache/bench/', import.meta.url).pathname;
const programs = ['ceiling', 'exchanges', 'fleet', 'names', 'probe'] as const;
type LoadProgram = (typeof programs)[number];

export function loadProgram(program: LoadProgram): string {
  return binaries + program;
}

/** Compile them all; it takes a second. */
export async function compileLoadPrograms(): Promise<void> {
  mkdirSync(binaries, { recursive: true });
  const flags = ['-std=c11', '-O2', '-Wall', '-Wextra', '-Werror'];
  for (const program of programs)
    await expectCommand('cc', [...flags, '-o', binaries + program, `${sources}${program}.c`, `${sources}dhcp6.c`]);
}

/** Times of one kind of answer, microseconds; only `count` when there was none. */
export interface Times {
  readonly count: number;
  readonly mean?: number;
  readonly p50?: number;
  readonly p90?: number;
  readonly p99?: number;
  readonly p999?: number;
  readonly max?: number;
}

/** What `exchanges` prints. Rates are a second's, of whole four-way exchanges. */
export interface ExchangesResult {
  readonly seconds: number;
  readonly offeredRate: number;
  readonly rate: number;
  readonly solicits: number;
  readonly replies: number;
  readonly drops: number;
  readonly late: number;
  readonly refused: number;
  readonly sendErrors: number;
  readonly solicitMicroseconds: Times;
  readonly requestMicroseconds: Times;
  readonly exchangeMicroseconds: Times;
}

// Client numbers never repeat within a run of the bench: every exchange is a new binding.
let nextClient = 1;

function takeClients(count: number): string {
  const first = nextClient;
  nextClient += Math.ceil(count) + 1;
  return String(first);
}

async function runLoad(program: LoadProgram, ...programArguments: string[]): Promise<unknown> {
  const result = await runOnClientSide(loadProgram(program), '--interface', clientInterface, ...programArguments);
  if (result.code !== 0) throw new Error(`${program} ${programArguments.join(' ')}: ${result.stderr.trim()}`);
  return JSON.parse(result.stdout);
}

/** New clients at a fixed rate, whatever the server does. */
export async function offerExchanges(rate: number, seconds: number): Promise<ExchangesResult> {
  const first = takeClients(rate * seconds);
  return (await runLoad('exchanges', '--rate', String(rate), '--seconds', String(seconds), '--first', first)) as ExchangesResult;
}

/**
 * The same: how long each client waited for its two answers together, microseconds. Its own turn between them does not count: where a
 * partner is on the core of the load, its kernel's work holds that up. One that was not answered within a second waited that long.
 */
export async function timeWaits(rate: number, seconds: number): Promise<readonly number[]> {
  const first = takeClients(rate * seconds);
  const options = ['--rate', String(rate), '--seconds', String(seconds), '--first', first, '--all', '1'];
  const { waits, drops } = (await runLoad('exchanges', ...options)) as ExchangesResult & { readonly waits: readonly number[] };
  return [...waits, ...new Array<number>(drops).fill(1e6)];
}

/**
 * Bind exactly so many new clients, as fast as the server takes them.
 * @param sayMore each has a vendor class and a name, and accepts Reconfigure
 */
export async function fill(count: number, sayMore = false): Promise<ExchangesResult> {
  const options = ['--count', String(count), '--window', '128', '--first', takeClients(count), '--more', sayMore ? '1' : '0'];
  return (await runLoad('exchanges', ...options)) as ExchangesResult;
}

/** What `fleet` prints: seconds until half, 99 % and the last of the clients were bound. */
export interface FleetResult {
  readonly clients: number;
  readonly bound: number;
  readonly half?: number;
  readonly ninetyNine?: number;
  readonly last?: number;
  readonly solicits: number;
  readonly requests: number;
  readonly retransmissions: number;
}

/** All at once, with a real client's retransmissions, until all are bound or a minute is over. */
export async function fleet(clients: number, initialDelay: number, seed: number): Promise<FleetResult> {
  return (await runLoad(
    'fleet',
    ...['--clients', String(clients), '--initial-delay', String(initialDelay)],
    ...['--seed', String(seed), '--first', takeClients(clients)],
  )) as FleetResult;
}
