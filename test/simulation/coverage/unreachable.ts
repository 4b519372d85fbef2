/** What no schedule can exercise, and why. Everything else is exercised: `measure.ts` fails where this list is not exact. */
export const UNREACHABLE: Readonly<Record<string, string>> = {
  'STARTUP, communications-failed: it waits for the partner':
    'communications are OK from the first STATE of the partner on, and that leads out of STARTUP',
  'NORMAL, partner-starting: what the partner is going to be is not known before it has started':
    'a partner that starts needs a new connection, and NORMAL ends with the old one',
  'NORMAL, storage-old: the partner saw a later state of this database':
    'what the partner saw it says before its first STATE of a connection, and NORMAL comes behind that',
  'POTENTIAL-CONFLICT, storage-old: the partner saw a later state of this database':
    'the same: every connection begins in another state',
};
