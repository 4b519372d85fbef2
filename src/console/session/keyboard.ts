/** What is typed, key by key: whoever reads takes one, and the others wait, so that commands may be typed ahead or pasted. */
import { emitKeypressEvents } from 'node:readline';

export interface Key {
  /** The octets of the key. */
  readonly sequence: string;
  readonly name: string | undefined;
  readonly ctrl: boolean;
  readonly meta: boolean;
  readonly shift: boolean;
}

export interface Keyboard {
  /** The next key; undefined when the line hung up. */
  next(): Promise<Key | undefined>;
  /** Whoever waits for a key gets undefined, and the next key is for others. */
  cancel(): void;
  /** It was taken, and not used. */
  putBack(key: Key): void;
  /** Keys wait that nobody has read. */
  isAhead(): boolean;
  /** From now on Ctrl-C goes here at once and what was typed ahead is forgotten; undefined: it is a key like any other. */
  onInterrupt(act: (() => void) | undefined): void;
  close(): void;
}

/** More than this is not read from the line until somebody wants it. */
const WAITING_MAX = 4_096;

interface Pressed {
  readonly sequence?: string;
  readonly name?: string;
  readonly ctrl?: boolean;
  readonly meta?: boolean;
  readonly shift?: boolean;
}

export function openKeyboard(line: NodeJS.ReadStream): Keyboard {
  const waiting: Key[] = [];
  let reader: ((key: Key | undefined) => void) | undefined;
  let interrupt: (() => void) | undefined;
  let isOver = false;
  let wasReturn = false;

  const onKey = (text: string | undefined, { sequence, name, ctrl = false, meta = false, shift = false }: Pressed): void => {
    // Some lines end with both.
    const isSecond = wasReturn && name === 'enter';
    wasReturn = name === 'return';
    if (isSecond) return;
    if (interrupt !== undefined && ctrl && name === 'c') {
      waiting.length = 0;
      interrupt();
      return;
    }
    const key = { sequence: sequence ?? text ?? '', name: name === 'enter' ? 'return' : name, ctrl, meta, shift };
    if (reader === undefined) waiting.push(key);
    else give(key);
    if (waiting.length >= WAITING_MAX) line.pause();
  };
  const give = (key: Key | undefined): void => {
    const read = reader;
    reader = undefined;
    read?.(key);
  };
  const hangUp = (): void => {
    isOver = true;
    give(undefined);
  };

  emitKeypressEvents(line);
  line.on('keypress', onKey);
  for (const end of ['end', 'close', 'error']) line.on(end, hangUp);
  line.setRawMode(true);
  line.resume();
  return {
    async next() {
      const key = waiting.shift();
      if (key !== undefined) {
        if (waiting.length === 0) line.resume();
        return key;
      }
      return isOver ? undefined : await new Promise<Key | undefined>((resolve) => (reader = resolve));
    },
    cancel: () => give(undefined),
    putBack: (key) => void waiting.unshift(key),
    isAhead: () => waiting.length > 0,
    onInterrupt(act) {
      interrupt = act;
    },
    close() {
      line.off('keypress', onKey);
      line.setRawMode(false);
      line.pause();
    },
  };
}
