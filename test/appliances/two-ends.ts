/**
 * Two appliances and the connection between them: events go through one queue, in their order; time passes when the test says so.
 * What the ends say to each other, their disks and what is told of them is the test's.
 */
import assert from 'node:assert/strict';
import type { Effect, Event } from '../../src/appliance/index.ts';
import { loadProvisioning, resolveAppliance } from '../../src/config/index.ts';
import type { ApplianceConfiguration } from '../../src/config/index.ts';
import type { Address } from '../../src/wire/index.ts';

export type EndName = 'east' | 'west';

export interface End {
  readonly name: EndName;
  /** Time of the test, in milliseconds, at which it is to be woken. */
  wakeAt: number;
  connection: number | undefined;
}

export interface Between<E extends End> {
  readonly ends: () => readonly [east: E, west: E];
  /** What the end does now that this happened; nothing where it is off. */
  readonly step: (end: E, event: Event) => readonly Effect[];
  /** What is left of the effects: those that lead to the partner, and to the next event, are carried out here. */
  readonly carryOut: (end: E, effect: Exclude<Effect, { readonly kind: OwnEffect }>) => void;
  /** When, by the time of the test, the end's own clock shows this. */
  readonly timeOf?: (end: E, monotonicMs: number) => number;
  /** Why no connection can be opened now; undefined: it can. */
  readonly refusal?: (dialler: E) => string | undefined;
  /** By which the ends know each other; undefined: by nothing. */
  readonly certificate?: string | undefined;
}

type OwnEffect = 'wake' | 'resume' | 'dialPartner' | 'closePartner';

export interface TwoEnds<E extends End> {
  /** Milliseconds since the test began. */
  readonly elapsedMs: number;
  other(end: E): E;
  /** It happens when all that happened before has been handled. */
  post(end: E, event: Event): void;
  settle(): void;
  dispatch(end: E, event: Event): void;
  advance(seconds: number): void;
  /** This end is gone; the other one learns it. */
  hangUp(end: E, reason: string): void;
}

export function createTwoEnds<E extends End>(between: Between<E>): TwoEnds<E> {
  const { ends, step, carryOut, certificate } = between;
  let elapsedMs = 0;
  let connections = 0;
  const queue: { readonly end: E; readonly event: Event }[] = [];

  const other = (end: E): E => {
    const [east, west] = ends();
    return end === east ? west : east;
  };
  const post = (end: E, event: Event): void => {
    queue.push({ end, event });
  };
  const settle = (): void => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const { end, event } = next;
      for (const effect of [...step(end, event)]) {
        switch (effect.kind) {
          case 'wake':
            end.wakeAt = between.timeOf?.(end, effect.at) ?? effect.at;
            break;
          case 'resume':
            post(end, { kind: 'drained' });
            break;
          case 'dialPartner':
            dial(end, effect.relationship);
            break;
          case 'closePartner':
            if (effect.connection === end.connection) hangUp(end, 'the partner closed the connection');
            break;
          default:
            carryOut(end, effect);
        }
      }
    }
  };
  const dispatch = (end: E, event: Event): void => {
    post(end, event);
    settle();
  };

  const dial = (dialler: E, relationship: string): void => {
    const reason = between.refusal?.(dialler);
    if (reason !== undefined) {
      post(dialler, { kind: 'failover', event: { kind: 'dialFailed', relationship, reason } });
      return;
    }
    for (const end of [dialler, other(dialler)]) {
      const connection = ++connections;
      end.connection = connection;
      const known = end === dialler ? relationship : undefined;
      post(end, { kind: 'failover', event: { kind: 'connected', connection, relationship: known, partnerAddress: PARTNER_ADDRESS[end.name], certificate } });
    }
  };
  const hangUp = (end: E, reason: string): void => {
    end.connection = undefined;
    const to = other(end);
    const { connection } = to;
    to.connection = undefined;
    if (connection !== undefined) post(to, { kind: 'failover', event: { kind: 'closed', connection, reason } });
  };

  return {
    get elapsedMs() {
      return elapsedMs;
    },
    other,
    post,
    settle,
    dispatch,
    hangUp,
    advance(seconds) {
      const until = elapsedMs + seconds * 1_000;
      for (;;) {
        const [east, west] = ends();
        const end = east.wakeAt <= west.wakeAt ? east : west;
        if (end.wakeAt > until) break;
        elapsedMs = Math.max(elapsedMs, end.wakeAt);
        end.wakeAt = Infinity;
        dispatch(end, { kind: 'timer' });
      }
      elapsedMs = until;
    },
  };
}

/** What the provisioning file makes of this box. */
export function resolved(provisioning: string, name: EndName): ApplianceConfiguration {
  const loaded = loadProvisioning(Buffer.from(provisioning), 'pair.yaml');
  assert.ok('document' in loaded, JSON.stringify(loaded));
  const configuration = resolveAppliance(loaded.document, name);
  assert.ok(!('error' in configuration), JSON.stringify(configuration));
  return configuration;
}

/** As the files of these tests have them: east is at fd00::1, west at fd00::2. */
const PARTNER_ADDRESS = { east: addressOf(2), west: addressOf(1) };

function addressOf(last: number): Address {
  const octets = new Uint8Array(16);
  octets[0] = 0xfd;
  octets[15] = last;
  return octets as Address;
}
