/** Who may come to ask by TCP, how many at a time, and with TLS or without (RFC 5460 section 7.1, RFC 7653 section 9.1). */
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import type { BoxIdentity } from '../../identity/index.ts';
import type { Beginning } from '../../server/index.ts';
import { formatAddress, parseAddress, samePrefix } from '../../wire/index.ts';
import type { Address, EpochSeconds } from '../../wire/index.ts';
import { backOff } from '../back-off.ts';
import { readExactFrame } from '../tls/exact-frame.ts';
import { handshakeCost } from '../tls/handshake-cost.ts';
import { createHandshakes } from '../tls/handshakes.ts';
import type { Handshakes } from '../tls/handshakes.ts';
import { createTlsAcceptor } from '../tls/secure.ts';
import type { TlsAcceptor } from '../tls/secure.ts';
import { createTroubles } from '../troubles.ts';
import { openRequestorConnection } from './connection.ts';
import type { RequestorConnection, RequestorTimes } from './connection.ts';
import { isStartTls, startTlsReply } from './start-tls.ts';
import { createTurns } from './turns.ts';

export interface LeasequeryPlace {
  /** TCP, on all addresses of this box. */
  readonly port: number;
  /** By which the box is known; undefined: there is no TLS (RFC 7653 section 9.1, insecure mode). */
  readonly identity: BoxIdentity | undefined;
  readonly requestors: readonly PermittedRequestor[];
  /** BULK_LQ_MAX_CONNS (RFC 5460 section 5.6). */
  readonly connectionsMax: number;
  readonly times: RequestorTimes;
}

export interface PermittedRequestor {
  readonly address: Address;
  /** Of the prefix that it comes from. */
  readonly length: number;
  /** SHA-256 of the certificate that it has to show, 64 hexadecimal digits; undefined: it can't come where there is TLS. */
  readonly certificate: string | undefined;
}

const TROUBLES = [
  /** Closed at once: not from a requestor. */
  'strangers',
  /** Closed at once: there were as many as may be, and each at work. */
  'tooMany',
  /** No TLS, or not with a certificate that is known. */
  'notSecured',
  /** Closed by this box while it was at work. */
  'closed',
  /** The system refuses to listen. */
  'notListening',
] as const;

/** Numbers since the start. */
type Counters = Readonly<ReturnType<typeof createCounters> & Record<(typeof TROUBLES)[number], number>>;

function createCounters() {
  return {
    connections: 0,
    /** Idle ones that were closed for others. */
    displaced: 0,
    timedOut: 0,
    queries: 0,
    queriesRefused: 0,
    invalid: 0,
  };
}

export interface LeasequeryConnection {
  readonly requestor: string;
  readonly port: number;
  readonly state: RequestorConnection['state'];
  readonly isSecured: boolean;
  /** Since when it is in this state, in seconds. */
  readonly forSeconds: number;
  readonly told: number;
  /** Leases that wait to be told. */
  readonly behind: number;
}

export interface LeasequeryServerOptions {
  readonly begin: (frame: Uint8Array, onChange: () => void) => Beginning;
  readonly now: () => EpochSeconds;
  report(severity: 'info' | 'warning', text: string): void;
}

export interface LeasequeryServer {
  /** From now on there and so; undefined: nowhere. Who may not come any more is told to go. */
  configure(place: LeasequeryPlace | undefined): void;
  counters(): Counters;
  connections(): readonly LeasequeryConnection[];
  isListening(): boolean;
  close(): void;
}

/** Who does not have TLS within this time never will. */
const HANDSHAKE_MS = 10_000;

interface Open {
  readonly socket: Socket;
  readonly source: Address;
  readonly text: string;
  readonly port: number;
  readonly isSecured: boolean;
  /** Of the certificate that it has shown. */
  fingerprint: string | undefined;
  /** Undefined while TLS is not there yet. */
  connection: RequestorConnection | undefined;
}

interface Tls {
  readonly acceptor: TlsAcceptor;
  readonly handshakes: Handshakes;
}

