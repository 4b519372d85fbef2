/**
 * A box that was replaced, and is switched on again: it does not know that, and serves its clients as if the partner were down. It calls again
 * and again, every 15 s at the latest.
 */
import type { Alarms } from '../../control/index.ts';

const LASTS_MS = 60_000;

export interface FormerPartnerAlarms {
  /** It called, or answered. */
  noticed(relationship: string): void;
  close(): void;
}

/** @param partnerName of a relationship */
export function createFormerPartnerAlarms(alarms: Alarms, partnerName: (relationship: string) => string): FormerPartnerAlarms {
  const ends = new Map<string, NodeJS.Timeout>();
  return {
    noticed(relationship) {
      const id = `${relationship} former-partner`;
      alarms.raise(id, `the box that was ${partnerName(relationship)} before it was replaced is switched on: it gives leases of its own, also such as others have by now`, {
        severity: 'error',
        advice: 'Switch it off, or say "twinlease factory-reset" on it.',
      });
      clearTimeout(ends.get(relationship));
      ends.set(relationship, setTimeout(() => alarms.clear(id), LASTS_MS));
    },
    close() {
      for (const end of ends.values()) clearTimeout(end);
    },
  };
}
