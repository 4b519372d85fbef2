/**
 * Which clients' messages an endpoint answers (RFC 8156 section 3: responsive, renew responsive, unresponsive) and what
 * else its state leaves to the box.
 */
import { MessageType } from '../wire/index.ts';
import { EndpointState } from './endpoint-state.ts';
import type { Role } from './endpoint-state.ts';

/** The clients of a box where two boxes divide them (R-LB2). */
export interface ClientShare {
  /** @param identity the octets that are hashed: a client's DUID, unless something else tells it from others */
  readonly has: (identity: Uint8Array) => boolean;
  /** Of 256. */
  readonly buckets: number;
}

export interface Responsiveness {
  /** In the RFC's words, for display. */
  readonly name: string;
  /**
   * @param type of the client's message
   * @param addressed it carries this server's identifier
   */
  readonly answers: (type: number, addressed: boolean) => boolean;
  /** Clients may get leases that they do not hold (section 8.7.1 forbids it). */
  readonly newLeases: boolean;
  /** No other server answers the same clients: Rapid Commit, and leases made on Renew or Rebind, can't give two. */
  readonly alone: boolean;
  /** No client is answered at all. */
  readonly silent: boolean;
  /** Lifetimes end MCLT behind what the partner acknowledged at the latest (section 4.4). */
  readonly limited: boolean;
  /** Of the clients that name no server only these are answered; undefined: all. */
  readonly share: ClientShare | undefined;
}

const { REQUEST, RENEW, RELEASE, DECLINE, INFORMATION_REQUEST } = MessageType;

function answering(addressed: readonly number[]): Responsiveness['answers'] {
  return (type, isAddressed) => isAddressed && addressed.includes(type);
}

export const RESPONSIVE: Responsiveness = {
  name: 'responsive',
  answers: () => true,
  newLeases: true,
  alone: false,
  silent: false,
  limited: true,
  share: undefined,
};
export const RESPONSIVE_ALONE: Responsiveness = { ...RESPONSIVE, alone: true };
const UNLIMITED: Responsiveness = { ...RESPONSIVE_ALONE, limited: false };
const RENEW_RESPONSIVE: Responsiveness = {
  name: 'renew responsive',
  answers: answering([REQUEST, RENEW, RELEASE, DECLINE, INFORMATION_REQUEST]),
  newLeases: true,
  alone: true,
  silent: false,
  limited: true,
  share: undefined,
};
/** Section 8.7.1: leases on record only. */
const RECORDED_LEASES: Responsiveness = {
  name: 'renew responsive, no new leases',
  answers: answering([RENEW, RELEASE, DECLINE, INFORMATION_REQUEST]),
  newLeases: false,
  alone: false,
  silent: false,
  limited: true,
  share: undefined,
};
/** What a box is to clients before it has started. */
export const UNRESPONSIVE: Responsiveness = {
  name: 'unresponsive',
  answers: () => false,
  newLeases: false,
  alone: false,
  silent: true,
  limited: true,
  share: undefined,
};
/**
 * When it handed them to its partner. Who got an Advertise of this box a moment before asks nobody else for a minute (RFC 9915 section 18.2.2):
 * it gets its lease. As no Solicit is answered any more, there is soon nobody left who asks so.
 */
export const HANDED_OVER: Responsiveness = { ...UNRESPONSIVE, answers: answering([REQUEST]), newLeases: true };

const byState: Readonly<Record<EndpointState, Readonly<Record<Role, Responsiveness>>>> = {
  [EndpointState.STARTUP]: both(UNRESPONSIVE), // 8.3.1
  [EndpointState.NORMAL]: { primary: RESPONSIVE_ALONE, secondary: RENEW_RESPONSIVE }, // 8.8.1
  [EndpointState.COMMUNICATIONS_INTERRUPTED]: both(RESPONSIVE), // 8.9.1
  [EndpointState.PARTNER_DOWN]: both(UNLIMITED), // 8.4.1
  [EndpointState.POTENTIAL_CONFLICT]: both(UNRESPONSIVE), // 8.10.1
  [EndpointState.RECOVER]: both(UNRESPONSIVE), // 8.5.1
  [EndpointState.RECOVER_WAIT]: both(UNRESPONSIVE), // 8.6.1
  [EndpointState.RECOVER_DONE]: both(RECORDED_LEASES), // 8.7.1
  [EndpointState.RESOLUTION_INTERRUPTED]: both(RESPONSIVE), // 8.11.1
  [EndpointState.CONFLICT_DONE]: both(RESPONSIVE), // 8.12.1
};

function both(each: Responsiveness): Readonly<Record<Role, Responsiveness>> {
  return { primary: each, secondary: each };
}

/** What a state leaves to a box in this role (RFC 8156 section 8; what Figure 6 says of RECOVER-DONE is overruled by 8.7.1). */
export function responsiveness(state: EndpointState, role: Role): Responsiveness {
  return byState[state][role];
}

/** What both allow: a box obeys this while the change from one to the other is not durable. */
export function stricter(a: Responsiveness, b: Responsiveness): Responsiveness {
  return a === b ? a : bothAllow(a, b);
}

/** By itself: what it makes would else be made room for at every question. */
function bothAllow(a: Responsiveness, b: Responsiveness): Responsiveness {
  return {
    name: a.silent ? a.name : b.name,
    answers: (type, addressed) => a.answers(type, addressed) && b.answers(type, addressed),
    newLeases: a.newLeases && b.newLeases,
    alone: a.alone && b.alone,
    silent: a.silent || b.silent,
    limited: a.limited || b.limited,
    share: a.share ?? b.share,
  };
}
