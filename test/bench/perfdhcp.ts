import { clientInterface, runOnClientSide, socketDrops, withLargeReceiveBuffer, type SocketDrops } from './lab.ts';
import { sleep } from './run-command.ts';

export interface PerfdhcpResult {
  /** What it was asked for and what it sent, exchanges a second. */
  readonly askedRate: number;
  readonly sentRate: number;
  /** Whole four-way exchanges a second. */
  readonly rate: number;
  readonly exchanges: number;
  /** Part of the exchanges begun that did not end. */
  readonly dropped: number;
  /** Mean delay of Solicit-Advertise and Request-Reply by its own clock, ms. */
  readonly solicitDelay: number;
  readonly requestDelay: number;
  /** Datagrams lost to a full socket buffer, on either side: at the client they are perfdhcp's own. */
  readonly socketDrops: SocketDrops;
}

let runs = 0;

/** Only this run's clients: perfdhcp varies the last three octets of the DUID for a million of them. */
function freshDuid(): string {
  runs += 1;
  return `0003000106${runs.toString(16).padStart(4, '0')}000000`;
}

function numbers(text: string, label: string): number[] {
  return [...text.matchAll(new RegExp(`^${label}: ([0-9.]+)`, 'gm'))].map((match) => Number(match[1]));
}

/**
 * Four-way exchanges of new clients at a rate. perfdhcp stops sending after `seconds` and then still waits 0.3 s; its own
 * "Rate" line counts that wait in, so the rate is taken from its counts. It plays thousands of clients on one socket: with the
 * usual buffer of 208 KiB it loses the answers of a group commit, which would reach as many hosts otherwise.
 */
export async function perfdhcp(askedRate: number, seconds: number): Promise<PerfdhcpResult> {
  const before = socketDrops();
  const result = await withLargeReceiveBuffer(() =>
    runOnClientSide(
      ...['perfdhcp', '-6', '-l', clientInterface, '-r', String(Math.round(askedRate)), '-p', String(seconds)],
      ...['-R', '1000000', '-b', `duid=${freshDuid()}`, '-W', '300000'],
    ),
  );
  const [solicits = NaN] = numbers(result.stdout, 'sent packets');
  const [, exchanges = NaN] = numbers(result.stdout, 'received packets');
  const [solicitDelay = NaN, requestDelay = NaN] = numbers(result.stdout, 'avg delay');
  // Exit status 3 says that there were drops.
  if ((result.code !== 0 && result.code !== 3) || Number.isNaN(solicits + exchanges))
    throw new Error(`perfdhcp: exit ${String(result.code)}: ${result.stderr}${result.stdout}`);
  // What a flooded server still holds must not fall into the next run.
  await sleep(300);
  const after = socketDrops();
  return {
    askedRate,
    sentRate: solicits / seconds,
    rate: exchanges / seconds,
    exchanges,
    dropped: (solicits - exchanges) / solicits,
    solicitDelay,
    requestDelay,
    socketDrops: { atServer: after.atServer - before.atServer, atClient: after.atClient - before.atClient },
  };
}
