/**
 * The state machine of a failover endpoint: RFC 8156 figure 6 and the sections behind it, as one table. Nothing else decides
 * about states. Where figure and text differ the text counts (section 8.1).
 *
 * A row is read so: in state `from`, when `on` happens (and the partner is in one of `partner`, and `if` holds), go to `next`,
 * because of `because`. The first row that fits counts. `again`: look at the partner's state once more from the new
 * state, as section 8.1 asks for; where it is absent the next STATE of the partner decides.
 */
import { EndpointState } from './endpoint-state.ts';
import type { Role } from './endpoint-state.ts';

const {
  STARTUP,
  NORMAL,
  COMMUNICATIONS_INTERRUPTED,
  PARTNER_DOWN,
  POTENTIAL_CONFLICT,
  RECOVER,
  RECOVER_WAIT,
  RECOVER_DONE,
  RESOLUTION_INTERRUPTED,
  CONFLICT_DONE,
} = EndpointState;

/** What makes the machine look. */
export type Trigger =
  /** Communications are OK, and the partner's state is new to this endpoint (sections 6.4, 8.1). */
  | 'partner-state'
  /** Communications are OK, but the partner is in STARTUP: its state is the one before (section 8.3.1). */
  | 'partner-starting'
  /** Communications are not OK any more, for whatever reason (section 6.6). */
  | 'communications-failed'
  /** The partner leaves BNDUPD messages unanswered (section 8.8.2). */
  | 'no-acknowledgements'
  /** The partner has sent all that it was asked for, and its UPDDONE (section 5.3.7). */
  | 'updates-done'
  /** MCLT has passed since the time of failure (section 8.6.2). */
  | 'wait-over'
  /** The partner was not heard in the startup time (section 8.3.2, step 6). */
  | 'startup-over'
  /** The configured time in COMMUNICATIONS-INTERRUPTED has passed (section 8.4). */
  | 'auto-partner-down'
  /** The operator: the partner is down. */
  | 'partner-down'
  /** The operator: it is down for good, whatever that costs. */
  | 'force-partner-down'
  /** This box's database turns out to be older than what the partner saw of it. */
  | 'storage-old';

/** What a row may ask for besides; the words are those of the picture. */
export const CONDITIONS = {
  'served-alone-after-us': 'partner went there after this box stopped',
  'first-start-alone': 'never met, and stand-alone start is on',
  'first-meeting': 'the two never ran failover before',
  'storage-lost': 'own storage was lost',
  'partner-gone': 'communications failed, or nobody has the leases',
} as const;
export type Condition = keyof typeof CONDITIONS;

/** The state before the boot, as section 8.3.2 step 2 changes it. */
export const PREVIOUS = 'previous state';
/** The state stays, and the row says so because the RFC does. */
export const SAME = 'same state';

/** What happens with the row besides the change of state. */
export type Action =
  /** Ask the partner for what it has to tell: UPDREQ, or UPDREQALL (section 8.5.2). */
  | 'ask-for-updates'
  /** A box that may have begun anew, by the operator's word, asks for all that its partner still has (UPDREQALL). */
  | 'ask-for-what-is-left'
  /** What this box remembers of its leases does not count: everything has to come from the partner. */
  | 'distrust-storage'
  /** It counts, by the word of the operator. */
  | 'accept-storage';

export interface Transition {
  readonly from: readonly EndpointState[];
  /** Absent: in both roles. */
  readonly role?: Role;
  readonly on: readonly Trigger[];
  /** Absent: any state. */
  readonly partner?: readonly EndpointState[];
  readonly if?: Condition;
  readonly next: EndpointState | typeof PREVIOUS | typeof SAME;
  readonly again?: true;
  readonly does?: Action;
  /** Of RFC 8156; with a row of DECISIONS.md where the RFC leaves it open. */
  readonly section: string;
  /** Ends the sentence "it went from ... to ...: ". */
  readonly because: string;
}

const HEARD: readonly Trigger[] = ['partner-state', 'partner-starting'];
const DECLARED: readonly Trigger[] = ['partner-down', 'force-partner-down'];

