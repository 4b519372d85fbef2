/** Why two boxes are not paired, for whoever has to find out. */
import type { PairingRefusal } from '../../identity/index.ts';

/** What this box has against the other one: ends "the connection was closed:". */
export const PAIRING_REFUSED: Readonly<Record<PairingRefusal, string>> = {
  'wrong-key': 'it proved another pairing key than the one in the provisioning file of this box: both boxes need the same file',
  'used-key':
    'it wants to be paired, but the pairing key of this box has been used, or is not in its provisioning file; to pair with another box, ' +
    'put a new key into the file of both ("twinlease pair key"), then say "twinlease pair replace"',
  'locked-out': 'it proved a wrong pairing key before and tries again too soon',
  'other-partner':
    'it proved the pairing key, but another box did so first; if this is the right one, say "twinlease pair reset", and find out who has the file',
  'unknown-partner': 'it says that the boxes are paired, but this box has no partner yet; say "twinlease pair reset" on the other one',
  'same-certificate':
    'it has the very key of this box: one of the two is a copy of the other; empty the state directory of one, so that it becomes a box of its own',
  storage: 'this box can\'t keep the partner\'s certificate: look at its disk, and at "twinlease pair status"',
  'no-relationship': 'it wants to be paired for a relationship that this box does not have, or has certificates for',
};

/** What the other box has against this one, as it says; who it is nobody has proved yet. */
export const PAIRING_REFUSED_THERE: Readonly<Record<PairingRefusal, string>> = {
  'wrong-key': 'it has another pairing key: both boxes need the same provisioning file',
  'used-key':
    'its pairing key has been used, or is not in its provisioning file; put a new key into the file of both boxes ("twinlease pair key"), then ' +
    'say "twinlease pair replace" there',
  'locked-out': 'this box proved a wrong pairing key before, and has to wait up to a minute',
  'other-partner': 'another box proved the pairing key first; if this is the right one, say "twinlease pair reset" there, and find out who has the file',
  'unknown-partner': 'it does not know this box any more; say "twinlease pair reset" here',
  'same-certificate': 'it has the very key of this box: one of the two is a copy of the other; empty the state directory of one',
  storage: 'it can\'t keep the certificate of this box: look at its disk, and at "twinlease pair status" there',
  'no-relationship': 'it has no such relationship, or has certificates for it: both boxes need the same provisioning file',
};