export function createLeasequeryServer(options: LeasequeryServerOptions): LeasequeryServer {
  const turns = createTurns();
  const counters = createCounters();
  const open = new Set<Open>();
  const delays = backOff();
  const troubles = createTroubles(TROUBLES, (severity, text) => options.report(severity, text), () => performance.now());
  let place: LeasequeryPlace | undefined;
  let tls: Tls | undefined;
  let server: Server | undefined;
  let retry: NodeJS.Timeout | undefined;

  const permitted = (source: Address): readonly PermittedRequestor[] => (place?.requestors ?? []).filter(({ address, length }) => samePrefix(address, source, length));

  const isKnown = ({ source, fingerprint }: Open): boolean => permitted(source).some(({ certificate }) => certificate !== undefined && certificate === fingerprint);

  /** The connection that is idle for longest, of the same requestor where it has one, makes room. */
  const makeRoom = (source: string): boolean => {
    const idle = [...open].filter(({ connection }) => connection === undefined || connection.state === 'idle');
    const own = idle.filter(({ text }) => text === source);
    const [longest] = (own.length > 0 ? own : idle).sort((a, b) => (a.connection?.since ?? 0) - (b.connection?.since ?? 0));
    if (longest === undefined) return false;
    counters.displaced += 1;
    open.delete(longest);
    longest.socket.destroy();
    return true;
  };

  const accept = (socket: Socket): void => {
    socket.on('error', () => socket.destroy());
    const source = parseAddress(socket.remoteAddress?.split('%')[0] ?? '');
    const { remotePort } = socket;
    if (place === undefined || source === undefined || remotePort === undefined) {
      socket.destroy();
      return;
    }
    const text = formatAddress(source);
    if (permitted(source).length === 0) {
      troubles.note('strangers', `leasequery: a connection from ${text} was closed: it is none of the requestors`);
      socket.destroy();
      return;
    }
    if (open.size >= place.connectionsMax && !makeRoom(text)) {
      troubles.note('tooMany', `leasequery: a connection from ${text} was closed: there are ${open.size} at work, as many as may be`);
      socket.destroy();
      return;
    }
    counters.connections += 1;
    const known: Open = { socket, source, text, port: remotePort, isSecured: tls !== undefined, fingerprint: undefined, connection: undefined };
    open.add(known);
    socket.once('close', () => open.delete(known));
    if (tls === undefined) serve(known, socket);
    else secure(known, tls);
  };

  const secure = (known: Open, { acceptor, handshakes }: Tls): void => {
    const { socket, text } = known;
    const refuse = (why: string): void => {
      troubles.note('notSecured', `leasequery: a connection from ${text} was closed: ${why}`);
      socket.destroy();
    };
    const deadline = setTimeout(() => refuse('TLS took too long'), HANDSHAKE_MS).unref();
    socket.once('close', () => clearTimeout(deadline));
    readExactFrame(socket, (frame) => {
      if ('error' in frame || !isStartTls(frame)) {
        refuse('it did not begin with STARTTLS (RFC 7653 section 9.1)');
        return;
      }
      const isOver = handshakes.wait(text, false, () => {
        socket.write(startTlsReply(frame));
        acceptor.secure(socket, (secured) => {
          isOver();
          clearTimeout(deadline);
          if ('error' in secured) {
            refuse(`the TLS handshake failed: ${secured.error.message}`);
            return;
          }
          known.fingerprint = secured.certificate?.fingerprint;
          if (isKnown(known)) serve(known, secured.socket);
          else refuse(secured.certificate === undefined ? 'it showed no certificate' : `its certificate (SHA-256 ${secured.certificate.fingerprint}) is none of the requestors'`);
        });
      });
      socket.once('close', isOver);
    });
  };

  const serve = (known: Open, socket: Socket): void => {
    if (place === undefined) {
      socket.destroy();
      return;
    }
    const { times } = place;
    known.connection = openRequestorConnection({
      socket,
      turns,
      times,
      begin: options.begin,
      now: options.now,
      onRequest(outcome) {
        if (outcome === 'answered') counters.queries += 1;
        else if (outcome === 'refused') counters.queriesRefused += 1;
        else counters.invalid += 1;
      },
      onTimeout() {
        counters.timedOut += 1;
      },
      onClosed(why) {
        if (why !== undefined) troubles.note('closed', `leasequery: the connection from ${known.text} was closed: ${why}`);
      },
    });
  };

  const listen = (port: number): void => {
    const opened = createServer({ pauseOnConnect: true, allowHalfOpen: true }, accept);
    opened.on('error', (error: NodeJS.ErrnoException) => {
      if (server !== opened) return;
      troubles.note('notListening', `leasequery can't be answered at TCP port ${port} (${error.code ?? error.message}): it is tried again`);
      retry = setTimeout(listen, delays.next(), port).unref();
    });
    opened.on('listening', () => {
      delays.reset();
      options.report('info', `leasequery is answered at TCP port ${port}, ${tls === undefined ? 'WITHOUT TLS' : 'with TLS'}`);
    });
    server = opened;
    opened.listen({ host: '::', port, ipv6Only: true });
  };

  const stop = (): void => {
    clearTimeout(retry);
    const stopped = server;
    server = undefined;
    stopped?.close();
  };

  const end = (one: Open, why: string): void => {
    if (one.connection === undefined) one.socket.destroy();
    else one.connection.end(why);
  };

  return {
    counters: () => ({ ...counters, ...troubles.counts }),
    configure(next) {
      const before = place;
      const isSameTls = before?.identity?.certificate.fingerprint === next?.identity?.certificate.fingerprint;
      place = next;
      if (!isSameTls || tls === undefined) {
        tls = next?.identity && { acceptor: createTlsAcceptor(next.identity), handshakes: createHandshakes(handshakeCost(next.identity)) };
      }
      for (const one of open) {
        const mayStay = one.connection === undefined || !one.isSecured ? permitted(one.source).length > 0 : isKnown(one);
        if (!isSameTls || !mayStay) end(one, 'the configuration has changed');
      }
      if (before?.port === next?.port && isSameTls) return;
      stop();
      if (next !== undefined) listen(next.port);
    },
    connections: () =>
      [...open].map(({ text, port, isSecured, connection }) => ({
        requestor: text,
        port,
        state: connection?.state ?? 'idle',
        isSecured,
        forSeconds: connection === undefined ? 0 : Math.floor((performance.now() - connection.since) / 1_000),
        told: connection?.told ?? 0,
        behind: connection?.behind ?? 0,
      })),
    isListening: () => server?.listening === true,
    close() {
      place = undefined;
      stop();
      for (const one of open) end(one, 'the server is stopping');
    },
  };
}
