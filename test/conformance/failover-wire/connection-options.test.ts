import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  type ConnectMessage,
  FailoverMessageType,
  seconds,
  type ServerFlags,
  type StateMessage,
  type WireErrorCode,
} from '../../../src/wire/index.ts';
import { concat, hex, octets, optionOctets } from '../../unit/wire/octets.ts';
import { decodedNow, encoded, errorOf, failoverOctets, NOW_OCTETS } from '../../unit/wire/failover/failover-octets.ts';
import { later, NOW } from '../../unit/wire/failover/samples.ts';

/** The option stands for this field of CONNECT and of CONNECTREPLY. */
function standsInConnect(option: string, fields: Partial<ConnectMessage>): void {
  for (const type of [FailoverMessageType.CONNECT, FailoverMessageType.CONNECTREPLY]) {
    const message = { type, transactionId: 0xabcdef, vendor: [], ...fields };
    const bytes = failoverOctets(type, octets(option));
    assert.deepEqual(decodedNow(bytes), { ...message, sentTime: NOW });
    assert.equal(hex(encoded(message)), hex(bytes));
  }
}

const NO_FLAGS: ServerFlags = { startup: false, communicated: false, ackStartup: false };

/** The three options that STATE must have, with these values, and what it says by them. */
function standsInState(state: string, flags: string, start: string, rest: string, fields: Partial<StateMessage>): void {
  const message = {
    type: FailoverMessageType.STATE,
    transactionId: 0xabcdef,
    serverState: 2,
    serverFlags: NO_FLAGS,
    startTimeOfState: NOW,
    vendor: [],
    ...fields,
  };
  const bytes = failoverOctets(34, octets(`00840001${state} 00830001${flags} 00850004${start} ${rest}`));
  assert.deepEqual(decodedNow(bytes), { ...message, sentTime: NOW });
  assert.equal(hex(encoded(message)), hex(bytes));
}

function refuses(type: number, option: Uint8Array, code: WireErrorCode, offset = 8): void {
  assert.deepEqual(errorOf(failoverOctets(type, option)), { code, offset, option: (option[0] ?? 0) * 256 + (option[1] ?? 0) });
}

/** An option of a fixed length: with one octet less, and with one more, it is refused. */
function hasLength(type: number, code: number, length: number): void {
  for (const wrong of [0, length - 1, length + 1]) refuses(type, optionOctets(code, new Uint8Array(wrong)), 'bad-option-length');
}

describe('options of CONNECT and CONNECTREPLY', () => {
  it('[F-OPT-2] F_CONNECT_FLAGS is sixteen bits, the lowest being FIXED_PD_LENGTH', () => {
    standsInConnect('0073 0002 0001', { fixedPdLength: true });
    standsInConnect('0073 0002 0000', { fixedPdLength: false });
    const reserved = decodedNow(failoverOctets(31, octets('0073 0002 fffe')));
    assert.deepEqual(reserved, decodedNow(failoverOctets(31, octets('0073 0002 0000'))));
    hasLength(31, 115, 2);
  });

  it('[F-OPT-8] F_MAX_UNACKED_BNDUPD is a count of four octets', () => {
    standsInConnect('0079 0004 000003e8', { maxUnackedBndupd: 1000 });
    standsInConnect('0079 0004 ffffffff', { maxUnackedBndupd: 0xffffffff });
    hasLength(31, 121, 4);
  });

  it('[F-OPT-9] F_MCLT is seconds in four octets', () => {
    standsInConnect('007a 0004 00000e10', { mclt: seconds(3600) });
    hasLength(31, 122, 4);
  });

  it('[F-OPT-14] F_PROTOCOL_VERSION is a major and a minor number', () => {
    standsInConnect('007f 0004 0001 0000', { version: { major: 1, minor: 0 } });
    standsInConnect('007f 0004 0102 0304', { version: { major: 0x102, minor: 0x304 } });
    hasLength(31, 127, 4);
  });

  it('[F-OPT-15] F_KEEPALIVE_TIME is seconds in four octets', () => {
    standsInConnect('0080 0004 0000003c', { keepaliveTime: seconds(60) });
    hasLength(31, 128, 4);
  });

  it('[F-OPT-17] F_RELATIONSHIP_NAME is UTF-8 without a NUL', () => {
    standsInConnect('0082 0009 6561737420f09f9091', { relationshipName: 'east 🐑' });
    standsInConnect('0082 0000', { relationshipName: '' });
    refuses(31, octets('0082 0005 6561737400'), 'bad-option-value', 12);
    refuses(31, octets('0082 0002 c328'), 'bad-option-value', 12);
  });
});

