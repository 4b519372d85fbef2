/**
 * How one relationship comes to know its partner (rows R-ID1, R-ID4 of the trace to RFC 7031): at their first contact both
 * boxes prove the one-time key of the provisioning file, and pin each other's certificate. From then on the certificate
 * decides, and nothing else: no authority, no date.
 *
 * Each step is durable before anything is said of it, so that a pairing goes on wherever a crash cut it off:
 *
 *     unpaired     -- the partner proved the key: its certificate is pinned -->                    half-paired
 *     half-paired  -- the partner, known by its pin, said that it pinned this box's durably -->    paired
 *
 * The key can be used again until the box is paired, and by the pinned partner alone once there is one; then never again.
 */
import type { MonotonicMs } from '../../wire/index.ts';
import { createLockOut } from './lock-out.ts';
import { pairingKeyDigest } from './pairing-key.ts';
import { NO_PAIRING, readPairingRecord, writePairingRecord } from './pairing-record.ts';
import type { PairingRecord } from './pairing-record.ts';
import { isSameProof, pairingProof } from './proof.ts';
import type { PairingSession } from './proof.ts';

export type PairingStage =
  | 'unpaired'
  | 'half-paired'
  | 'paired'
  /** No partner, and no key that was not used already. */
  | 'no-key'
  /** What was remembered can't be read: nobody is let in. */
  | 'damaged';

/** Why there is no pairing; each has its number on the wire. */
export const PAIRING_REFUSALS = [
  /** The proof is not that of the key here. */
  'wrong-key',
  /** There is no key here, or it was used. */
  'used-key',
  /** This certificate proved a wrong key, and has to wait. */
  'locked-out',
  /** The key is right, but another box has used it first, and the pairing with that one is not over. */
  'other-partner',
  /** Whoever says that it is paired with this box is not known here. */
  'unknown-partner',
  /** Both boxes have the same certificate. */
  'same-certificate',
  /** Nothing can be written, or what was written can't be read. */
  'storage',
  /** There is no such relationship here to be paired. */
  'no-relationship',
] as const;
export type PairingRefusal = (typeof PAIRING_REFUSALS)[number];

export interface PairingStatus {
  readonly stage: PairingStage;
  /** Why it is `damaged`. */
  readonly unreadable: string | undefined;
  /** SHA-256 of the partner's certificate, 64 hexadecimal digits. */
  readonly pin: string | undefined;
  /** What it will show instead, and may show from now on. */
  readonly nextPin: string | undefined;
  /** What this box will show instead: the partner keeps it. */
  readonly keptByPartner: string | undefined;
  /** When the certificate was pinned or forgotten, ISO 8601. */
  readonly since: string | undefined;
  /** Of the provisioning file. */
  readonly key: 'unused' | 'used' | 'none';
  /** Proofs of a wrong key since the start, or since the partner was found. */
  readonly wrongKeys: number;
}

export interface Pairing {
  readonly relationship: string;
  readonly status: PairingStatus;
  /** The provisioning file was read again. @param key its random octets */
  useKey(key: Uint8Array | undefined): void;
  /** @returns this box's proof; undefined where it has no key that can be used */
  prove(session: PairingSession): Uint8Array | undefined;
  /** The partner's proof came. @returns why it is refused; undefined once its certificate is pinned, durably */
  admit(session: PairingSession, proof: Uint8Array): Promise<PairingRefusal | undefined>;
  /**
   * The partner said that it has pinned this box's certificate durably.
   * @param certificate that the partner was known by when it said so
   * @returns why that is refused; undefined once the key can't be used any more, durably
   */
  confirm(certificate: string): Promise<PairingRefusal | undefined>;
  /** The partner will show another certificate. @returns false where there is no partner, or it can't be kept; true once both are, durably */
  keepNext(certificate: string): Promise<boolean>;
  /** The partner has shown that it holds the key of what was to come: what it showed before is worth nothing any more. */
  useNext(certificate: string): Promise<void>;
  /** The partner keeps what this box will show. @returns false where that can't be written down */
  notePartnerKeeps(certificate: string): Promise<boolean>;
  /** Whether the certificate is of a box that was the partner and was left. */
  wasPartner(certificate: string): boolean;
  /** The partner is a stranger again, durably. @returns why not, as a sentence without a full stop */
  forget(): Promise<string | undefined>;
}

export interface PairingOptions {
  readonly relationship: string;
  readonly role: 'primary' | 'secondary';
  /** Of the record; its folder is made when it is needed. */
  readonly path: string;
  readonly key: Uint8Array | undefined;
  /** By what is known now of when that moment was. */
  readonly date: (moment: MonotonicMs) => Date;
  readonly monotonicMs: () => MonotonicMs;
  /** The status is another one than before. */
  readonly onChange: () => void;
}

