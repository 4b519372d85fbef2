/** A link by what the kernel says of this box's ports on it. */
import { LinkEvidence, LinkVerdict } from '../wire/index.ts';

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

/** What the signals mean. */
export interface LinkJudgement {
  readonly verdict: LinkVerdict;
  /** Bits of `LinkEvidence`; 0 where nothing speaks against the link. */
  readonly evidence: number;
}

const NOTHING_KNOWN: LinkJudgement = { verdict: LinkVerdict.UNKNOWN, evidence: 0 };

/** The better of two: a link with several ports is as good as the best of them. */
const BEST_FIRST: readonly LinkVerdict[] = [LinkVerdict.UP, LinkVerdict.SUSPECT, LinkVerdict.LOST, LinkVerdict.ADMIN_OFF, LinkVerdict.UNKNOWN];

/** @param interfaces this box's own on the link; none where its clients come through relays alone */
export function judgeLink(interfaces: readonly InterfaceSignals[]): LinkJudgement {
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