describe('options of STATE', () => {
  it('[F-OPT-12] F_PARTNER_DOWN_TIME is an absolute time', () => {
    standsInState('04', '00', NOW_OCTETS, '007d0004 3243f7ff', { serverState: 4, partnerDownTime: later(-1) });
    hasLength(34, 125, 4);
  });

  it('[F-OPT-18] F_SERVER_FLAGS is eight bits, of which three mean something', () => {
    standsInState('02', '01', NOW_OCTETS, '', { serverFlags: { ...NO_FLAGS, communicated: true } });
    standsInState('02', '02', NOW_OCTETS, '', { serverFlags: { ...NO_FLAGS, startup: true } });
    standsInState('02', '04', NOW_OCTETS, '', { serverFlags: { ...NO_FLAGS, ackStartup: true } });
    const reserved = failoverOctets(34, octets(`0084000102 00830001f8 00850004${NOW_OCTETS}`));
    assert.deepEqual((decodedNow(reserved) as StateMessage).serverFlags, NO_FLAGS);
    hasLength(34, 131, 1);
  });

  it('[F-OPT-19] F_SERVER_STATE is one octet', () => {
    for (let state = 1; state <= 10; state++) {
      standsInState(state.toString(16).padStart(2, '0'), '00', NOW_OCTETS, '', { serverState: state });
    }
    standsInState('ff', '00', NOW_OCTETS, '', { serverState: 255 });
    hasLength(34, 132, 1);
  });

  it('[F-OPT-20] F_START_TIME_OF_STATE is an absolute time', () => {
    standsInState('02', '00', '3243f801', '', { startTimeOfState: later(1) });
    hasLength(34, 133, 4);
  });
});

describe('singletons', () => {
  const name = octets('0082 0001 61');
  const singletons: readonly (readonly [number, number])[] = [
    [114, 1], [115, 2], [116, 0], [119, 2], [120, 4], [121, 4], [122, 4], [123, 4], [124, 4], [125, 4], [126, 4],
    [127, 4], [128, 4], [129, 20], [131, 1], [132, 1], [133, 4], [134, 4], [100, 4], [13, 2],
  ];

  it('[F-OPT-37] a second one in the same container makes the message malformed, whichever message it is', () => {
    for (const [code, length] of singletons) {
      const option = optionOctets(code, new Uint8Array(length));
      for (let type = 24; type <= 35; type++) {
        const bytes = failoverOctets(type, option, name, option);
        const offset = 8 + option.length + name.length;
        assert.deepEqual(errorOf(bytes), { code: 'repeated-option', offset, option: code }, `option ${code} in message type ${type}`);
      }
    }
    for (const label of [117, 118]) {
      const option = optionOctets(label, octets('00'));
      assert.equal(errorOf(failoverOctets(35, option, option)).code, 'repeated-option');
    }
    assert.equal(errorOf(failoverOctets(31, name, name)).code, 'repeated-option');
  });

  it('[F-OPT-37] the same option in different containers is no repetition', () => {
    const status = octets('000d 0002 0010');
    const lease = (last: string): Uint8Array =>
      optionOctets(5, concat(octets(`20010db80000000000000000000000${last} 00000000 00000000`), octets('0072000101'), status));
    const ia = (id: string): Uint8Array => optionOctets(3, concat(octets(`${id} 00000000 00000000`), lease('01'), lease('02'), status));
    const bytes = failoverOctets(25, optionOctets(45, concat(ia('00000001'), ia('00000002'), status)));
    const { binding } = decodedNow(bytes) as { binding: { ias: readonly { leases: readonly unknown[] }[] } };
    assert.deepEqual(binding.ias.map(({ leases }) => leases.length), [2, 2]);
  });
});
