// Compares the rows of the specification with the titles of the tests, and names every mismatch.

/** One requirement: its id, where it stands, and its level there (MUST, SHOULD, fact...). */
export interface Row {
  readonly id: string;
  readonly section: string;
  readonly level: string;
}

/** A row that is deliberately without a test, and why. */
export interface Excuse {
  readonly id: string;
  readonly reason: string;
}

export interface Trace {
  readonly covered: number;
  readonly excused: number;
  /** What must be mended; empty if the trace is complete. */
  readonly findings: readonly string[];
}

/** Reads a rows file: `ID section level` a line; `#` opens a comment line. */
export function parseRows(text: string): readonly Row[] {
  return contentLines(text).map((line) => {
    const [id, section, level, ...rest] = line.split(/\s+/);
    if (id === undefined || section === undefined || level === undefined || rest.length > 0) {
      throw new Error(`a row must read "ID section level": ${line}`);
    }
    return { id, section, level };
  });
}

/** Reads the excuses: `ID[, ID...]: reason` a line; `#` opens a comment line. */
export function parseExcuses(text: string): readonly Excuse[] {
  return contentLines(text).flatMap((line) => {
    const [, ids, reason] = /^([^:]+):\s*(\S.*)$/.exec(line) ?? [];
    if (ids === undefined || reason === undefined) throw new Error(`an excuse must read "ID, ID: reason": ${line}`);
    return ids.split(',').map((id) => ({ id: id.trim(), reason }));
  });
}

/** The ids in a test's title: `[S-REQ-1]` or `[S-REQ-1, S-REQ-2]`, as often as it likes. */
export function idsInTitle(title: string): readonly string[] {
  return [...title.matchAll(/\[([A-Z]-[A-Z0-9][^\]]*)\]/g)].flatMap(([, list = '']) => list.split(/[,\s]+/).filter((id) => id !== ''));
}

/** `excuses` are rows without a test on purpose; `titles` are those of all tests. */
export function trace(rows: readonly Row[], excuses: readonly Excuse[], titles: readonly string[]): Trace {
  const findings: string[] = [];
  const known = new Set<string>();
  for (const { id } of rows) {
    if (known.has(id)) findings.push(`${id} stands twice in the rows`);
    known.add(id);
  }
  const tested = new Set<string>();
  for (const title of titles) {
    for (const id of idsInTitle(title)) {
      if (!known.has(id)) findings.push(`no row is called ${id}, which a title names: ${title}`);
      tested.add(id);
    }
  }
  const excused = new Set<string>();
  for (const { id } of excuses) {
    if (!known.has(id)) findings.push(`no row is called ${id}, which is excused`);
    else if (tested.has(id)) findings.push(`${id} is excused but has a test`);
    if (excused.has(id)) findings.push(`${id} is excused twice`);
    excused.add(id);
  }
  let covered = 0;
  for (const { id, section, level } of rows) {
    if (tested.has(id)) covered += 1;
    else if (!excused.has(id)) findings.push(`${id} (section ${section}, ${level}) has no test`);
  }
  return { covered, excused: excused.size, findings };
}

function contentLines(text: string): readonly string[] {
  return text.split('\n').map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
}
