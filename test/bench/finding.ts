// What a part of the bench finds, and whether that meets its target.

import { median, pairedRatios } from './statistics.ts';

export interface Target {
  /** What is held against the limit: the median of paired ratios (Twinlease to Kea), or Twinlease's own median. */
  readonly of: 'ratio' | 'twinlease';
  readonly comparison: '<' | '<=' | '>' | '>=';
  readonly limit: number;
}

/** One row of the table: a figure, one value a round for each that has it. */
export interface Finding {
  readonly figure: string;
  readonly unit: string;
  readonly twinlease?: readonly number[];
  readonly kea?: readonly number[];
  /** Of the responder that has no server behind it: the limit of the method. */
  readonly responder?: readonly number[];
  readonly target?: Target;
}

/** Median of the rounds' ratios, Twinlease to Kea; NaN when one of them has no such figure. */
export function ratioOf(finding: Finding): number {
  return median(pairedRatios(finding.twinlease ?? [], finding.kea ?? []));
}

export function isMet(finding: Finding): boolean | undefined {
  const { target } = finding;
  if (target === undefined) return undefined;
  const value = target.of === 'ratio' ? ratioOf(finding) : median(finding.twinlease ?? []);
  switch (target.comparison) {
    case '<':
      return value < target.limit;
    case '<=':
      return value <= target.limit;
    case '>':
      return value > target.limit;
    case '>=':
      return value >= target.limit;
  }
}
