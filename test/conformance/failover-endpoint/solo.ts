/** One box, and a partner that says what the test says. */
import assert from 'node:assert/strict';
import { EndpointState, endpointStateName } from '../../../src/failover/index.ts';
import type { EndpointRecord, FailoverCommand, RelationshipConfiguration, RelationshipView, Role } from '../../../src/failover/index.ts';
import { FailoverMessageType, epochSeconds, failoverMessageTypeName } from '../../../src/wire/index.ts';
import type { ConnectMessage, FailoverMessage, StateMessage, VendorSuboption } from '../../../src/wire/index.ts';
import { createBox } from './box.ts';
import type { Box, BoxOptions } from './box.ts';
import { ADDRESS, EPOCH, other, record, settings } from './settings.ts';

export interface Telling {
  readonly startup?: boolean;
  readonly communicated?: boolean;
  /** Seconds after `EPOCH` */
  readonly since?: number;
  readonly vendor?: readonly VendorSuboption[];
}

export interface Solo {
  readonly box: Box;
  readonly view: RelationshipView;
  readonly role: Role;
  /** The connection of now. */
  connection: number;
  /** Opens a connection as far as CONNECT and CONNECTREPLY. */
  connect(changes?: Partial<ConnectMessage>): void;
  /** TCP only. */
  reach(): void;
  says(message: FailoverMessage): void;
  saysState(state: EndpointState, telling?: Telling): void;
  /** Answers what the box asked for. */
  saysUpdatesDone(): void;
  /** The connection breaks. */
  breaks(): void;
  /** What the box sent since the last call, oldest first. */
  sent(): readonly FailoverMessage[];
  /** The names of the same. */
  sentNames(): readonly string[];
  /** The connections that the box closed. */
  readonly closed: readonly number[];
}

export interface SoloOptions extends Partial<BoxOptions> {
  readonly configuration?: Partial<RelationshipConfiguration>;
}

export function createSolo(role: Role, stored: EndpointRecord | undefined, options: SoloOptions = {}): Solo {
  const box = createBox({
    relationships: [settings(role, options.configuration)],
    stored: stored === undefined ? [] : [stored],
    ...options,
  });
  let transactionId = 1_000;
  const all: FailoverMessage[] = [];
  let read = 0;

  const closed: number[] = [];
  const take = (): void => {
    for (const effect of box.effects.splice(0)) {
      if (effect.kind === 'send') all.push(effect.message);
      else if (effect.kind === 'close') closed.push(effect.connection);
    }
  };

  const solo: Solo = {
    box,
    view: box.view,
    role,
    connection: 0,
    reach() {
      solo.connection++;
      box.step({
        kind: 'connected',
        connection: solo.connection,
        relationship: role === 'primary' ? 'east-west' : undefined,
        partnerAddress: ADDRESS[other(role)],
        certificate: `certificate of the ${other(role)}`,
      });
    },
    connect(changes = {}) {
      take();
      solo.reach();
      take();
      const connect = all.findLast(({ type }) => type === FailoverMessageType.CONNECT);
      const { mclt, keepalive } = settings(role);
      const message: ConnectMessage = {
        type: role === 'primary' ? FailoverMessageType.CONNECTREPLY : FailoverMessageType.CONNECT,
        transactionId: role === 'primary' ? (connect?.transactionId ?? -1) : ++transactionId,
        version: { major: 1, minor: 0 },
        mclt,
        keepaliveTime: keepalive,
        maxUnackedBndupd: 100,
        relationshipName: 'east-west',
        fixedPdLength: true,
        vendor: [],
      };
      solo.says({ ...message, ...changes });
      take();
    },
    says(message) {
      const { epoch } = box.now();
      box.step({ kind: 'message', connection: solo.connection, message: { sentTime: epoch, ...message }, receivedAt: epoch });
    },
    saysState(state, { startup = false, communicated = true, since = 0, vendor = [] } = {}) {
      const message: StateMessage = {
        type: FailoverMessageType.STATE,
        transactionId: ++transactionId,
        serverState: state,
        serverFlags: { startup, communicated, ackStartup: false },
        startTimeOfState: epochSeconds(EPOCH + since),
        partnerDownTime: state === EndpointState.PARTNER_DOWN ? epochSeconds(EPOCH + since) : undefined,
        vendor,
      };
      solo.says(message);
    },
    saysUpdatesDone() {
      take();
      const request = all.findLast(
        ({ type }) => type === FailoverMessageType.UPDREQ || type === FailoverMessageType.UPDREQALL,
      );
      assert.ok(request !== undefined, 'the box asked for updates');
      solo.says({ type: FailoverMessageType.UPDDONE, transactionId: request.transactionId });
    },
    breaks() {
      box.step({ kind: 'closed', connection: solo.connection, reason: 'reset by peer' });
    },
    sent() {
      take();
      const news = all.slice(read);
      read = all.length;
      return news;
    },
    closed,
    sentNames: () => solo.sent().map(({ type }) => failoverMessageTypeName(type)),
  };
  box.step({ kind: 'start' });
  return solo;
}

/** A box that starts in STARTUP with what a box in this state left behind. */
export function starting(role: Role, before: EndpointState, options: SoloOptions = {}): Solo {
  return createSolo(role, record(role, before), options);
}

/** A box in this state; with communications OK where the state has them. */
export function inState(role: Role, state: EndpointState, options: SoloOptions = {}): Solo {
  const { NORMAL, POTENTIAL_CONFLICT, COMMUNICATIONS_INTERRUPTED, RESOLUTION_INTERRUPTED } = EndpointState;
  const before =
    state === NORMAL ? COMMUNICATIONS_INTERRUPTED : state === POTENTIAL_CONFLICT ? RESOLUTION_INTERRUPTED : state;
  const solo = starting(role, before, options);
  if (state === NORMAL || state === POTENTIAL_CONFLICT) {
    solo.connect();
    solo.saysState(state);
  } else {
    solo.box.advance(5_000);
  }
  assert.equal(nameOf(solo), endpointStateName(state), 'the way into the state works');
  solo.sent();
  return solo;
}

/** The same with communications OK, the partner having said this. */
export function meeting(role: Role, state: EndpointState, partner: EndpointState, options: SoloOptions = {}): Solo {
  const solo = inState(role, state, options);
  if (solo.view.communications !== 'ok') solo.connect();
  solo.saysState(partner);
  return solo;
}

export function nameOf({ view }: Solo): string {
  return endpointStateName(view.state);
}

export function say({ box }: Solo, given: FailoverCommand): string | undefined {
  return box.command(given);
}
