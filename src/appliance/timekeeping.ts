/**
 * The clock that the appliance works by (R-ST2, `src/clock`): every event is handled by its time, and what is stored names the
 * timescale that it is in. When the clock is set, every time in memory moves along, at once and before anything else.
 */
import { ClockSource, askedOnce, createWorkingClock } from '../clock/index.ts';
import type { ClockRecord, ClockStart, ClockView, SystemClock } from '../clock/index.ts';
import { ENDPOINT_TIMES, movedRecord } from '../failover/index.ts';
import type { ClockFacts, EndpointRecord, FailoverEffect } from '../failover/index.ts';
import { movedTime } from '../lease/index.ts';
import type { Binding, LeaseTable } from '../lease/index.ts';
import type { EpochSeconds, Now } from '../wire/index.ts';
import type { StoredTimes } from './commits.ts';
import type { Effect } from './effect.ts';

/** Without a commit for so long one is made: a clock that begins anew at the last one lags by no more than that, and the time off. */
const SAVED_EVERY_MS = 600_000;

export type ClockNews = FailoverEffect & { readonly kind: 'clockHeard' };

/** What to add to a time in memory, and how sure it is from now on. */
export type Rebase = NonNullable<ReturnType<ReturnType<typeof createWorkingClock>['takeRebase']>>;

export interface Timekeeping {
  /** What time it is when the clocks of the system show this. */
  read(given: Now): Now;
  /** For a time stamp outside of an event. */
  epoch(given: Now): EpochSeconds;
  view(): ClockView;
  systemClock(status: SystemClock): void;
  /** The operator says what time it is. @returns why it can't be */
  set(time: EpochSeconds, given: Now): string | undefined;
  partnerSays(news: ClockNews, given: Now): void;
  /** What every time in memory has to be moved by; undefined: nothing. It is given once. */
  takeRebase(): Rebase | undefined;
  /** Whether stable storage has to hear of the clock, though nothing else is to be stored. */
  wantsCommit(now: Now): boolean;
  /** Whether anything is to be said of the clock that is new, to an operator or to partners; it is said once. */
  takeChange(): boolean;
  /** What is wrong with the clock, as long as it is. */
  lookForAlarms(effects: Effect[]): void;
  readonly stored: StoredTimes;
  /** For a time that is stored in the timescale with this index. */
  readonly placed: (timescale: number) => { readonly by: number; readonly label: number };
  readonly facts: ClockFacts;
}

