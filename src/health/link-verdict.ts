/** A link by what the kernel says of this box's ports on it, what the partner's beacons say, and what clients say to both. */
import { LinkEvidence, LinkVerdict } from '../wire/index.ts';
import type { BeaconHearing } from './beacon-ear.ts';
import type { ClientSignals } from './heard-transactions.ts';

/** What is known of an interface that clients are on. */
export interface InterfaceSignals {
  readonly name: string;
  /** There is an interface of that name. */
  readonly exists: boolean;
  /** An operator has it switched on. */
  readonly isEnabled: boolean;
  readonly hasCarrier: boolean;
  /** Its link-local address, which answers are sent from (RFC 4862 section 5.4: one that is tentative can't be used). */
  readonly address: 'none' | 'tentative' | 'duplicate' | 'ready';
  /** A socket for clients' messages is open on it. */
  readonly isOpen: boolean;
}

/** What was heard on a link, and what was not. */
export interface LanSignals {
  /** Undefined where none can be expected: the partner sends none, or its port is dead and it says so. */
  readonly beacons: BeaconHearing | undefined;
  /** Milliseconds without a beacon that was to be expected. */
  readonly silentMs: number;
  readonly clients: ClientSignals;
  /** The partner serves clients there, and does not answer this box that asks as one. */
  readonly isUnanswered: boolean;
}

/** What the signals mean. */
export interface LinkJudgement {
  readonly verdict: LinkVerdict;
  /** Bits of `LinkEvidence`; 0 where nothing speaks against the link. */
  readonly evidence: number;
}

const NOTHING_KNOWN: LinkJudgement = { verdict: LinkVerdict.UNKNOWN, evidence: 0 };

/** The better of two: a link with several ports is as good as the best of them. */
const BEST_FIRST: readonly LinkVerdict[] = [LinkVerdict.UP, LinkVerdict.SUSPECT, LinkVerdict.LOST, LinkVerdict.ADMIN_OFF, LinkVerdict.UNKNOWN];

/** A port that hears nobody for so long, while the partner hears clients, is dead whatever its light says. */
const DEAF_MS = 2_000;
/** A port may die later, too. */
const HEARS_MS = 600_000;

/**
 * Two boxes that do not hear each other can't know by that whose fault it is: both links are SUSPECT. It takes clients that the
 * partner hears, and nobody at all that this box hears, to call its own link LOST: no loss, storm or overload looks like that.
 * @param interfaces this box's own on the link; none where its clients come through relays alone
 */
export function judgeLink(interfaces: readonly InterfaceSignals[], lan?: LanSignals): LinkJudgement {
  const ports = judgePorts(interfaces);
  if (ports.verdict !== LinkVerdict.UP || lan === undefined) return ports;
  const { beacons, silentMs, clients, isUnanswered } = lan;
  const isSilent = beacons?.hears === false;
  const evidence =
    (isSilent ? LinkEvidence.NO_BEACON : 0) |
    (beacons?.isHeard === false ? LinkEvidence.BEACON_NOT_HEARD : 0) |
    (clients.areUnheard ? LinkEvidence.CLIENTS_NOT_HEARD : 0) |
    // Where the two do not hear each other no answer is to be expected.
    (isUnanswered && beacons?.hears === true && beacons.isHeard ? LinkEvidence.NO_ADVERTISE : 0);
  if (evidence === 0) return ports;
  const isDeaf = isSilent && silentMs >= DEAF_MS && clients.areUnheard && !hearsClients(lan);
  return { verdict: isDeaf ? LinkVerdict.LOST : LinkVerdict.SUSPECT, evidence };
}

/** The link is in two halves, and on this box's own clients are quiet for long: who was heard since it fell apart shows that the port lives. */
function hearsClients({ silentMs, clients: { heardAgoMs } }: LanSignals): boolean {
  return heardAgoMs < Math.min(silentMs - DEAF_MS, HEARS_MS);
}

/** By the kernel's word alone. */
function judgePorts(interfaces: readonly InterfaceSignals[]): LinkJudgement {
  return interfaces
    .map(judgeInterface)
    .reduce((best, next) => (BEST_FIRST.indexOf(next.verdict) < BEST_FIRST.indexOf(best.verdict) ? next : best), NOTHING_KNOWN);
}

/** What comes first explains what follows: a port without a carrier has no ready address either. */
function judgeInterface({ exists, isEnabled, hasCarrier, address, isOpen }: InterfaceSignals): LinkJudgement {
  if (!exists) return { verdict: LinkVerdict.LOST, evidence: LinkEvidence.NO_INTERFACE };
  if (!isEnabled) return { verdict: LinkVerdict.ADMIN_OFF, evidence: LinkEvidence.SWITCHED_OFF };
  if (!hasCarrier) return { verdict: LinkVerdict.LOST, evidence: LinkEvidence.NO_CARRIER };
  switch (address) {
    case 'none':
      return { verdict: LinkVerdict.LOST, evidence: LinkEvidence.NO_ADDRESS };
    case 'duplicate':
      return { verdict: LinkVerdict.LOST, evidence: LinkEvidence.DUPLICATE_ADDRESS };
    case 'tentative':
      return { verdict: LinkVerdict.SUSPECT, evidence: LinkEvidence.TENTATIVE_ADDRESS };
    case 'ready':
      return isOpen ? { verdict: LinkVerdict.UP, evidence: 0 } : { verdict: LinkVerdict.LOST, evidence: LinkEvidence.NO_SOCKET };
  }
}
