/** Quantities with a unit of their own: milliseconds and percentages. Whole numbers, as everything in the file. */
import type { Parsed } from './parsed.ts';

/** `250ms`; `off` stands for 0. */
export function readMilliseconds(text: string, least: number, most: number): Parsed<number> {
  if (text === 'off') return { value: 0 };
  return readWithUnit(text, 'ms', least, most, 'this is not a number of milliseconds');
}

export function formatMilliseconds(value: number): string {
  return value === 0 ? 'off' : `${value}ms`;
}

/** `50%` */
export function readPercentage(text: string, least: number, most: number): Parsed<number> {
  return readWithUnit(text, '%', least, most, 'this is not a percentage');
}

/** `50%`; `off` stands for 0. */
export function readPercentageOrOff(text: string, least: number, most: number): Parsed<number> {
  return text === 'off' ? { value: 0 } : readPercentage(text, least, most);
}

export function formatPercentage(value: number): string {
  return `${value}%`;
}

export function formatPercentageOrOff(value: number): string {
  return value === 0 ? 'off' : formatPercentage(value);
}

function readWithUnit(text: string, unit: string, least: number, most: number, problem: string): Parsed<number> {
  const digits = text.endsWith(unit) ? text.slice(0, -unit.length) : '';
  if (!/^\d{1,9}$/.test(digits)) return { problem };
  const value = Number(digits);
  if (value < least) return { problem: 'the number is too small' };
  if (value > most) return { problem: 'the number is too large' };
  return { value };
}