export function createTimekeeping(start: ClockStart, table: LeaseTable): Timekeeping {
  const clock = createWorkingClock(start);
  let now = start.now;
  let savedAt = start.now.monotonic as number;
  let told = -1;
  const raised = new Map<string, string>();

  table.moveTimes(askedOnce(clock.placed), clock.isExact);

  const storedBinding = (binding: Binding): Binding => {
    const { by, timescale } = clock.stored(binding.timescale);
    return by === 0 && timescale === binding.timescale ? binding : { ...movedBinding(binding, by), timescale };
  };

  const stored: StoredTimes = {
    binding: storedBinding,
    endpoint(record) {
      const timescales: { [name: string]: number } = {};
      let moved = record;
      for (const name of ENDPOINT_TIMES) {
        const { by, timescale } = clock.stored(record.timescales?.[name] ?? 0);
        if (by !== 0) moved = { ...moved, [name]: movedTime(record[name], by) };
        if (timescale !== 0) timescales[name] = timescale;
      }
      return Object.keys(timescales).length === 0 && record.timescales === undefined ? record : { ...moved, timescales };
    },
    found(binding) {
      const { by, label } = clock.placed(binding.timescale);
      return { ...movedBinding(binding, by), timescale: label };
    },
    record(): ClockRecord {
      savedAt = now.monotonic;
      return clock.takeRecord(now);
    },
    recorded: (succeeded) => clock.recorded(succeeded),
  };

  const alarm = (id: string, text: string | undefined, advice: string, effects: Effect[]): void => {
    if (raised.get(id) === text) return;
    if (text === undefined) raised.delete(id);
    else raised.set(id, text);
    effects.push({ kind: 'log', severity: text === undefined ? 'info' : 'warning', text: text ?? `the clock is trusted (${sourceName(clock.view().source)})` });
    effects.push({ kind: 'alarm', id, raised: text !== undefined, severity: 'warning', text: text ?? '', advice });
  };

  return {
    read: (given) => (now = clock.read(given)),
    epoch: (given) => clock.peek(given),
    view: () => clock.view(),
    systemClock: (status) => clock.systemClock(status),
    set(time, given) {
      switch (clock.claim(ClockSource.OPERATOR, time, given)) {
        case 'accepted':
          return undefined;
        case 'too-early':
          return 'this program was made later than that';
        case 'kept-by-ntp':
          return clock.view().system === 'believed'
            ? `the provisioning file says to believe the system's clock ("clock: system"), which says otherwise: set that`
            : 'NTP keeps the clock, and says otherwise';
        case 'needs-another':
          return (
            'the clock is trusted, and would be set by more than a day: a second source has to say the same, NTP or a partner ' +
            '(a start of the box begins with a clock that is not trusted)'
          );
      }
    },
    partnerSays({ report, ahead, adopt }, given) {
      if (adopt) clock.adopt(report, ahead, given);
      else if (report.trusted && (ahead !== 0 || clock.view().doubt?.source === ClockSource.PARTNER)) clock.claim(ClockSource.PARTNER, (clock.peek(given) + ahead) as EpochSeconds, given);
      clock.learn(report.timescales);
    },
    takeRebase: () => clock.takeRebase(),
    wantsCommit: ({ monotonic }) => (!clock.isDurable() && !clock.isRecording()) || monotonic - savedAt >= SAVED_EVERY_MS,
    takeChange() {
      if (told === clock.changes()) return false;
      told = clock.changes();
      return true;
    },
    lookForAlarms(effects) {
      const { isTrusted, doubt } = clock.view();
      alarm('clock-untrusted', isTrusted ? undefined : UNTRUSTED, ADVICE, effects);
      const jump = doubt && `${sourceName(doubt.source)} would set the clock by ${doubt.by} s: that is more than a day, and nobody else says so`;
      if (doubt === undefined) {
        if (raised.delete('clock-jump')) effects.push({ kind: 'alarm', id: 'clock-jump', raised: false, severity: 'error', text: '', advice: '' });
      } else if (!raised.has('clock-jump') && jump !== undefined) {
        raised.set('clock-jump', jump);
        effects.push({ kind: 'log', severity: 'error', text: jump });
        effects.push({ kind: 'alarm', id: 'clock-jump', raised: true, severity: 'error', text: jump, advice: JUMP_ADVICE });
      }
    },
    stored,
    placed: clock.placed,
    facts: {
      isTrusted: () => clock.isTrusted(),
      isDurable: () => clock.isDurable(),
      isExact: clock.isExact,
      report: () => clock.report(),
    },
  };
}

const UNTRUSTED =
  'nobody has confirmed what time it is: clients get and keep leases, no lease ends, and no partner is declared down by itself';
const ADVICE =
  'It goes on when NTP has set the system\'s clock, when a partner is reached whose clock is trusted, or when you say "twinlease clock set". ' +
  'Where something else keeps the system\'s clock right, "clock: system" in the provisioning file says so.';
const JUMP_ADVICE = 'The clock goes on as it was until a second source says the same.';

const SOURCE_NAMES: Readonly<Record<ClockSource, string>> = {
  [ClockSource.NOBODY]: 'nobody',
  [ClockSource.NTP]: 'NTP',
  [ClockSource.OPERATOR]: 'the operator',
  [ClockSource.PARTNER]: 'the partner',
  [ClockSource.SYSTEM]: "the system's clock",
};

/** As it stands in a sentence. */
function sourceName(source: ClockSource): string {
  return SOURCE_NAMES[source];
}

/** What is stored of an endpoint, as it is in memory. */
export function placedEndpoint(record: EndpointRecord, placed: (timescale: number) => { readonly by: number; readonly label: number }): EndpointRecord {
  return record.timescales === undefined ? record : movedRecord(record, placed);
}

function movedBinding(binding: Binding, by: number): Binding {
  if (by === 0) return binding;
  return {
    ...binding,
    clientLastTransactionTime: movedTime(binding.clientLastTransactionTime, by),
    startTimeOfState: movedTime(binding.startTimeOfState, by),
    stateExpirationTime: movedTime(binding.stateExpirationTime, by),
    partnerLifetime: movedTime(binding.partnerLifetime, by),
    ackedPartnerLifetime: movedTime(binding.ackedPartnerLifetime, by),
    expirationTime: movedTime(binding.expirationTime, by),
    partnerRawCltTime: movedTime(binding.partnerRawCltTime, by),
  };
}
