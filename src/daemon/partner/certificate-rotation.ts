/**
 * This box takes another key and certificate without a moment in which its partners don't know it (row R-ID3 of the trace to RFC
 * 7031). Each step is durable before the next one, and a start goes on with what it finds:
 *
 *     made       the new ones lie beside the old ones
 *     told       each partner is told over the connection that the old certificate vouches for, keeps both, and says so
 *     used       when all of them have: the new ones take the place of the old ones, whose key is wiped; the boxes meet anew
 *
 * A partner drops the old certificate when it has seen the new one used.
 */
import type { Alarms, EventLog } from '../../control/index.ts';
import { dropNextIdentity, formatFingerprint, makeNextIdentity, readNextIdentity, useNextIdentity } from '../../identity/index.ts';
import type { BoxIdentity, Pairing } from '../../identity/index.ts';

export interface CertificateRotationOptions {
  readonly directory: string;
  readonly applianceName: string;
  readonly log: EventLog;
  readonly alarms: Alarms;
  /** Those of now, and what the partners are called. */
  readonly pairings: () => readonly { readonly pairing: Pairing; readonly partnerName: string }[];
  /** The partners are to be told of this certificate; undefined: of none. */
  readonly onNext: (certificate: string | undefined) => void;
  /** The key and certificate in the files are others from now on. */
  readonly onUsed: () => void;
}

export interface CertificateRotation {
  /** What the box will show; SHA-256, 64 hexadecimal digits. */
  readonly next: string | undefined;
  /** Goes on with what was begun before the start; once, when what it calls can be called. */
  resume(): Promise<void>;
  /** @returns why it was refused, or undefined where partners are told, or told again */
  begin(): Promise<string | undefined>;
  /** @returns why it was refused, or undefined where the box keeps the certificate that it has */
  cancel(): Promise<string | undefined>;
  /** A partner may keep the certificate now, or may be there no more. */
  look(): Promise<void>;
}

const ALARM = 'certificate-waits';

export function createCertificateRotation(options: CertificateRotationOptions): CertificateRotation {
  const { directory, applianceName, log, alarms } = options;
  let next: BoxIdentity | undefined;
  /** One after the other: what a partner says comes while files move. */
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = async <T>(act: () => Promise<T>): Promise<T> => {
    const turn = last.then(act);
    last = turn.catch(() => undefined);
    return await turn;
  };

  /** Partners that hinder it, and those without whom it can't be: all that know this box, or are about to. */
  const waitsFor = (): readonly string[] =>
    options
      .pairings()
      .filter(({ pairing: { status } }) => status.stage !== 'no-key' && status.keptByPartner !== next?.certificate.fingerprint)
      .map(({ partnerName }) => partnerName);

  const tell = (): void => {
    if (next === undefined) {
      alarms.clear(ALARM);
      return;
    }
    const names = waitsFor().join(' and ');
    alarms.raise(ALARM, `this box has a new certificate, and goes on with the old one until ${names} ${waitsFor().length > 1 ? 'keep' : 'keeps'} the new one as well`, {
      severity: 'info',
      advice: 'Nothing, where the boxes are connected. Otherwise bring them together, or "twinlease pair rotate --cancel".',
    });
  };

  const lookNow = async (): Promise<void> => {
    if (next === undefined) return;
    if (waitsFor().length > 0) {
      tell();
      return;
    }
    const { fingerprint } = next.certificate;
    try {
      await useNextIdentity(directory);
    } catch (error) {
      log.add('error', `the new certificate can't take the place of the old one, which stays in use until the next start: ${(error as Error).message}`);
      return;
    }
    next = undefined;
    tell();
    log.add('info', `this box shows its new certificate from now on, with SHA-256 ${formatFingerprint(fingerprint)}; the key of the old one is wiped`);
    options.onNext(undefined);
    options.onUsed();
  };

  return {
    get next() {
      return next?.certificate.fingerprint;
    },
    async resume() {
      await inTurn(async () => {
        const found = await readNextIdentity(directory);
        if (found === undefined) return;
        if ('error' in found) {
          log.add('warning', `a new key and certificate were made and can't be used (${found.error}): the box goes on with the old ones`);
          return;
        }
        next = found;
        options.onNext(found.certificate.fingerprint);
        await lookNow();
      });
    },
    async begin() {
      return await inTurn(async () => {
        const known = options.pairings();
        if (!known.some(({ pairing }) => pairing.status.stage === 'paired')) return 'this box is paired with nobody: there is nobody to tell of a new certificate';
        const unfinished = known.find(({ pairing: { status } }) => status.stage !== 'paired' && status.stage !== 'no-key');
        if (unfinished !== undefined) {
          return `the pairing with ${unfinished.partnerName} is not over: until then this box has to stay the one that it is ("twinlease pair status")`;
        }
        if (next === undefined) {
          const made = await makeNextIdentity(directory, applianceName);
          if ('error' in made) return made.error;
          next = made;
          log.add('info', `a new key and certificate were made, with SHA-256 ${formatFingerprint(made.certificate.fingerprint)}; this box uses them when its partners keep the certificate`);
        }
        options.onNext(next.certificate.fingerprint);
        await lookNow();
        return undefined;
      });
    },
    async cancel() {
      return await inTurn(async () => {
        if (next === undefined) return 'no new certificate waits to be used';
        try {
          await dropNextIdentity(directory);
        } catch (error) {
          return `the new key can't be wiped: ${(error as Error).message}`;
        }
        next = undefined;
        tell();
        options.onNext(undefined);
        log.add('info', 'the new key and certificate were dropped: this box goes on with those that it has');
        return undefined;
      });
    },
    look: async () => await inTurn(lookNow),
  };
}
