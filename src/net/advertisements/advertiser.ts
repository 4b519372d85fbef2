/** Router advertisements as they are to be, at most one change in three seconds (RFC 4861 section 10: MIN_DELAY_BETWEEN_RAS). */
import { radvdProcess } from './radvd-process.ts';
import { advertisedIn, radvdText } from './radvd-text.ts';
import type { RouterAdvertisement } from './radvd-text.ts';

const CHANGES_APART_MS = 3_000;
/** An interface that is to say nothing any more says goodbye for so long: radvd itself would just fall silent. */
const GOODBYE_MS = 60_000;

export interface AdvertiserOptions {
  /** `radvd` of the search path unless a test says otherwise. */
  readonly radvdCommand?: string;
  /** Where radvd's configuration and pid file are. */
  readonly directory: string;
  /** Why nothing is sent; undefined: all is sent again. */
  readonly onTrouble: (reason: string | undefined) => void;
}

export interface Advertiser {
  /** From now on, by radvd; with none of them it ends. Before the first call nothing changes. */
  set(advertisements: readonly RouterAdvertisement[]): void;
  /** The daemon ends: what is said to hosts goes on as it is. */
  leave(): void;
  /** Nothing is said any more, but for a goodbye. */
  end(): void;
}

export function createAdvertiser({ radvdCommand = 'radvd', directory, onTrouble }: AdvertiserOptions): Advertiser {
  let isTrouble = false;
  const radvd = radvdProcess({
    command: radvdCommand,
    directory,
    onEnd(reason) {
      isTrouble = true;
      onTrouble(reason);
    },
    onSettled() {
      if (isTrouble) onTrouble(undefined);
      isTrouble = false;
    },
  });
  let wanted: readonly RouterAdvertisement[] = [];
  /** What radvd was told last; undefined: nothing by this process. */
  let told: string | undefined;
  let nextChangeAt = 0;
  /** Interfaces that say goodbye, until when. */
  const leaving = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;

  const wakeAt = (at: number): void => {
    clearTimeout(timer);
    timer = setTimeout(bringAbout, Math.max(0, at - performance.now()));
    timer.unref();
  };

  const bringAbout = (): void => {
    const now = performance.now();
    if (now < nextChangeAt) {
      wakeAt(nextChangeAt);
      return;
    }
    if (wanted.length === 0) {
      if (told !== undefined || radvd.text() !== '') radvd.end();
      told = undefined;
      leaving.clear();
      return;
    }
    for (const name of advertisedIn(told ?? radvd.text())) {
      if (!wanted.some(({ interfaceName }) => interfaceName === name) && !leaving.has(name)) leaving.set(name, now + GOODBYE_MS);
    }
    for (const [name, until] of leaving) if (until <= now || wanted.some(({ interfaceName }) => interfaceName === name)) leaving.delete(name);
    const text = radvdText([...wanted, ...[...leaving.keys()].map(goodbye)]);
    if (text !== told) {
      radvd.use(text);
      told = text;
      nextChangeAt = now + CHANGES_APART_MS;
    }
    const [firstToLeave] = leaving.values();
    if (firstToLeave !== undefined) wakeAt(firstToLeave);
  };

  return {
    set(advertisements) {
      wanted = advertisements;
      bringAbout();
    },
    leave() {
      clearTimeout(timer);
      radvd.leave();
    },
    end() {
      clearTimeout(timer);
      radvd.end();
    },
  };
}

/** No default router any more; all else that hosts were told has its own time. */
function goodbye(interfaceName: string): RouterAdvertisement {
  const interval = 600;
  return {
    interfaceName, managed: false, otherConfig: false, interval, routerLifetime: 0, preference: 'medium',
    prefixes: [], autonomous: false, preferred: 0, valid: 0, dnsServers: [], domainSearch: [],
  };
}
