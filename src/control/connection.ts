/** One client at the control socket: its requests are answered one after another, in their order. */
import type { Socket } from 'node:net';
import { reasonOf } from '../reason.ts';
import { peerCredentials } from './peer/index.ts';
import { perform } from './perform.ts';
import type { Response } from './protocol.ts';
import { parseRequest } from './request.ts';
import type { Subject } from './subject.ts';

/** The longest is a query for a DUID of 130 octets: some 500 characters. */
const REQUEST_LENGTH_MAX = 4_096;
const IDLE_MS = 60_000;
/** Time to read a refusal. */
const FAREWELL_MS = 1_000;

/** Never rejects; resolves when the client is gone. */
export async function serveConnection(socket: Socket, subject: Subject): Promise<void> {
  socket.on('error', () => socket.destroy());
  socket.setTimeout(IDLE_MS, () => socket.destroy());
  const peer = peerCredentials(socket);
  if (peer === undefined || (peer.uid !== 0 && peer.uid !== process.getuid?.())) {
    subject.log.add('warning', `control socket: user ${String(peer?.uid ?? 'unknown')} was refused`);
    refuse(socket, 'only root and the user of the daemon may use the control socket');
    return;
  }
  try {
    await answerLines(socket, subject);
  } catch {
    // The client went away in the middle; there is nobody to tell.
    socket.destroy();
  }
}

/** While a request is dealt with nothing more is read: a client that asks faster than it is answered waits. */
async function answerLines(socket: Socket, subject: Subject): Promise<void> {
  let unread = '';
  for await (const chunk of socket.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    unread += chunk as string;
    for (let end = unread.indexOf('\n'); end >= 0 && end <= REQUEST_LENGTH_MAX; end = unread.indexOf('\n')) {
      const line = unread.slice(0, end);
      unread = unread.slice(end + 1);
      // A client that waits is not idle: an update of both boxes may take minutes to begin.
      socket.setTimeout(0);
      const response = await answer(line, subject);
      socket.setTimeout(IDLE_MS);
      await write(socket, response);
    }
    if (unread.length > REQUEST_LENGTH_MAX) {
      refuse(socket, `a request may have ${String(REQUEST_LENGTH_MAX)} characters at most`);
      return;
    }
  }
  socket.end();
}

async function answer(line: string, subject: Subject): Promise<Response<unknown>> {
  const request = parseRequest(line);
  if (typeof request === 'string') return { error: request };
  try {
    return await perform(request, subject);
  } catch (error) {
    return { error: reasonOf(error) };
  }
}

/** Resolves when the client has taken it, or is gone. */
async function write(socket: Socket, response: Response<unknown>): Promise<void> {
  await new Promise<void>((resolve) => {
    socket.write(`${JSON.stringify(response)}\n`, () => resolve());
  });
}

/**
 * Says why. What the client still says is read and thrown away for a while: it would get an error instead of the answer if its
 * request met a closed socket.
 */
function refuse(socket: Socket, error: string): void {
  const farewell = setTimeout(() => socket.destroy(), FAREWELL_MS);
  socket.once('close', () => clearTimeout(farewell));
  socket.end(`${JSON.stringify({ error })}\n`);
  socket.resume();
}
