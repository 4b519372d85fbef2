/** What reading a text for a value gives: the value, or what is wrong with the text and where in it. */

export interface TextFault {
  /** A clause without a capital and without a full stop. */
  readonly problem: string;
  /** What would be right here, when it is more particular than what the value's kind allows in general. */
  readonly allowed?: string;
  /** Index of the first character that is wrong; the whole text when absent. */
  readonly at?: number;
}

export type Parsed<T> = { readonly value: T } | TextFault;

export function isFault<T>(parsed: Parsed<T>): parsed is TextFault {
  return 'problem' in parsed;
}

/** The same fault seen from a text in which the faulty one begins at `offset`. */
export function shifted(fault: TextFault, offset: number): TextFault {
  return { ...fault, at: (fault.at ?? 0) + offset };
}
