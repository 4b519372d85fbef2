/**
 * Snapshots that are taken whenever somebody wishes one: wishes that come while one is taken become one, and after each there is a
 * pause, the longer the more of them have failed.
 */
import { backOff } from '../back-off.ts';
import type { SnapshotReader } from './snapshot-reader.ts';

export interface RepeatedSnapshotsOptions<Snapshot> {
  readonly reader: SnapshotReader<Snapshot>;
  /** After one that was taken. */
  readonly pauseMs: number;
  /** What it is of, to begin a log line with. */
  readonly subject: string;
  /** One is begun; it is over with a call of one of these. */
  readonly begin: () => { readonly taken: (snapshot: Snapshot) => void; readonly failed?: () => void };
  /** One line in plain words: none can be taken, or one can again. */
  readonly onReport: (severity: 'info' | 'warning', text: string) => void;
}

export interface RepeatedSnapshots {
  request(): void;
  /** None is taken any more. */
  close(): void;
}

export function repeatedSnapshots<Snapshot extends { readonly ok: true }>({ reader, pauseMs, subject, begin, onReport }: RepeatedSnapshotsOptions<Snapshot>): RepeatedSnapshots {
  const delays = backOff();
  let isBusy = false;
  let isWanted = false;
  /** Reported, and not yet over. */
  let isBlind = false;
  let pause: NodeJS.Timeout | undefined;

  const request = (): void => {
    if (isBusy) isWanted = true;
    else take();
  };

  const take = (): void => {
    const { taken, failed } = begin();
    isBusy = true;
    isWanted = false;
    reader.read((result) => {
      if (!result.ok) {
        failed?.();
        isWanted = true;
        pauseThenGoOn(delays.next());
        if (!isBlind) onReport('warning', `${subject} can't be read: ${result.reason}; trying again`);
        isBlind = true;
        return;
      }
      delays.reset();
      pauseThenGoOn(pauseMs);
      if (isBlind) onReport('info', `${subject} can be read again`);
      isBlind = false;
      taken(result);
    });
  };

  const pauseThenGoOn = (milliseconds: number): void => {
    pause = setTimeout(() => {
      isBusy = false;
      if (isWanted) take();
    }, milliseconds);
  };

  return {
    request,
    close() {
      reader.close();
      clearTimeout(pause);
    },
  };
}
