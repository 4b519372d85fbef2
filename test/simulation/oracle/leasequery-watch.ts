/**
 * What requestors of leasequery are told: by UDP (RFC 5007) nothing that the disk of the box does not have, and by a box that may speak; and
 * in bulk (RFC 5460) the same by both boxes of a pair that have nothing to tell each other (R-XR6); and by active leasequery (RFC 7653) what is
 * told in bulk.
 */
import { BindingStatus, NO_SLOT, isHeldBack } from '../../../src/lease/index.ts';
import type { Binding } from '../../../src/lease/index.ts';
import { invariant, parseAddress } from '../../../src/wire/index.ts';
import type { Address } from '../../../src/wire/index.ts';
import { told } from '../../conformance/leasequery/asking.ts';
import { Query, addressIn, leasequery, readReply } from '../../conformance/leasequery/requestor.ts';
import type { Reply } from '../../conformance/leasequery/requestor.ts';
import type { Box, BoxRun } from '../box/running-box.ts';
import { isSame } from '../client/answers.ts';
import { duidOf } from '../client/identity.ts';
import type { BoxName, LinkName } from '../schedule/schedule.ts';
import { REQUESTOR } from '../schedule/variants.ts';
import { leaseKey } from '../world/lease-key.ts';
import type { Named } from '../world/lease-key.ts';
import { RequestorView } from './requestor-view.ts';
import type { Said } from './requestor-view.ts';
import { Violation } from './violation.ts';

export interface LeasequeryWatch {
  /** Somebody asks a box by UDP for what a client has: by its DUID, or by an address or a prefix that the box has for it. */
  ask(box: Box, client: number, by: 'client' | 'lease'): void;
  /** A box begins to write these leases: now and then somebody asks it at this moment. */
  commits(box: Box, bindings: readonly Binding[]): void;
  /** What a box tells a requestor that stays connected, where no lease waits for the disk; ends may differ by so many seconds. */
  checkStream(run: BoxRun, apartSeconds: number): void;
  isForRequestor(destination: Uint8Array): boolean;
  /** An answer leaves a box for the requestor. */
  leaves(bytes: Uint8Array, box: Box): void;
  /** What two boxes say of the same links that is not the same; ends may differ by so many seconds. */
  difference(first: BoxRun, second: BoxRun, links: readonly LinkName[], apartSeconds: number): string | undefined;
  /** How many answers by UDP told of leases, and how many leases both boxes told of in bulk, and one of them by active leasequery. */
  readonly counts: { answered: number; compared: number; streamed: number };
}

const REQUESTOR_ADDRESS = octetsOf(REQUESTOR);
const LINK_ADDRESSES: Readonly<Record<LinkName, string>> = { lan: '2001:db8:1::', branch: '2001:db8:2::' };
/** One in so many commits of leases is asked about. */
const COMMITS_PER_QUESTION = 8;
/** What ends so soon may be over by the count of one box alone, and the other knows a promise beyond it. */
const ABOUT_TO_END_SECONDS = 20;

