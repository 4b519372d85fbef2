/**
 * What goes wrong with connections: each is counted, and told in one line. Who makes trouble on purpose fills no log: of each kind there is a
 * line at once, then one in a while, which says how many it stands for.
 */

export type Report = (severity: 'info' | 'warning', text: string) => void;

export interface Troubles<Kind extends string> {
  readonly counts: Readonly<Record<Kind, number>>;
  /** @param text a sentence without a full stop, in words for the operator */
  note(kind: Kind, text: string): void;
}

const QUIET_MS = 60_000;

export function createTroubles<Kind extends string>(kinds: readonly Kind[], report: Report, monotonicMs: () => number): Troubles<Kind> {
  const counts = Object.fromEntries(kinds.map((kind) => [kind, 0])) as Record<Kind, number>;
  const quiet = new Map<Kind, { readonly until: number; unsaid: number }>();
  return {
    counts,
    note(kind, text) {
      counts[kind]++;
      const now = monotonicMs();
      const silence = quiet.get(kind);
      if (silence !== undefined && now < silence.until) {
        silence.unsaid++;
        return;
      }
      const unsaid = silence?.unsaid ?? 0;
      report('warning', unsaid === 0 ? text : `${text} (and ${unsaid} more like it since this was last said)`);
      quiet.set(kind, { until: now + QUIET_MS, unsaid: 0 });
    },
  };
}
