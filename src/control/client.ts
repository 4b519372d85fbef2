/** The other end of the control socket, for commands and the console. */
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import type { Request, Response } from './protocol.ts';

/** Nobody answered at the control socket. */
export class NoAnswerError extends Error {
  /** Nobody listens there: no daemon runs. */
  readonly isDown: boolean;

  constructor(message: string, isDown: boolean) {
    super(message);
    this.isDown = isDown;
  }
}

/** A daemon that does not answer within this is stuck or gone. */
const ANSWER_MS = 10_000;

/**
 * Asks the daemon one thing. Rejects with a sentence for the operator where no daemon can be reached, where it does not
 * answer, or where it refuses.
 *
 * @param withinMs how long it may take to answer
 */
export async function askDaemon(path: string, request: Request, withinMs = ANSWER_MS): Promise<unknown> {
  const line = await exchange(path, JSON.stringify(request), withinMs);
  const response = parseResponse(line);
  if (response === undefined) throw new Error(`what answers at ${path} is no twinlease daemon`);
  if ('error' in response) throw new Error(response.error);
  return response.result;
}

function parseResponse(line: string): Response<unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    const isResponse = typeof value === 'object' && value !== null && ('result' in value || 'error' in value);
    return isResponse ? (value as Response<unknown>) : undefined;
  } catch {
    return undefined;
  }
}

async function exchange(path: string, request: string, withinMs: number): Promise<string> {
  return await new Promise((resolve, reject) => {
    const socket = connect(path, () => socket.write(`${request}\n`));
    const end = (finish: () => void): void => {
      socket.destroy();
      finish();
    };
    socket.setTimeout(withinMs, () => {
      end(() => {
        reject(new NoAnswerError(`the daemon at ${path} does not answer`, false));
      });
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      end(() => {
        reject(new NoAnswerError(explain(path, error), isNobody(error)));
      });
    });
    socket.on('close', () => {
      reject(new NoAnswerError(turnedAway(path), false));
    });
    const lines = createInterface({ input: socket });
    // It passes on the errors of the socket, which are dealt with above.
    lines.on('error', () => undefined);
    lines.once('line', (line) => {
      end(() => {
        resolve(line);
      });
    });
  });
}

function isNobody({ code }: NodeJS.ErrnoException): boolean {
  return code === 'ENOENT' || code === 'ECONNREFUSED';
}

function explain(path: string, error: NodeJS.ErrnoException): string {
  if (isNobody(error)) return `no daemon is running: nothing answers at ${path} (start it with "twinlease serve FILE", or name its socket with --control)`;
  switch (error.code) {
    case 'ECONNRESET':
    case 'EPIPE':
      return turnedAway(path);
    case 'EACCES':
      return `${path} may only be used by root and the user of the daemon`;
    default:
      return `the control socket ${path} can't be used: ${error.message}`;
  }
}

function turnedAway(path: string): string {
  return `the daemon at ${path} closed the connection: it is ending, or has too many; try again`;
}
