/** A child process that talks in lines. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { reasonOf } from '../reason.ts';

/** The longest line is a list of routes, some 130 characters each. One that never ends is cut here. */
const LINE_LENGTH_MAX = 32 << 20;
const ERROR_TEXT_MAX = 500;

export interface ChildLinesHandlers {
  readonly onLine: (line: string) => void;
  /** Something came over its standard error. */
  readonly onError?: (text: string) => void;
  /** The child ended or could not be started: why, and the last that it wrote to its standard error. */
  readonly onEnd: (reason: string) => void;
}

export interface ChildLines {
  write(text: string): void;
  /** Ends the child; no handler is called any more. */
  stop(): void;
}

export function spawnLines(command: string, words: readonly string[], handlers: ChildLinesHandlers): ChildLines {
  let running = true;
  let errorText = '';
  let child: ChildProcess | undefined;

  const end = (how: string): void => {
    if (!running) return;
    running = false;
    handlers.onEnd(errorText.trim() === '' ? how : `${how}: ${errorText.trim()}`);
  };

  try {
    child = spawn(command, words, { stdio: 'pipe' });
  } catch (error) {
    const reason = reasonOf(error);
    setImmediate(end, reason);
  }
  const lines = lineSplitter((line) => {
    if (running) handlers.onLine(line);
  });
  // Where the process has no descriptors to spare there are no pipes, and 'error' is the only event.
  child?.stdout?.setEncoding('utf8').on('data', lines);
  child?.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errorText = (errorText + text).slice(-ERROR_TEXT_MAX);
    if (running) handlers.onError?.(text);
  });
  child?.stdin?.on('error', () => undefined); // it has ended, which 'close' tells
  child?.on('error', (error) => {
    if (child.pid === undefined) end(error.message);
  });
  child?.on('close', (code, signal) => {
    end(signal === null ? `exit code ${code}` : `signal ${signal}`);
  });

  return {
    write(text) {
      child?.stdin?.write(text);
    },
    stop() {
      running = false;
      child?.kill();
    },
  };
}

function lineSplitter(onLine: (line: string) => void): (text: string) => void {
  let rest = '';
  return (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    lines.forEach(onLine);
    if (rest.length > LINE_LENGTH_MAX) {
      onLine(rest);
      rest = '';
    }
  };
}
