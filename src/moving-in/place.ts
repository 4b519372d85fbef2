/** Where something stands in a file of another server. */
export interface Place {
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

export interface Placed<T> {
  readonly value: T;
  readonly place: Place;
}

export function formatPlace({ file, line }: Place): string {
  return `${file}:${String(line)}`;
}

/** A file is not what it is said to be: nothing is written then. */
export class InputError extends Error {
  constructor(place: Place, problem: string) {
    super(`${formatPlace(place)}: ${problem}`);
  }
}

/** A text of a strange file, short and printable enough for a message. */
export function shown(text: string): string {
  const short = text.length > 60 ? `${text.slice(0, 60)}...` : text;
  return JSON.stringify(short);
}
