/** The appliance as the shell has it. */
import type { ClockView } from '../clock/index.ts';
import type { DnsReport } from '../dns/index.ts';
import type { Failover } from '../failover/index.ts';
import type { LeaseTable } from '../lease/index.ts';
import type { EpochSeconds, Now } from '../wire/index.ts';
import type { ClientMessages, MessageInHand } from './client-messages.ts';
import type { Counters } from './counters.ts';
import type { DelegatedRoute } from './delegated-routes.ts';
import type { Effect } from './effect.ts';
import type { Event } from './event.ts';
import type { Intake, ShedCounters } from './intake.ts';
import type { LeasequeryWork } from './leasequery-work.ts';
import type { Reconfigures } from './reconfigure/reconfigures.ts';
import type { LostRecords, StorageState } from './storage-state.ts';
import type { Timekeeping } from './timekeeping.ts';

export interface Appliance {
  /** What to do now that this happened, in this order. The array is only valid until the next call. */
  step(event: Event, now: Now): readonly Effect[];
  /** For display; nobody outside of the core changes it. */
  readonly leases: LeaseTable;
  readonly counters: Readonly<Counters>;
  readonly shed: Readonly<ShedCounters>;
  readonly lostRecords: LostRecords;
  /** Messages that wait: to be handled, and for a commit. */
  readonly queued: { readonly intake: number; readonly waiting: number };
  /** The message that is being handled: what to blame if `step` throws. */
  readonly inHand: MessageInHand | undefined;
  /** The ways of all delegated prefixes as they are now; what changes them later comes as effects, but for a new configuration. */
  routes(): Iterable<DelegatedRoute>;
  /** The state of every relationship, for display. */
  readonly failover: Failover;
  /** Reads alone: what requestors are told over their connections. */
  readonly leasequery: Pick<LeasequeryWork, 'begin'>;
  /** What is due in the DNS, for display; undefined: no lease has a name. */
  dnsReport(): DnsReport | undefined;
  /** What was asked by Reconfigure, for display; undefined where no client has a key. */
  readonly reconfigures: Pick<Reconfigures, 'counters' | 'progress'> | undefined;
  /** What the clock is worth that the appliance works by. */
  readonly clock: ClockView;
  /** What that clock shows when those of the system show this: for time stamps. */
  epoch(given: Now): EpochSeconds;
}

/** A class: an object literal with getters is a dictionary, and every event goes through this one. */
export class Whole implements Appliance {
  readonly step: Appliance['step'];
  readonly leases: LeaseTable;
  readonly routes: Appliance['routes'];
  readonly counters: Readonly<Counters>;
  readonly shed: Readonly<ShedCounters>;
  readonly failover: Failover;
  readonly leasequery: Appliance['leasequery'];
  readonly dnsReport: Appliance['dnsReport'];
  readonly reconfigures: Appliance['reconfigures'];
  readonly #storage: StorageState;
  readonly #intake: Intake;
  readonly #messages: ClientMessages;
  readonly #timekeeping: Timekeeping;

  constructor(fixed: Pick<Appliance, 'step' | 'leases' | 'routes' | 'counters' | 'shed' | 'failover' | 'leasequery' | 'dnsReport' | 'reconfigures'>, storage: StorageState, intake: Intake, messages: ClientMessages, timekeeping: Timekeeping) {
    ({ step: this.step, leases: this.leases, routes: this.routes, counters: this.counters, shed: this.shed, failover: this.failover, leasequery: this.leasequery, dnsReport: this.dnsReport, reconfigures: this.reconfigures } = fixed);
    this.#storage = storage;
    this.#intake = intake;
    this.#messages = messages;
    this.#timekeeping = timekeeping;
  }

  get lostRecords(): LostRecords {
    return this.#storage.lost();
  }

  get queued(): Appliance['queued'] {
    return { intake: this.#intake.length, waiting: this.#messages.waiting() };
  }

  get inHand(): MessageInHand | undefined {
    return this.#messages.inHand();
  }

  get clock(): ClockView {
    return this.#timekeeping.view();
  }

  epoch(given: Now): EpochSeconds {
    return this.#timekeeping.epoch(given);
  }
}
