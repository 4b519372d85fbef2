/** The pairings of this box: opened as the provisioning file has them, steered by the operator, and told of in plain words. */
import { join } from 'node:path';
import type { ConfiguredRelationship } from '../../config/index.ts';
import { createCertificateRotation } from './certificate-rotation.ts';
import type { Alarms, EventLog, PairingAction, RotationAction } from '../../control/index.ts';
import { formatFingerprint, openOwnIdentity, openPairing } from '../../identity/index.ts';
import type { BoxIdentity, Pairing, PairingStatus } from '../../identity/index.ts';
import { pairingAlarm } from './pairing-alarms.ts';
import type { MonotonicMs } from '../../wire/index.ts';

export interface PairingsOptions {
  readonly stateDirectory: string;
  readonly applianceName: string;
  readonly date: (moment: MonotonicMs) => Date;
  readonly monotonicMs: () => MonotonicMs;
  readonly log: EventLog;
  readonly alarms: Alarms;
  /** Another certificate is the partner's from now on, or none. */
  readonly onPin: () => void;
  /** What this box will show, once its partners keep it: they are to be told. */
  readonly onNextCertificate: (certificate: string | undefined) => void;
  /** What a partner will show is kept: it is to be told so. */
  readonly onPartnerCertificateKept: (relationship: string, certificate: string) => void;
  /** This box has another key and certificate. */
  readonly onIdentity: (identity: BoxIdentity) => void;
}

export interface Pairings {
  /** Those of the relationships that want one, with the keys that the file has now. */
  open(relationships: readonly ConfiguredRelationship[]): Promise<ReadonlyMap<string, Pairing>>;
  /** For a box whose file names no certificate of its own; made where it is missing. */
  ownIdentity(): Promise<BoxIdentity | { readonly error: string }>;
  /** @returns why it was refused, or undefined when it is done and durable */
  command(relationship: string, action: PairingAction): Promise<string | undefined>;
  /** Another key and certificate for this box. @returns why it was refused, or undefined */
  rotate(action: RotationAction): Promise<string | undefined>;
  /** What it will show; SHA-256, 64 hexadecimal digits. */
  readonly nextCertificate: string | undefined;
  /** Goes on with what was begun before the start. */
  resume(): Promise<void>;
  /** What partners say of certificates. */
  said(what: CertificateNews): Promise<void>;
}

/** As failover gives it. */
export interface CertificateNews {
  readonly kind: 'partnerCertificate' | 'certificateKept';
  readonly relationship: string;
  readonly certificate: string;
}

interface Opened {
  readonly pairing: Pairing;
  readonly partnerName: string;
  told: PairingStatus;
}

