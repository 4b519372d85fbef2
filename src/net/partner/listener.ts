/** The TCP port that a secondary waits at (RFC 8156 section 6.1), opened again for as long as it takes. */
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { backOff } from '../back-off.ts';
import { describeSocketError } from './socket-error.ts';
import type { Report } from '../troubles.ts';
import type { PartnerTroubles } from './trouble.ts';

export interface Listener {
  /** Tries at once what it would try later: something has changed at the management interface. */
  retryNow(): void;
  close(): void;
}

/** @param host an address of this box, with its zone where it needs one */
export function keepListening(
  host: string,
  port: number,
  onSocket: (socket: Socket) => void,
  troubles: PartnerTroubles,
  report: Report,
): Listener {
  const delays = backOff();
  const where = `${host} port ${port}`;
  let server: Server | undefined;
  let retry: NodeJS.Timeout | undefined;
  let isOpen = false;
  let failed = false;
  let closed = false;

  const open = (): void => {
    clearTimeout(retry);
    retry = undefined;
    const attempt = createServer({ pauseOnConnect: true }, onSocket);
    server = attempt;
    attempt.on('error', (error) => {
      if (closed) return;
      if (isOpen) {
        troubles.note('notListening', `a connection to ${where} can't be accepted: ${describeSocketError(error)}`);
        return;
      }
      retry = setTimeout(open, delays.next());
      failed = true;
      troubles.note('notListening', `can't wait for the partner at ${where}: ${describeSocketError(error)}; trying again`);
    });
    attempt.listen({ host, port, ipv6Only: true }, () => {
      isOpen = true;
      delays.reset();
      if (failed) report('info', `waiting for the partner at ${where}`);
    });
  };

  open();
  return {
    retryNow() {
      if (retry === undefined) return;
      delays.reset();
      open();
    },
    close() {
      closed = true;
      clearTimeout(retry);
      server?.close();
    },
  };
}
