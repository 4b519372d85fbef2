/**
 * The control socket: a Unix socket that only root and the daemon's own user may use. The kernel says who
 * is at the other end; the mode of the file alone is not trusted.
 */
import { lstatSync, mkdirSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { dirname } from 'node:path';
import { reasonOf } from '../reason.ts';
import { serveConnection } from './connection.ts';
import type { Subject } from './subject.ts';

const CONNECTIONS_MAX = 16;
/** Nobody but the owner: the complement of mode 0600. */
const OWNER_ONLY = 0o177;

export interface Control {
  /** Removes the socket and cuts off whoever is connected. */
  close(): void;
}

/** @returns why it can't be made, in a sentence for the operator */
export async function startControl(path: string, subject: Subject): Promise<Control | string> {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
    const obstacle = await makeRoom(path);
    if (obstacle !== undefined) return obstacle;
    return await openControl(path, subject);
  } catch (error) {
    return `the control socket ${path} can't be made: ${reasonOf(error)}`;
  }
}

async function openControl(path: string, subject: Subject): Promise<Control> {
  const connections = new Set<Socket>();
  /** There was no room for the last one: one log line tells of all until there is room again. */
  let wasFull = false;
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    connections.add(socket);
    socket.once('close', () => {
      connections.delete(socket);
      wasFull = false;
    });
    void serveConnection(socket, subject);
  });
  server.maxConnections = CONNECTIONS_MAX;
  server.on('drop', () => {
    if (!wasFull) subject.log.add('warning', `control socket: ${String(CONNECTIONS_MAX)} clients are connected, others are turned away`);
    wasFull = true;
  });
  await listen(server, path);
  return {
    close() {
      server.close();
      for (const socket of connections) socket.destroy();
    },
  };
}

/**
 * A socket that nobody answers on is left from a daemon that was killed, and is removed.
 * @returns what else stands in the way
 */
async function makeRoom(path: string): Promise<string | undefined> {
  const file = lstatSync(path, { throwIfNoEntry: false });
  if (file === undefined) return undefined;
  if (!file.isSocket()) return `${path} exists and is no socket; name another control socket with --control`;
  const answered = await new Promise<boolean>((resolve) => {
    const probe = connect(path, () => {
      resolve(true);
      probe.destroy();
    });
    probe.on('error', () => resolve(false));
  });
  if (answered) return `another daemon answers on ${path}; stop it, or name another control socket with --control`;
  rmSync(path, { force: true });
  return undefined;
}

async function listen(server: Server, path: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    const mask = process.umask(OWNER_ONLY);
    try {
      // The name is bound before this returns.
      server.listen(path, () => {
        server.off('error', reject);
        resolve();
      });
    } finally {
      process.umask(mask);
    }
  });
}