export function createPairings(options: PairingsOptions): Pairings {
  const { stateDirectory, log, alarms } = options;
  const directory = join(stateDirectory, 'pairing');
  const known = new Map<string, Opened>();
  /** The provisioning file names no certificate of this box. */
  let isOwn = false;
  const readIdentity = async (): Promise<BoxIdentity | { readonly error: string }> =>
    await openOwnIdentity(directory, options.applianceName, () => {
      log.add('info', 'first start: this box makes the key that its partner will know it by, which may take some seconds');
    });
  const rotation = createCertificateRotation({
    directory,
    applianceName: options.applianceName,
    log,
    alarms,
    pairings: () => [...known.values()],
    onNext: options.onNextCertificate,
    onUsed: () => {
      void readIdentity().then((identity) => {
        if ('error' in identity) log.add('error', identity.error);
        else options.onIdentity(identity);
      });
    },
  });

  const tell = (name: string): void => {
    const opened = known.get(name);
    if (opened === undefined) return;
    const { told, partnerName } = opened;
    const { status } = opened.pairing;
    opened.told = status;
    for (const { id, alarm } of pairingAlarm(name, partnerName, status)) {
      if (alarm === undefined) alarms.clear(id);
      else alarms.raise(id, alarm.text, alarm);
    }
    if (told.stage !== status.stage) {
      const line = describeStage(name, partnerName, status);
      if (line !== undefined) log.add('info', line);
    }
    if (told.nextPin !== status.nextPin && status.nextPin !== undefined) {
      log.add('info', `${name}: ${partnerName} will show another certificate, with SHA-256 ${formatFingerprint(status.nextPin)}: it is known by either until then`);
    }
    if (told.nextPin !== undefined && told.nextPin === status.pin) {
      log.add('info', `${name}: ${partnerName} shows its new certificate: the one before is that of a stranger from now on`);
    }
    if (told.pin !== status.pin) options.onPin();
  };

  const open = async ({ name, role, partnerName, pairing }: ConfiguredRelationship): Promise<readonly [string, Pairing][]> => {
    const before = known.get(name);
    if (pairing === undefined) {
      if (before !== undefined) for (const { id } of pairingAlarm(name, partnerName, before.told)) alarms.clear(id);
      known.delete(name);
      return [];
    }
    if (before === undefined) {
      const { date, monotonicMs } = options;
      const path = join(directory, `${name}.json`);
      const opened = await openPairing({ relationship: name, role, path, key: pairing.key, date, monotonicMs, onChange: () => tell(name) });
      known.set(name, { pairing: opened, partnerName, told: opened.status });
      tell(name);
      return [[name, opened]];
    }
    before.pairing.useKey(pairing.key);
    tell(name);
    return [[name, before.pairing]];
  };

  return {
    async open(relationships) {
      const opened: [string, Pairing][] = [];
      for (const relationship of relationships) opened.push(...(await open(relationship)));
      return new Map(opened);
    },
    async ownIdentity() {
      isOwn = true;
      return await readIdentity();
    },
    async command(relationship, action) {
      const pairing = known.get(relationship)?.pairing;
      if (pairing === undefined) return `${relationship} is no relationship with a pairing-key: there is nothing to ${action}`;
      const { stage, key } = pairing.status;
      if (action === 'replace' && key !== 'unused') {
        return `the provisioning file has no new pairing key for ${relationship}: put one into the file of both boxes ("twinlease pair key"), then say "twinlease reload"`;
      }
      if (stage === 'unpaired') return `${relationship} is not paired: there is nothing to ${action}`;
      const refusal = await pairing.forget();
      if (refusal === undefined) await rotation.look();
      return refusal;
    },
    async rotate(action) {
      if (!isOwn) return 'the provisioning file names the certificate of this box: another one comes with another file';
      return action === 'begin' ? await rotation.begin() : await rotation.cancel();
    },
    get nextCertificate() {
      return rotation.next;
    },
    async resume() {
      if (isOwn) await rotation.resume();
    },
    async said({ kind, relationship, certificate }) {
      const pairing = known.get(relationship)?.pairing;
      if (pairing === undefined) return;
      if (kind === 'partnerCertificate') {
        if (await pairing.keepNext(certificate)) options.onPartnerCertificateKept(relationship, certificate);
        else log.add('warning', `${relationship}: a new certificate of the partner can't be kept, and is not used until it is: look at the disk`);
      } else if (certificate === rotation.next && (await pairing.notePartnerKeeps(certificate))) {
        await rotation.look();
      }
    },
  };
}

/** Undefined where an alarm says it already. */
function describeStage(name: string, partner: string, { stage, pin = '' }: PairingStatus): string | undefined {
  switch (stage) {
    case 'half-paired':
      return `${name}: ${partner} proved the pairing key, and is known from now on by its certificate with SHA-256 ${formatFingerprint(pin)}`;
    case 'paired':
      return (
        `${name}: paired with ${partner}: each box knows the other one's certificate, and the pairing key is used up; ` +
        'it may be taken out of the provisioning file ("pairing-key: removed")'
      );
    case 'unpaired':
    case 'no-key':
      return `${name}: ${partner} is a stranger from now on`;
    case 'damaged':
      return undefined;
  }
}
