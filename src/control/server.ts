/**
 * The control socket: a Unix socket that only root and the daemon's own user may use. The kernel says who
 * is at the other end; the mode of the file alone is not trusted.
 */
import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { peerCredentials } from './peer/index.ts';
import type { Request } from './protocol.ts';
import { parseLease, reportCounters, reportLeases, reportLinks, reportStatus } from './reports.ts';
import type { Subject } from './subject.ts';

const CONNECTIONS_MAX = 16;
const REQUEST_BYTES_MAX = 4_096;
const IDLE_MS = 60_000;
const PAGE_MAX = 1_000;

export interface Control {
  close(): void;
}

/** Rejects where another daemon has the socket, or it can't be made. */
export async function startControl(path: string, subject: Subject): Promise<Control> {
  mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
  await removeStaleSocket(path);
  const server = createServer((socket) => {
    serve(socket, subject);
  });
  server.maxConnections = CONNECTIONS_MAX;
  await listen(server, path);
  chmodSync(path, 0o600);
  return {
    close() {
      server.close();
      rmSync(path, { force: true });
    },
  };
}

/** A socket that nobody answers on is left from a daemon that was killed. */
async function removeStaleSocket(path: string): Promise<void> {
  const answered = await new Promise<boolean>((resolve) => {
    const probe = connect(path, () => {
      resolve(true);
      probe.destroy();
    });
    probe.on('error', () => {
      resolve(false);
    });
  });
  if (answered) throw new Error(`another daemon answers on ${path}; stop it, or name another socket with --control`);
  rmSync(path, { force: true });
}

async function listen(server: Server, path: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function serve(socket: Socket, subject: Subject): void {
  socket.on('error', () => socket.destroy());
  const peer = peerCredentials(socket);
  if (peer === undefined || (peer.uid !== 0 && peer.uid !== process.getuid?.())) {
    subject.log.add('warning', `control socket: user ${peer?.uid ?? 'unknown'} was refused`);
    socket.end(`${JSON.stringify({ error: 'only root and the user of the daemon may use the control socket' })}\n`);
    return;
  }
  socket.setTimeout(IDLE_MS, () => socket.destroy());
  let pending = 0;
  socket.on('data', (chunk) => {
    pending += chunk.length;
    if (pending > REQUEST_BYTES_MAX) socket.destroy();
  });
  const lines = createInterface({ input: socket });
  // It passes on the errors of the socket, which are dealt with above.
  lines.on('error', () => undefined);
  lines.on('line', (line) => {
    pending = 0;
    void answer(line, subject).then((response) => socket.write(`${JSON.stringify(response)}\n`));
  });
}

/** Never rejects: an error becomes an answer. */
async function answer(line: string, subject: Subject): Promise<{ result: unknown } | { error: string }> {
  let request: Request;
  try {
    request = JSON.parse(line) as Request;
  } catch {
    return { error: 'the request is not JSON' };
  }
  try {
    return await perform(request, subject);
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

async function perform(request: Request, subject: Subject): Promise<{ result: unknown } | { error: string }> {
  switch (request.method) {
    case 'status':
      return { result: reportStatus(subject) };
    case 'links':
      return { result: reportLinks(subject) };
    case 'counters':
      return { result: reportCounters(subject) };
    case 'config':
      return { result: subject.configurationText() };
    case 'leases': {
      const limit = Math.min(Math.max(1, Math.floor(Number(request.query.limit)) || 1), PAGE_MAX);
      const page = reportLeases(subject, { ...request.query, limit });
      return typeof page === 'string' ? { error: page } : { result: page };
    }
    case 'lease-command': {
      const lease = parseLease(request.lease);
      if (lease === undefined) return { error: `"${request.lease}" is no address or prefix` };
      return done(await subject.leaseCommand({ action: request.action, ...lease }));
    }
    case 'store-accept':
      return done(await subject.acceptStorage());
    case 'reload':
      return done(await subject.reload());
    default:
      return { error: 'there is no such method' };
  }
}

function done(refusal: string | undefined): { result: true } | { error: string } {
  return refusal === undefined ? { result: true } : { error: refusal };
}
