/** Boxes with their partner links, on addresses of the loopback interface of a namespace. */
import assert from 'node:assert/strict';
import type { BoxIdentity } from '../../../../src/identity/index.ts';
import { createPartnerLinks } from '../../../../src/net/index.ts';
import type { PartnerEvent, PartnerLinks, PartnerRelationship } from '../../../../src/net/index.ts';
import { epochSeconds } from '../../../../src/wire/index.ts';
import type { EpochSeconds } from '../../../../src/wire/index.ts';
import { addressOf, ip, waiter } from '../veth.ts';

export const PORT = 647;
export const EAST = 'fd00:e::1';
export const WEST = 'fd00:e::2';
export const STRANGER = 'fd00:e::3';

/** The namespace is the caller's own. */
export function addBoxAddresses(): void {
  ip('link set lo up');
  for (const address of [EAST, WEST, STRANGER]) ip(`addr add ${address}/128 dev lo nodad`);
}

export type EventOf<K extends PartnerEvent['kind']> = Extract<PartnerEvent, { readonly kind: K }>;

export interface TestBox {
  readonly links: PartnerLinks;
  readonly events: PartnerEvent[];
  /** "severity: text" */
  readonly reports: string[];
  /** Relationships whose partner of before was met. */
  readonly formerPartners: string[];
  /** What its clock says; a test may set it. */
  now: EpochSeconds;
  /** Waits until so many events of a kind have come. @returns the last of them */
  heard<K extends PartnerEvent['kind']>(kind: K, count?: number): Promise<EventOf<K>>;
  reported(text: string): Promise<string>;
  all<K extends PartnerEvent['kind']>(kind: K): readonly EventOf<K>[];
  /** Whenever an event has come or a line was reported. */
  until(condition: () => boolean): Promise<void>;
}

export function makeBox(onEvent: (event: PartnerEvent, box: TestBox) => void = () => undefined): TestBox {
  const { until, wake } = waiter();
  const box: TestBox = {
    links: createPartnerLinks({
      clock: () => box.now,
      onEvent(event) {
        box.events.push(event);
        onEvent(event, box);
        wake();
      },
      onFormerPartner(name) {
        box.formerPartners.push(name);
      },
      onReport(severity, text) {
        box.reports.push(`${severity}: ${text}`);
        wake();
      },
    }),
    events: [],
    reports: [],
    formerPartners: [],
    now: epochSeconds(1_800_000_000),
    all: <K extends PartnerEvent['kind']>(kind: K) =>
      box.events.filter((event): event is EventOf<K> => event.kind === kind),
    async heard(kind, count = 1) {
      await until(() => box.all(kind).length >= count);
      const event = box.all(kind)[count - 1];
      assert.ok(event !== undefined);
      return event;
    },
    async reported(text) {
      await until(() => box.reports.some((report) => report.includes(text)));
      return box.reports.find((report) => report.includes(text)) ?? '';
    },
    until,
  };
  return box;
}

export interface Wiring {
  readonly own: string;
  readonly partner: string;
  readonly role: 'primary' | 'secondary';
  readonly identity?: BoxIdentity;
  /** The pinned one; without it the relationship is insecure. */
  readonly pinned?: BoxIdentity;
  readonly port?: number;
}

export function relationship({ partner, role, pinned, port = PORT }: Wiring): PartnerRelationship {
  return {
    name: 'pair',
    role,
    partnerName: role === 'primary' ? 'west' : 'east',
    partnerAddress: addressOf(partner),
    port,
    partnerCertificate: pinned?.certificate.fingerprint,
    insecure: pinned === undefined,
  };
}

export function configure({ links }: TestBox, wiring: Wiring): void {
  links.configure({
    management: { interfaceName: 'lo', address: addressOf(wiring.own) },
    identity: wiring.identity,
    relationships: [relationship(wiring)],
    pairings: new Map(),
  });
}
