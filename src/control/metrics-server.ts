/**
 * Metrics over HTTP, for a collector that asks: on one address and port, to whoever reaches it. It says nothing that leads into the box,
 * and takes nothing: one short request a connection, few connections at a time, and a text that is a second old at most.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';

export interface MetricsPlace {
  /** With its zone where it is link-local. */
  readonly host: string;
  readonly port: number;
}

export interface MetricsServer {
  /** From now on there; undefined: nowhere. */
  configure(place: MetricsPlace | undefined): void;
  close(): void;
}

const PATH = '/metrics';
const CONNECTIONS_MAX = 8;
const REQUEST_MS = 5_000;
const HEADER_OCTETS_MAX = 4_096;
/** The address may still be checked, or the port be gone. */
const AGAIN_MS = 5_000;
const AGE_MS = 1_000;

/** @param text what there is to say now @param onReport where it can be had, or why it can't, once for each change */
export function createMetricsServer(text: () => string, onReport: (severity: 'info' | 'warning', line: string) => void): MetricsServer {
  let place: MetricsPlace | undefined;
  let server: Server | undefined;
  let retry: NodeJS.Timeout | undefined;
  let reported: string | undefined;
  let kept: { readonly at: number; readonly text: string } | undefined;

  const fresh = (): string => {
    const now = performance.now();
    if (kept === undefined || now - kept.at > AGE_MS) kept = { at: now, text: text() };
    return kept.text;
  };
  const say = (severity: 'info' | 'warning', line: string): void => {
    if (line === reported) return;
    reported = line;
    onReport(severity, line);
  };
  const open = ({ host, port }: MetricsPlace): void => {
    // Who gives no metrics does without the memory that HTTP takes.
    const { createServer } = process.getBuiltinModule('node:http');
    const where = `[${host}]:${String(port)}`;
    const opened = createServer({ maxHeaderSize: HEADER_OCTETS_MAX, requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS, connectionsCheckingInterval: 1_000 }, (request, response) =>
      answer(request, response, fresh),
    );
    opened.maxConnections = CONNECTIONS_MAX;
    opened.maxRequestsPerSocket = 1;
    opened.on('error', (error: NodeJS.ErrnoException) => {
      if (server !== opened) return;
      say('warning', `metrics can't be given at ${where} (${error.code ?? error.message}): it is tried again`);
      retry = setTimeout(() => open({ host, port }), AGAIN_MS).unref();
    });
    opened.on('listening', () => say('info', `metrics are given at http://${where}${PATH}`));
    server = opened;
    opened.listen({ host, port, ipv6Only: true });
  };
  const close = (): void => {
    clearTimeout(retry);
    const closing = server;
    server = undefined;
    closing?.close();
    closing?.closeAllConnections();
  };
  return {
    configure(next) {
      if (next?.host === place?.host && next?.port === place?.port) return;
      close();
      place = next;
      if (next !== undefined) open(next);
      else if (reported !== undefined) say('info', 'metrics are given nowhere any more');
    },
    close,
  };
}

function answer({ method, url }: IncomingMessage, response: ServerResponse, text: () => string): void {
  response.setHeader('connection', 'close');
  if (method !== 'GET' && method !== 'HEAD') response.writeHead(405, { allow: 'GET, HEAD' }).end();
  else if (url?.split('?')[0] !== PATH) response.writeHead(404).end();
  else response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8', 'cache-control': 'no-store' }).end(method === 'HEAD' ? '' : text());
}
