/**
 * The event log on another host, by syslog over UDP (RFC 5424, RFC 5426): a datagram a line. Nothing waits for it: what the network does
 * not take is counted and left out.
 */
import type { Socket } from 'node:dgram';
import type { LogLine } from './event-log.ts';

export interface RemoteLogPlace {
  readonly host: string;
  readonly port: number;
}

export interface RemoteLog {
  /** From now on there; undefined: nowhere. */
  configure(place: RemoteLogPlace | undefined): void;
  send(line: LogLine): void;
  close(): void;
}

export interface RemoteLogOptions {
  /** The name of this box. */
  readonly appliance: string;
  /** Without it a line has no time. */
  readonly isTimeTrusted: () => boolean;
  /** The lines can't be sent, for this reason; undefined: they can. */
  readonly onTrouble: (reason: string | undefined) => void;
}

/** daemon (RFC 5424 section 6.2.1) */
const FACILITY = 3;
const SEVERITIES = { error: 3, warning: 4, info: 6 } as const;
/** Datagrams that the system has not taken yet. */
const UNDER_WAY_MAX = 64;
/** Every receiver takes so much (RFC 5426 section 3.2). */
const OCTETS_MAX = 1_180;

export function createRemoteLog({ appliance, isTimeTrusted, onTrouble }: RemoteLogOptions): RemoteLog {
  let place: RemoteLogPlace | undefined;
  let socket: Socket | undefined;
  let underWay = 0;
  let dropped = 0;
  let trouble: string | undefined;

  const note = (reason: string | undefined): void => {
    if (reason === trouble) return;
    trouble = reason;
    onTrouble(reason);
  };
  const post = (line: LogLine): void => {
    if (socket === undefined || place === undefined) return;
    if (underWay >= UNDER_WAY_MAX) {
      dropped++;
      return;
    }
    underWay++;
    socket.send(formatSyslog(line, appliance, isTimeTrusted()), place.port, place.host, (error) => {
      underWay--;
      if (error !== null) dropped++;
      note(error === null ? undefined : ((error as NodeJS.ErrnoException).code ?? error.message));
    });
  };
  const close = (): void => {
    socket?.close();
    socket = undefined;
    underWay = 0;
  };
  return {
    configure(next) {
      if (next?.host === place?.host && next?.port === place?.port) return;
      close();
      note(undefined);
      place = next;
      if (next === undefined) return;
      const { createSocket } = process.getBuiltinModule('node:dgram');
      const opened = createSocket('udp6');
      opened.on('error', (error: NodeJS.ErrnoException) => note(error.code ?? error.message));
      opened.unref();
      socket = opened;
    },
    send(line) {
      if (dropped > 0 && underWay < UNDER_WAY_MAX && trouble === undefined) {
        post({ ...line, severity: 'warning', text: `${String(dropped)} lines before this one were not sent` });
        dropped = 0;
      }
      post(line);
    },
    close,
  };
}

/** RFC 5424 section 6: without structured data, and with a time only where it is known. */
export function formatSyslog({ time, severity, text }: LogLine, appliance: string, isTimeTrusted: boolean): Uint8Array {
  const header = `<${String(FACILITY * 8 + SEVERITIES[severity])}>1 ${isTimeTrusted ? time.toISOString() : '-'} ${appliance} twinlease ${String(process.pid)} - - `;
  // What is not ASCII is announced as UTF-8 (section 6.4).
  const message = Buffer.from(`${header}${/^[ -~]*$/.test(text) ? '' : '\ufeff'}${text}`);
  if (message.length <= OCTETS_MAX) return message;
  let end = OCTETS_MAX;
  // Not in the middle of a character: its further octets begin with the bits 10.
  while (((message[end] ?? 0) & 0xc0) === 0x80) end--;
  return message.subarray(0, end);
}