export async function openPairing(options: PairingOptions): Promise<Pairing> {
  const { relationship, role, path, onChange } = options;
  const read = await readPairingRecord(path);
  let unreadable = 'error' in read ? read.error : undefined;
  let record = 'error' in read ? NO_PAIRING : read;
  let key = options.key;
  let wrongKeys = 0;
  /** When the certificate was pinned or forgotten, where that was since the start: a box that begins at 1970 learns only later when it was. */
  let changedAt: MonotonicMs | undefined;
  const lockOut = createLockOut(options.monotonicMs);
  /** One after the other: two who prove the key at once are not both the partner. */
  let last: Promise<unknown> = Promise.resolve();

  const inTurn = async <T>(act: () => Promise<T>): Promise<T> => {
    const turn = last.then(act);
    last = turn;
    return await turn;
  };

  /** @returns why it could not be written */
  const write = async (next: PairingRecord): Promise<string | undefined> => {
    try {
      await writePairingRecord(path, next);
    } catch (error) {
      return (error as Error).message;
    }
    record = next;
    unreadable = undefined;
    onChange();
    return undefined;
  };

  const dateOf = (moment: MonotonicMs): string => options.date(moment).toISOString();
  const since = (): string | undefined => (changedAt === undefined ? record.since : dateOf(changedAt));

  const keyState = (): PairingStatus['key'] => {
    if (key === undefined) return 'none';
    return record.usedKeys.includes(pairingKeyDigest(key)) ? 'used' : 'unused';
  };

  const stage = (): PairingStage => {
    if (unreadable !== undefined) return 'damaged';
    if (record.pin !== undefined) return record.isConfirmed ? 'paired' : 'half-paired';
    return keyState() === 'unused' ? 'unpaired' : 'no-key';
  };

  /** Undefined where there is none, or it must not be used. */
  const usableKey = (): Uint8Array | undefined =>
    unreadable !== undefined || record.isConfirmed || keyState() !== 'unused' ? undefined : key;

  const failed = (certificate: string): PairingRefusal => {
    lockOut.failed(certificate);
    wrongKeys++;
    onChange();
    return 'wrong-key';
  };

  return {
    relationship,
    get status() {
      return { stage: stage(), unreadable, pin: record.pin, nextPin: record.nextPin, keptByPartner: record.keptByPartner, since: since(), key: keyState(), wrongKeys };
    },
    useKey(next) {
      key = next;
      lockOut.clear();
    },
    prove(session) {
      const usable = usableKey();
      return usable === undefined ? undefined : pairingProof(usable, relationship, role, session);
    },
    async admit(session, proof) {
      const { primaryCertificate, secondaryCertificate } = session;
      const certificate = role === 'primary' ? secondaryCertificate : primaryCertificate;
      const partnerRole = role === 'primary' ? 'secondary' : 'primary';
      return await inTurn(async () => {
        if (unreadable !== undefined) return 'storage';
        const usable = usableKey();
        if (usable === undefined) return 'used-key';
        if (lockOut.remaining(certificate) > 0) return 'locked-out';
        if (!isSameProof(proof, pairingProof(usable, relationship, partnerRole, session))) return failed(certificate);
        if (primaryCertificate === secondaryCertificate) return 'same-certificate';
        if (record.pin === certificate) return undefined;
        if (record.pin !== undefined) return 'other-partner';
        wrongKeys = 0;
        const now = options.monotonicMs();
        const pinned = { ...record, pin: certificate, isConfirmed: false, key: pairingKeyDigest(usable), since: dateOf(now) };
        if ((await write(pinned)) !== undefined) return 'storage';
        changedAt = now;
        return undefined;
      });
    },
    async confirm(certificate) {
      return await inTurn(async () => {
        if (unreadable !== undefined) return 'storage';
        if (record.pin !== certificate) return 'unknown-partner';
        if (record.isConfirmed) return undefined;
        const usedKeys = record.key === undefined ? record.usedKeys : [...record.usedKeys, record.key];
        return (await write({ ...record, isConfirmed: true, since: since(), key: undefined, usedKeys })) === undefined ? undefined : 'storage';
      });
    },
    async keepNext(certificate) {
      return await inTurn(async () => {
        if (unreadable !== undefined || record.pin === undefined) return false;
        if (certificate === record.pin || certificate === record.nextPin) return true;
        return (await write({ ...record, nextPin: certificate })) === undefined;
      });
    },
    async useNext(certificate) {
      await inTurn(async () => {
        if (unreadable !== undefined || record.nextPin !== certificate) return;
        const used = { ...record, pin: certificate, nextPin: undefined };
        if ((await write(used)) === undefined) return;
        // A full disk is no reason to be without a partner: after a restart either is taken once more.
        record = used;
        onChange();
      });
    },
    async notePartnerKeeps(certificate) {
      return await inTurn(async () => {
        if (unreadable !== undefined || record.pin === undefined) return false;
        if (record.keptByPartner === certificate) return true;
        return (await write({ ...record, keptByPartner: certificate })) === undefined;
      });
    },
    wasPartner: (certificate) => record.formerPins.includes(certificate) && record.pin !== certificate,
    async forget() {
      return await inTurn(async () => {
        // Which keys were used is not known any more: at least the one that is there must not be taken again.
        const usedKeys = unreadable !== undefined && key !== undefined ? [pairingKeyDigest(key)] : record.usedKeys;
        wrongKeys = 0;
        lockOut.clear();
        const formerPins = record.pin === undefined ? record.formerPins : [...record.formerPins, record.pin];
        const now = options.monotonicMs();
        const why = await write({ ...NO_PAIRING, usedKeys, formerPins, since: dateOf(now) });
        if (why !== undefined) return `it can't be written down that the partner is unknown now: ${why}`;
        changedAt = now;
        return undefined;
      });
    },
  };
}
