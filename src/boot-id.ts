import { readFileSync } from 'node:fs';

/** Of this start of the box: random, and another one after the next. */
export function readBootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}
