/** `kernelDrops` as `kernel-drops`: names of counters. */
export function dashed(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
