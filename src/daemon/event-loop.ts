/**
 * Between the core and the world: hands events to `appliance.step` and carries out the effects, in
 * their order. No rule of DHCPv6 is here.
 */
import type { Appliance, DelegatedRoute, Effect, Event, LeaseCommand, ReconfigureCommand, RouterStanding } from '../appliance/index.ts';
import type { ClockRecord } from '../clock/index.ts';
import type { DnsRemovals } from '../dns/index.ts';
import type { EndpointRecord, FailoverCommand } from '../failover/index.ts';
import type { Beacon } from '../health/index.ts';
import type { Binding } from '../lease/index.ts';
import type { PartnerLinks } from '../net/index.ts';
import type { ServerConfiguration } from '../server/index.ts';
import type { SystemTime } from '../time/index.ts';
import type { Address, EpochSeconds, Now } from '../wire/index.ts';

/** What effects are carried out with. */
export interface World {
  readonly time: Pick<SystemTime, 'read' | 'status'>;
  send(interfaceName: string, destination: Address, port: number, bytes: Uint8Array): void;
  /** Resolves when stable storage holds all of it, or with what it holds after a failure. Never rejects. */
  commit(revision: number, bindings: readonly Binding[], endpoints: readonly EndpointRecord[], clock: ClockRecord, removals: readonly DnsRemovals[]): Promise<CommitOutcome>;
  /** Keeps a copy of the database as it is; commits that are asked for later come behind it. */
  setDatabaseAside(): void;
  /** Undefined for a box by itself. */
  readonly partners: PartnerWorld | undefined;
  /** What partners say of certificates; nothing where no relationship has a pairing. */
  readonly certificates?: (said: Effect & { kind: 'partnerCertificate' | 'certificateKept' }) => void;
  /** What partners say of a change of the configuration, or an update, of both boxes; nothing where there is no partner. */
  readonly jointWork?: ((said: Effect & { kind: 'partnerCommit' | 'partnerUpdate' }) => void) | undefined;
  /** An endpoint went to another state; nothing where there is no partner. */
  readonly transition?: ((what: Effect & { kind: 'transition' }) => void) | undefined;
  /** Undefined where this box is no router for its clients. */
  readonly route?: ((route: DelegatedRoute) => void) | undefined;
  /** The same. */
  readonly stand?: ((standings: readonly RouterStanding[]) => void) | undefined;
  /** Nothing where no zone is updated. */
  readonly dnsUpdate?: ((update: Effect & { kind: 'dnsUpdate' }) => void) | undefined;
  /** Resolves when stable storage holds it, or with why it does not. Never rejects; nothing where no client has a reconfigure key. */
  readonly reserveReplay?: ((until: EpochSeconds) => Promise<string | undefined>) | undefined;
  /** Nothing where nobody remembers it. */
  readonly clientsHave?: ((configuration: ServerConfiguration) => void) | undefined;
  alarm(alarm: Effect & { kind: 'alarm' }): void;
  log(severity: 'info' | 'warning' | 'error', text: string): void;
  /** The core failed: the process can't go on. Does not return. */
  fail(error: unknown): never;
}

/** What leads to the partners: the connections between them, and the links that both are on. */
export interface PartnerWorld extends Pick<PartnerLinks, 'send' | 'dial' | 'close'> {
  sendBeacon(interfaceName: string, beacon: Beacon): void;
  sendProbe(interfaceName: string, bytes: Uint8Array): void;
  /** The key for the beacons of a relationship comes from this connection. */
  useBeaconKey(relationship: string, connection: number): void;
}

export type CommitOutcome =
  | { readonly kind: 'committed' }
  | { readonly kind: 'failed'; readonly reason: string; readonly found: readonly (Binding | undefined)[] };

export interface EventLoop {
  dispatch(event: Event): void;
  /** @returns why it was refused, or undefined when it is done and durable */
  leaseCommand(command: LeaseCommand | ReconfigureCommand): Promise<string | undefined>;
  /** The same for what an operator says to an endpoint. */
  failoverCommand(relationship: string, command: FailoverCommand): Promise<string | undefined>;
  /** The same for the time of day. @param time undefined: the system's clock is right */
  clockCommand(time: EpochSeconds | undefined): Promise<string | undefined>;
  /**
   * The end: no timer fires and no queue is worked off any more. Resolves when no commit is in flight, to false where
   * stable storage has not said within this time how the last one went.
   */
  stop(withinMs: number): Promise<boolean>;
}

