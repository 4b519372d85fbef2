/** A box that is to be paired: its links, its record on disk, and a daemon's part in it. It can be cut off anywhere. */
import { join } from 'node:path';
import { openPairing } from '../../../../src/identity/index.ts';
import type { BoxIdentity, Pairing, PairingStatus } from '../../../../src/identity/index.ts';
import { monotonicMs } from '../../../../src/wire/index.ts';
import { addressOf } from '../veth.ts';
import { EAST, makeBox, relationship, WEST } from './boxes.ts';
import type { TestBox } from './boxes.ts';

export interface PairingBoxOptions {
  readonly role: 'primary' | 'secondary';
  readonly identity: BoxIdentity;
  /** Where its record is. */
  readonly directory: string;
  readonly key: Uint8Array | undefined;
}

/** Which of the writes a box is cut off at, and whether the disk has it then. */
export interface Crash {
  readonly at: 'admit' | 'confirm';
  readonly when: 'before' | 'after';
}

export interface PairingBox {
  readonly box: TestBox;
  readonly pairing: Pairing;
  readonly statuses: readonly PairingStatus[];
  readonly monotonic: { ms: number };
  /** Resolves when it has been cut off. */
  readonly crashed: Promise<void>;
  stop(): Promise<void>;
}

/** A primary dials again and again, as its core does. */
export async function startPairingBox({ role, identity, directory, key }: PairingBoxOptions, crash?: Crash): Promise<PairingBox> {
  const statuses: PairingStatus[] = [];
  const monotonic = { ms: 0 };
  let over = false;
  let pin: string | undefined;
  let crashed: () => void = () => undefined;
  const whenCrashed = new Promise<void>((resolve) => (crashed = resolve));
  const box = makeBox((event) => {
    if (event.kind === 'dialFailed' && !over) setTimeout(() => over || box.links.dial('pair'), 5);
  });

  const configure = (pairing: Pairing): void => {
    pin = pairing.status.pin;
    const [own, partner] = role === 'primary' ? [EAST, WEST] : [WEST, EAST];
    box.links.configure({
      management: { interfaceName: 'lo', address: addressOf(own) },
      identity,
      relationships: [{ ...relationship({ own, partner, role }), insecure: false, partnerCertificate: pin }],
      pairings: new Map([['pair', crash === undefined ? pairing : fragile(pairing, crash)]]),
    });
  };

  const stop = async (): Promise<void> => {
    over = true;
    await box.links.stop();
  };

  /** Whatever it was about to say is never said. */
  const fragile = (pairing: Pairing, { at, when }: Crash): Pairing => {
    const cutOff = async <T>(act: () => Promise<T>): Promise<T> => {
      if (when === 'after') await act();
      void stop().then(crashed);
      return await new Promise<never>(() => undefined);
    };
    return {
      relationship: pairing.relationship,
      get status() {
        return pairing.status;
      },
      useKey: (next) => pairing.useKey(next),
      prove: (session) => pairing.prove(session),
      admit: async (session, proof) =>
        at === 'admit' ? await cutOff(() => pairing.admit(session, proof)) : await pairing.admit(session, proof),
      confirm: async (certificate) =>
        at === 'confirm' ? await cutOff(() => pairing.confirm(certificate)) : await pairing.confirm(certificate),
      keepNext: async (certificate) => await pairing.keepNext(certificate),
      useNext: async (certificate) => await pairing.useNext(certificate),
      notePartnerKeeps: async (certificate) => await pairing.notePartnerKeeps(certificate),
      wasPartner: (certificate) => pairing.wasPartner(certificate),
      forget: async () => await pairing.forget(),
    };
  };

  const pairing = await openPairing({
    relationship: 'pair',
    role,
    path: join(directory, 'pairing', 'pair.json'),
    key,
    date: () => new Date(0),
    monotonicMs: () => monotonicMs(monotonic.ms),
    onChange() {
      statuses.push(pairing.status);
      if (pairing.status.pin !== pin && !over) configure(pairing);
    },
  });
  configure(pairing);
  if (role === 'primary') box.links.dial('pair');
  return { box, pairing, statuses, monotonic, crashed: whenCrashed, stop };
}
