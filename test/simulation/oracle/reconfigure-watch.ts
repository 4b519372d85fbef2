/** What boxes say by Reconfigure, and of keys, held against RFC 9915 sections 18.3.11 and 20. */
import { BindingStatus, reconfigureKeyOf } from '../../../src/lease/index.ts';
import { hmacMd5 } from '../../unit/appliance/reconfigure-start.ts';
import type { Box } from '../box/running-box.ts';
import { isSame } from '../client/answers.ts';
import type { ServerAnswer } from '../client/reply.ts';
import type { BoxName } from '../schedule/schedule.ts';
import { Violation } from './violation.ts';

export interface ReconfigureWatch {
  /** Something leaves a box for a client. */
  leaves(answer: ServerAnswer, box: Box): void;
  starts(box: Box): void;
}

const RECONFIGURE = 10;
const KEY = 1;
const HMAC_MD5 = 2;
const DIGEST_LENGTH = 16;

/** @param accepts whether a client ever says that it accepts Reconfigure, by its DUID */
export function createReconfigureWatch(accepts: (client: Uint8Array) => boolean): ReconfigureWatch {
  /** By box, then by client: a Reply waits for its commit, and others overtake it. */
  const last = new Map<BoxName, Map<string, bigint>>();

  const checkReplay = ({ disk, plan: { name } }: Box, client: string, replay: bigint): void => {
    if (replay >> 32n >= BigInt(disk.replayUntil)) throw new Violation('replay-value', `${name} uses ${String(replay)}, and its disk reserves until ${String(disk.replayUntil)}`);
    const ofClient = last.get(name) ?? new Map<string, bigint>();
    const before = ofClient.get(client);
    if (before !== undefined && replay <= before) throw new Violation('replay-value', `${name} uses ${String(replay)} behind ${String(before)}`);
    last.set(name, ofClient.set(client, replay));
  };

  const keysOf = ({ disk }: Box, client: Uint8Array): readonly Uint8Array[] =>
    [...disk.durable.values()].flatMap(({ status, duid, reconfigureData }) => (status === BindingStatus.ACTIVE && isSame(duid, client) ? (reconfigureKeyOf(reconfigureData) ?? []) : []));

  return {
    leaves({ type, client, authentication, bytes }, box) {
      if (authentication === undefined) {
        if (type === RECONFIGURE) throw new Violation('reconfigure-not-authentic', `${box.plan.name} sends a Reconfigure without authentication`);
        return;
      }
      if (!accepts(client)) throw new Violation('reconfigure-not-authentic', `${box.plan.name} speaks of Reconfigure to a client that does not accept it`);
      checkReplay(box, String(client), authentication.replay);
      const keys = keysOf(box, client);
      const isDurable =
        type === RECONFIGURE
          ? authentication.type === HMAC_MD5 && keys.some((key) => isAuthentic(bytes, authentication.value, key))
          : authentication.type === KEY && keys.some((key) => isSame(key, authentication.value));
      if (!isDurable) throw new Violation('reconfigure-not-authentic', `${box.plan.name} says what no durable key is behind, in a message of type ${String(type)}`);
    },
    starts({ disk, plan: { name } }) {
      // What was reserved is lost with the disk, or an older copy of it is back.
      const greatest = [...(last.get(name)?.values() ?? [])].reduce((a, b) => (a > b ? a : b), 0n);
      if (BigInt(disk.replayUntil) <= greatest >> 32n) last.delete(name);
    },
  };
}

/** The digest stands at the end of the message. */
export function isAuthentic(message: Uint8Array, digest: Uint8Array, key: Uint8Array): boolean {
  const zeroed = message.slice();
  zeroed.fill(0, zeroed.length - DIGEST_LENGTH);
  return isSame(hmacMd5(key, zeroed), digest);
}