export function createEventLoop(appliance: Appliance, world: World): EventLoop {
  const { time } = world;
  const answers = new Map<number, (refusal: string | undefined) => void>();
  let nextCommand = 1;
  let timer: NodeJS.Timeout | undefined;
  let resuming = false;
  let stopped = false;
  let inFlight: Promise<void> = Promise.resolve();
  let toldStatus = time.status();

  const dispatch = (event: Event): void => {
    const now = time.read();
    const status = time.status();
    if (status !== toldStatus) {
      toldStatus = status;
      perform({ kind: 'systemClock', status }, now);
    }
    perform(event, now);
  };

  const perform = (event: Event, now: Now): void => {
    let effects: readonly Effect[];
    try {
      effects = appliance.step(event, now);
    } catch (error) {
      world.fail(error);
    }
    for (const effect of effects) carryOut(effect, now.monotonic);
  };

  const carryOut = (effect: Effect, monotonicNow: number): void => {
    switch (effect.kind) {
      case 'send':
        world.send(effect.interfaceName, effect.destination, effect.port, effect.bytes);
        break;
      case 'commit':
        inFlight = commit(effect);
        break;
      case 'wake':
        clearTimeout(timer);
        if (stopped) break;
        // What came over the sockets while the process was busy is handled before time is judged.
        timer = setTimeout(() => setImmediate(awake), Math.max(0, effect.at - monotonicNow));
        break;
      case 'resume':
        if (resuming || stopped) break;
        resuming = true;
        setImmediate(resume);
        break;
      case 'route':
        world.route?.(effect.route);
        break;
      case 'routerStandings':
        world.stand?.(effect.standings);
        break;
      case 'sendToPartner':
        world.partners?.send(effect.connection, effect.message);
        break;
      case 'dialPartner':
        world.partners?.dial(effect.relationship);
        break;
      case 'closePartner':
        world.partners?.close(effect.connection);
        break;
      case 'beacon':
        world.partners?.sendBeacon(effect.interfaceName, effect.beacon);
        break;
      case 'probe':
        world.partners?.sendProbe(effect.interfaceName, effect.bytes);
        break;
      case 'beaconKey':
        world.partners?.useBeaconKey(effect.relationship, effect.connection);
        break;
      case 'setDatabaseAside':
        world.setDatabaseAside();
        break;
      case 'partnerCertificate':
      case 'certificateKept':
        world.certificates?.(effect);
        break;
      case 'partnerCommit':
      case 'partnerUpdate':
        world.jointWork?.(effect);
        break;
      case 'transition':
        world.transition?.(effect);
        break;
      case 'dnsUpdate':
        world.dnsUpdate?.(effect);
        break;
      case 'clientsHave':
        world.clientsHave?.(effect.configuration);
        break;
      case 'reserveReplay':
        void reserveReplay(effect.until);
        break;
      case 'alarm':
        world.alarm(effect);
        break;
      case 'log':
        world.log(effect.severity, effect.text);
        break;
      case 'commandDone':
        answers.get(effect.id)?.(effect.refusal);
        answers.delete(effect.id);
        break;
    }
  };

  const resume = (): void => {
    resuming = false;
    if (!stopped) dispatch({ kind: 'drained' });
  };

  const awake = (): void => {
    if (!stopped) dispatch({ kind: 'timer' });
  };

  const commit = async ({ revision, bindings, endpoints, clock: times, removals }: Effect & { kind: 'commit' }): Promise<void> => {
    const outcome = await world.commit(revision, bindings, endpoints, times, removals);
    dispatch(
      outcome.kind === 'committed'
        ? { kind: 'committed', revision }
        : { kind: 'commitFailed', revision, reason: outcome.reason, found: outcome.found },
    );
  };

  const reserveReplay = async (until: EpochSeconds): Promise<void> => {
    const failure = await world.reserveReplay?.(until);
    if (!stopped) dispatch({ kind: 'replayReserved', until, failure });
  };

  const ask = (event: (id: number) => Event): Promise<string | undefined> => {
    const id = nextCommand++;
    return new Promise((resolve) => {
      answers.set(id, resolve);
      dispatch(event(id));
    });
  };

  /** The outcome of a commit may begin another one. */
  const settle = async (): Promise<true> => {
    for (let settled: Promise<void> | undefined; settled !== inFlight; ) {
      settled = inFlight;
      await settled;
    }
    return true;
  };

  return {
    dispatch,
    leaseCommand: (command) => ask((id) => ({ kind: 'leaseCommand', id, command })),
    failoverCommand: (relationship, command) =>
      ask((id) => ({ kind: 'failover', event: { kind: 'command', id, relationship, command } })),
    clockCommand: (set) => ask((id) => ({ kind: 'clockCommand', id, time: set ?? time.read().epoch })),
    async stop(withinMs) {
      stopped = true;
      clearTimeout(timer);
      let patience: NodeJS.Timeout | undefined;
      const late = new Promise<boolean>((resolve) => {
        patience = setTimeout(resolve, withinMs, false);
      });
      const settled = await Promise.race([settle(), late]);
      clearTimeout(patience);
      return settled;
    },
  };
}