/** @param nowMs simulated time @param linksOf what each box is on @param isSilent whether a box answers nobody on a link, as the state of its endpoint has it */
export function createLeasequeryWatch(nowMs: () => number, linksOf: (box: BoxName) => readonly LinkName[], isSilent: (box: Box, link: LinkName) => boolean): LeasequeryWatch {
  const counts = { answered: 0, compared: 0, streamed: 0 };
  const views = new Map<BoxName, RequestorView>();
  let commits = 0;

  const fail = (what: string): never => {
    throw new Violation('leasequery-answer', what);
  };

  const checkLease = ({ disk, plan: { name } }: Box, client: Uint8Array, lease: Named, text: string): void => {
    const record = disk.durable.get(leaseKey(lease));
    if (record?.status !== BindingStatus.ACTIVE || !isSame(record.duid, client)) fail(`${name} tells of ${text}, which its disk does not have for this client`);
  };

  const askAbout = ({ run, plan }: Box, client: Uint8Array, lease: Named | undefined): void => {
    const query = lease === undefined ? { type: Query.clientId, clientId: Buffer.from(client).toString('hex') } : { type: Query.address, address: addressIn(lease.address) };
    const interfaceName = linksOf(plan.name).includes('branch') ? 'uplink' : 'eth1';
    run?.receive({ bytes: leasequery({ query }), interfaceName, source: REQUESTOR_ADDRESS, sourcePort: 547, destination: 'unicast' });
  };

  return {
    counts,
    ask(box, number, by) {
      const client = duidOf(number);
      askAbout(box, client, by === 'client' ? undefined : [...box.disk.durable.values()].find(({ duid, status }) => status === BindingStatus.ACTIVE && isSame(duid, client)));
    },
    commits(box, bindings) {
      const given = bindings.find(({ status, duid }) => status === BindingStatus.ACTIVE && duid.length > 0);
      if (given === undefined || ++commits % COMMITS_PER_QUESTION !== 0) return;
      askAbout(box, given.duid, commits % (2 * COMMITS_PER_QUESTION) === 0 ? undefined : given);
    },
    checkStream(run, apartSeconds) {
      const { name } = run.box.plan;
      const links = linksOf(name);
      const view = views.get(name) ?? new RequestorView(nowMs);
      views.set(name, view);
      const said = (): ReadonlyMap<string, Said> | string => {
        const each = links.map((link) => saidOf(run, link));
        return each.find((one) => typeof one === 'string') ?? new Map(each.flatMap((one) => [...(one as ReadonlyMap<string, Said>)]));
      };
      const bulk = said();
      if (typeof bulk === 'string' || !view.read(run, bulk)) return;
      for (const lease of new Set([...view.known.keys(), ...bulk.keys()])) {
        const [known, now] = [view.known.get(lease), bulk.get(lease)];
        const left = known === undefined ? 0 : (known.endMs - nowMs()) / 1_000;
        if (known !== undefined && now !== undefined) counts.streamed += 1;
        if (known?.client === now?.client && Math.abs(left - (now?.valid ?? 0)) <= apartSeconds) continue;
        // Its end is told when that is on the disk. Until then it is told for as long as the partner may have promised it.
        if (left <= apartSeconds && (now === undefined || (known?.client === now.client && isBehindEnd(run, namedBy(lease))))) continue;
        throw new Violation('leasequery-stream', `${name} told who stays connected of ${lease} ${known === undefined ? 'nothing' : `${known.client} for ${String(Math.round(left))} s`}, and tells who asks now ${describe(now)}`);
      }
    },
    isForRequestor: (destination) => isSame(destination, REQUESTOR_ADDRESS),
    leaves(bytes, box) {
      const { name } = box.plan;
      const { status, clients } = readReply(bytes);
      if (status !== undefined) fail(`${name} refuses a leasequery: ${status.text}`);
      for (const { clientId, leases } of clients) {
        counts.answered += 1;
        for (const { lease } of leases) {
          if (isSilent(box, linkOf(lease))) fail(`${name} tells of ${lease} while it may not know of all leases`);
          checkLease(box, Buffer.from(clientId, 'hex'), namedBy(lease), lease);
        }
      }
    },
    difference(first, second, links, apartSeconds) {
      for (const link of links) {
        const [one, other] = [saidOf(first, link), saidOf(second, link)];
        if (typeof one === 'string' || typeof other === 'string') return typeof one === 'string' ? one : (other as string);
        for (const lease of new Set([...one.keys(), ...other.keys()])) {
          const [a, b] = [one.get(lease), other.get(lease)];
          if (a !== undefined && b !== undefined) {
            counts.compared += 1;
            if (a.client === b.client && Math.abs(a.valid - b.valid) <= apartSeconds) continue;
          }
          if (isUnsettled(first, namedBy(lease)) || isUnsettled(second, namedBy(lease))) continue;
          return `${lease}: ${describe(a)} and ${describe(b)}`;
        }
      }
      return undefined;
    },
  };
}

/** All leases of a link, as a box tells of them; why it does not, if it refuses. */
function saidOf(run: BoxRun, link: LinkName): ReadonlyMap<string, Said> | string {
  const { plan } = run.box;
  const replies: readonly Reply[] = told(run.appliance, { query: { type: Query.link, link: LINK_ADDRESSES[link] } }, run.appliance.epoch(run.now()));
  const said = new Map<string, Said>();
  for (const { status, clients } of replies) {
    if (status !== undefined) return `${plan.name} refuses a bulk leasequery: ${status.text}`;
    for (const { clientId, leases } of clients) for (const { lease, valid } of leases) said.set(lease, { client: clientId, valid });
  }
  return said;
}

/** One may have to tell the other of it; a record may wait for the disk, or say when it ends by an upper bound alone; or it is about to end. */
function isUnsettled(run: BoxRun, lease: Named): boolean {
  const { leases } = run.appliance;
  const slot = leases.find(lease.address, 0, lease.prefixLength);
  if (slot === NO_SLOT) return false;
  const { records } = leases;
  if (records.updateNeeded(slot) || records.lock(slot) !== 0 || isHeldBack(records, slot) || !records.isExact(slot)) return true;
  return records.status(slot) === BindingStatus.ACTIVE && records.stateExpirationTime(slot) < run.appliance.epoch(run.now()) + ABOUT_TO_END_SECONDS;
}

function isBehindEnd(run: BoxRun, lease: Named): boolean {
  const { leases } = run.appliance;
  const slot = leases.find(lease.address, 0, lease.prefixLength);
  return slot !== NO_SLOT && leases.records.stateExpirationTime(slot) <= run.appliance.epoch(run.now());
}

function describe(said: Said | undefined): string {
  return said === undefined ? 'nothing' : `${said.client} for ${String(said.valid)} s`;
}

/** Addresses lie in 2001:db8:1::/64 or 2:, prefixes in 2001:db8:1000::/48 or 2000:. */
function linkOf(lease: string): LinkName {
  return lease.split(':')[2]?.startsWith('1') === true ? 'lan' : 'branch';
}

/** `2001:db8:1:0:0:0:0:5`, or with `/56`. */
function namedBy(lease: string): Named {
  const [address = '', length = '128'] = lease.split('/');
  return { address: octetsOf(address), prefixLength: Number(length) };
}

function octetsOf(text: string): Address {
  const address = parseAddress(text);
  invariant(address !== undefined, `${text} is an address`);
  return address;
}