export const TRANSITIONS: readonly Transition[] = [
  // STARTUP
  { from: [STARTUP], on: HEARD, partner: [PARTNER_DOWN], if: 'served-alone-after-us', next: RECOVER, again: true,
    section: '8.3.2 step 5', because: 'the partner has been serving alone since after this box stopped' },
  { from: [STARTUP], on: HEARD, partner: [PARTNER_DOWN], next: POTENTIAL_CONFLICT, again: true,
    section: '8.3.2 step 5', because: 'the partner began to serve alone while this box may have been serving' },
  { from: [STARTUP], on: HEARD, next: PREVIOUS, again: true,
    section: '8.3.2 step 5', because: 'the partner is heard' },
  { from: [STARTUP], on: ['startup-over'], if: 'first-start-alone', next: PARTNER_DOWN,
    section: '8.3.2 step 1', because: 'it never met its partner, and the configuration lets it begin alone' },
  { from: [STARTUP], on: ['startup-over'], next: PREVIOUS,
    section: '8.3.2 step 6', because: 'the partner was not heard in the startup time' },
  { from: [STARTUP], on: ['storage-old'], next: SAME, does: 'distrust-storage',
    section: '8.5.2', because: 'the partner saw a later state of this database' },
  { from: [STARTUP], on: ['communications-failed'], next: SAME,
    section: '8.3.2 step 5', because: 'it waits for the partner' },

  // NORMAL
  { from: [NORMAL], on: ['partner-state'], partner: [NORMAL], next: SAME,
    section: '6.3', because: 'the partner is in NORMAL as well' },
  { from: [NORMAL], on: ['partner-state'], next: COMMUNICATIONS_INTERRUPTED, again: true,
    section: '8.8.2', because: 'the partner left NORMAL' },
  { from: [NORMAL], on: ['communications-failed'], next: COMMUNICATIONS_INTERRUPTED,
    section: '8.8.2', because: 'the partner is not heard any more' },
  { from: [NORMAL], on: ['no-acknowledgements'], next: COMMUNICATIONS_INTERRUPTED,
    section: '8.8.2', because: 'the partner leaves updates unanswered' },
  { from: [NORMAL], on: DECLARED, next: PARTNER_DOWN,
    section: '8.8.2', because: 'the operator said that the partner is down' },

  // COMMUNICATIONS-INTERRUPTED
  { from: [COMMUNICATIONS_INTERRUPTED], on: ['partner-state'], partner: [NORMAL, COMMUNICATIONS_INTERRUPTED], next: NORMAL,
    does: 'ask-for-what-is-left',
    section: '8.9.2', because: 'the partner is heard again' },
  { from: [COMMUNICATIONS_INTERRUPTED], on: ['partner-state'], partner: [RECOVER_DONE], next: NORMAL, does: 'ask-for-what-is-left',
    section: '8.9.2', because: 'the partner has recovered' },
  { from: [COMMUNICATIONS_INTERRUPTED], on: ['partner-state'], partner: [RECOVER, RECOVER_WAIT], next: SAME,
    section: '8.9.2, figure 6', because: 'the partner recovers' },
  { from: [COMMUNICATIONS_INTERRUPTED], on: ['partner-state'],
    partner: [PARTNER_DOWN, POTENTIAL_CONFLICT, CONFLICT_DONE, RESOLUTION_INTERRUPTED], next: POTENTIAL_CONFLICT, again: true,
    section: '8.9.2', because: 'both may have been serving as if alone' },
  { from: [COMMUNICATIONS_INTERRUPTED], on: ['auto-partner-down'], next: PARTNER_DOWN,
    section: '8.9.2', because: 'the partner was silent for the time that auto-partner-down allows' },
  { from: [COMMUNICATIONS_INTERRUPTED], on: DECLARED, next: PARTNER_DOWN,
    section: '8.9.2', because: 'the operator said that the partner is down' },
  { from: [COMMUNICATIONS_INTERRUPTED], on: ['communications-failed'], next: SAME,
    section: '8.9.1', because: 'it keeps trying to reach the partner' },

  // PARTNER-DOWN
  { from: [PARTNER_DOWN], on: ['partner-starting'], next: SAME,
    section: '8.4.2', because: 'a partner that is only starting says nothing yet' },
  { from: [PARTNER_DOWN], on: ['partner-state'], partner: [RECOVER, RECOVER_WAIT], next: SAME, does: 'ask-for-what-is-left',
    section: '8.4.2', because: 'the partner recovers' },
  { from: [PARTNER_DOWN], on: ['partner-state'], partner: [RECOVER_DONE], next: NORMAL, does: 'ask-for-what-is-left',
    section: '8.4.2', because: 'the partner has recovered' },
  { from: [PARTNER_DOWN], on: ['partner-state'], next: POTENTIAL_CONFLICT, again: true,
    section: '8.4.2', because: 'the partner was serving as well' },
  { from: [PARTNER_DOWN], on: ['storage-old'], next: POTENTIAL_CONFLICT, again: true, does: 'distrust-storage',
    section: '8.4.2', because: 'it served alone from an old database' },
  { from: [PARTNER_DOWN], on: ['communications-failed'], next: SAME,
    section: '8.4', because: 'it serves alone' },

  // RECOVER
  { from: [RECOVER], on: ['partner-state'], partner: [POTENTIAL_CONFLICT, RESOLUTION_INTERRUPTED, CONFLICT_DONE],
    next: POTENTIAL_CONFLICT, again: true,
    section: '8.5.2', because: 'the partner is settling a conflict' },
  { from: [RECOVER], on: ['partner-state'], partner: [RECOVER, RECOVER_WAIT, RECOVER_DONE], if: 'storage-lost', next: SAME,
    section: '8.5.2, R-ST1', because: 'neither box has the leases: the operator has to decide' },
  { from: [RECOVER], on: ['partner-state'], next: SAME, does: 'ask-for-updates',
    section: '8.5.2', because: 'it asks the partner for what it missed' },
  { from: [RECOVER], on: ['updates-done'], next: RECOVER_WAIT, again: true,
    section: '8.5.2', because: 'it has all that the partner had to tell' },
  { from: [RECOVER], on: ['communications-failed'], next: SAME,
    section: '8.5.2', because: 'it asks again when the partner is back' },

  // RECOVER-WAIT
  { from: [RECOVER_WAIT], on: ['partner-state'], if: 'first-meeting', next: RECOVER_DONE, again: true,
    section: '8.6.2', because: 'the two never ran failover before: there is nothing to wait for' },
  { from: [RECOVER_WAIT], on: ['wait-over'], next: RECOVER_DONE, again: true,
    section: '8.6.2', because: 'what it may have promised before it failed is over (MCLT)' },
  { from: [RECOVER_WAIT], on: ['partner-state', 'communications-failed'], next: SAME,
    section: '8.6.2', because: 'it waits for MCLT to pass' },

  // RECOVER-DONE
  { from: [RECOVER_DONE], on: ['partner-state'], partner: [NORMAL, RECOVER_DONE], next: NORMAL,
    section: '8.7.2', because: 'the partner is ready, too' },
  { from: [RECOVER_DONE], on: ['partner-state'], partner: [RECOVER, RECOVER_WAIT], next: COMMUNICATIONS_INTERRUPTED,
    section: '8.7.2', because: 'the partner recovers, and somebody has to serve' },
  { from: [RECOVER_DONE], on: ['partner-state'], partner: [POTENTIAL_CONFLICT], next: POTENTIAL_CONFLICT, again: true,
    section: '8.7.2', because: 'the partner is settling a conflict' },
  { from: [RECOVER_DONE], on: ['partner-state'], partner: [CONFLICT_DONE, RESOLUTION_INTERRUPTED],
    next: POTENTIAL_CONFLICT, again: true,
    section: '8.7.2, F-SM-54', because: 'the partner is settling a conflict' },
  { from: [RECOVER_DONE], on: ['partner-state'], partner: [COMMUNICATIONS_INTERRUPTED, PARTNER_DOWN], next: SAME,
    section: '8.7.2', because: 'the partner goes first' },
  { from: [RECOVER_DONE], on: ['communications-failed'], next: SAME,
    section: '8.7.2', because: 'it waits for the partner' },

  // POTENTIAL-CONFLICT
  { from: [POTENTIAL_CONFLICT], role: 'primary', on: ['partner-state'], next: SAME, does: 'ask-for-updates',
    section: '8.10', because: 'the primary asks first' },
  { from: [POTENTIAL_CONFLICT], role: 'secondary', on: ['partner-state'], partner: [CONFLICT_DONE], next: SAME,
    does: 'ask-for-updates',
    section: '8.10.2', because: 'the primary has all of its updates, now it asks' },
  { from: [POTENTIAL_CONFLICT], role: 'secondary', on: ['partner-state'], next: SAME,
    section: '8.10', because: 'it waits for the primary to ask' },
  { from: [POTENTIAL_CONFLICT], role: 'primary', on: ['updates-done'], next: CONFLICT_DONE, again: true,
    section: '8.10.2', because: 'it has all of the secondary\'s updates' },
  { from: [POTENTIAL_CONFLICT], role: 'secondary', on: ['updates-done'], partner: [CONFLICT_DONE], next: NORMAL,
    section: '8.10.2', because: 'both have all updates' },
  { from: [POTENTIAL_CONFLICT], on: ['communications-failed'], next: RESOLUTION_INTERRUPTED,
    section: '8.10.2', because: 'the partner was lost before the conflict was settled' },

  // RESOLUTION-INTERRUPTED
  { from: [RESOLUTION_INTERRUPTED], on: ['partner-state'], next: POTENTIAL_CONFLICT, again: true,
    section: '8.11.2', because: 'the partner is heard again, and the conflict is not settled' },
  { from: [RESOLUTION_INTERRUPTED], on: DECLARED, next: PARTNER_DOWN,
    section: '8.11.2', because: 'the operator said that the partner is down' },
  { from: [RESOLUTION_INTERRUPTED], on: ['communications-failed'], next: SAME,
    section: '8.11.1', because: 'it keeps trying to reach the partner' },

  // CONFLICT-DONE
  { from: [CONFLICT_DONE], on: ['partner-state'], partner: [NORMAL], next: NORMAL,
    section: '8.12.2', because: 'the secondary is in NORMAL' },
  { from: [CONFLICT_DONE], on: ['partner-state'], partner: [PARTNER_DOWN], next: POTENTIAL_CONFLICT, again: true,
    section: '8.12.2, F-GAP-17', because: 'the secondary served alone meanwhile' },
  { from: [CONFLICT_DONE], on: ['partner-state', 'communications-failed'], next: SAME,
    section: '8.12.2', because: 'it waits until the secondary is in NORMAL' },

  // From more than one state
  { from: [POTENTIAL_CONFLICT], on: ['force-partner-down'], next: PARTNER_DOWN, does: 'accept-storage',
    section: '8.4, F-GAP-18', because: 'the operator said that the partner is down for good' },
  { from: [RECOVER, RECOVER_WAIT, RECOVER_DONE, CONFLICT_DONE], on: ['force-partner-down'], if: 'partner-gone',
    next: PARTNER_DOWN, does: 'accept-storage',
    section: '8.4, F-GAP-18', because: 'the operator said that the partner is down for good' },
  { from: [NORMAL, COMMUNICATIONS_INTERRUPTED, POTENTIAL_CONFLICT, RESOLUTION_INTERRUPTED, CONFLICT_DONE,
      RECOVER, RECOVER_WAIT, RECOVER_DONE],
    on: ['storage-old'], next: RECOVER, again: true, does: 'distrust-storage',
    section: '8.5, R-ST1', because: 'the partner saw a later state of this database' },
  { from: [NORMAL, COMMUNICATIONS_INTERRUPTED, POTENTIAL_CONFLICT, RESOLUTION_INTERRUPTED, CONFLICT_DONE,
      RECOVER, RECOVER_WAIT, RECOVER_DONE],
    on: ['partner-starting'], next: SAME,
    section: '8.4.2, F-GAP-21', because: 'what the partner is going to be is not known before it has started' },
];
