/** @param kept where the log of this start is kept @returns where that of an earlier one is; 1: the one before this */
export function earlierLog(kept: string, earlier: number): string {
  return `${kept}.${String(earlier)}`;
}
