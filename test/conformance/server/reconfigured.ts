/** A client that accepts Reconfigure: what it says, what it keeps, and how it reads what it is sent. */
import assert from 'node:assert/strict';
import type { ReconfigureCommand } from '../../../src/appliance/index.ts';
import type { Binding } from '../../../src/lease/index.ts';
import { MessageType, OptionCode, monotonicMs, optionValue, optionValues, sameBytes } from '../../../src/wire/index.ts';
import type { Duid, PlainOption } from '../../../src/wire/index.ts';
import { hmacMd5 } from '../../unit/appliance/reconfigure-start.ts';
import { PROVISIONING, createBox } from './box.ts';
import type { Box, BoxOptions, Sent } from './box.ts';
import { CLIENT, iaNa, message, read, readMessage } from './client.ts';
import type { Answer, MessageParts } from './client.ts';

/** Where clients get a key, and are asked by nothing but a command. */
export const ON = `${PROVISIONING}server: { reconfigure: { on-reload: false } }\n`;

export const ACCEPTS: PlainOption = { code: OptionCode.RECONF_ACCEPT, value: true };

export interface ReadAuthentication {
  /** Increases from one to the next. */
  readonly replay: bigint;
  readonly type: number;
  readonly value: Uint8Array;
}

/** The Authentication option by RFC 9915 section 20.4.1; undefined: there is none. */
export function authenticationOf(options: readonly PlainOption[]): ReadAuthentication | undefined {
  const all = optionValues(options, OptionCode.AUTH);
  const [found] = all;
  if (found === undefined) return undefined;
  assert.equal(all.length, 1, 'a message has one Authentication option at most');
  assert.deepEqual([found.protocol, found.algorithm, found.replayDetectionMethod], [3, 1, 0]);
  assert.equal(found.information.length, 17);
  return {
    replay: Buffer.from(found.replayDetection).readBigUInt64BE(),
    type: found.information[0] ?? 0,
    value: found.information.subarray(1),
  };
}

/** The key that a Reply tells. */
export function keyIn(answer: Answer): Uint8Array | undefined {
  const found = authenticationOf(answer.options);
  if (found !== undefined) assert.equal(found.type, 1);
  return found?.value;
}

/** What a client that has this key makes of it: the type of the message that it is to send, or nothing where it does not believe it. */
export function believed(bytes: Uint8Array, options: readonly PlainOption[], key: Uint8Array): number | undefined {
  const found = authenticationOf(options);
  if (found?.type !== 2) return undefined;
  const at = bytes.length - found.value.length;
  assert.ok(sameBytes(bytes.subarray(at), found.value), 'the digest stands at the end');
  const zeroed = bytes.slice();
  zeroed.fill(0, at);
  return sameBytes(hmacMd5(key, zeroed), found.value) ? optionValue(options, OptionCode.RECONF_MSG) : undefined;
}

/** Reads one that was sent directly. */
export function readReconfigure(sent: Sent | undefined, key: Uint8Array): { readonly asksFor: number | undefined; readonly answer: Answer; readonly replay: bigint } {
  assert.ok(sent !== undefined, 'a Reconfigure was sent');
  const answer = readMessage(sent.message);
  assert.equal(answer.type, MessageType.RECONFIGURE);
  return { asksFor: believed(sent.bytes, answer.options, key), answer, replay: authenticationOf(answer.options)?.replay ?? 0n };
}

export function boxOn(options: BoxOptions = {}): Box {
  return createBox({ provisioning: ON, ...options });
}

/** The client gets an address and its key. */
export function keyed(box: Box, parts: MessageParts = {}): { readonly key: Uint8Array; readonly lease: string } {
  const answer = read(box.exchange(message(MessageType.REQUEST, [iaNa(1)], { ...parts, options: [ACCEPTS] })));
  const [key, lease] = [keyIn(answer), answer.ias[0]?.leases[0]?.name];
  assert.ok(key !== undefined && lease !== undefined);
  return { key, lease };
}

/** @returns why it is refused */
export function ask(box: Box, client: Duid = CLIENT, type?: ReconfigureCommand['type']): string | undefined {
  const before = box.log.length;
  box.dispatch({ kind: 'leaseCommand', id: 1, command: { action: 'reconfigure', client, type } });
  const said = box.log.slice(before).find((line) => line.startsWith('command 1: '))?.slice('command 1: '.length);
  return said === 'done' ? undefined : (said ?? 'nothing was said');
}

export function stateOf(box: Box, elapsedMs: number): string | undefined {
  const progress = box.appliance.reconfigures?.progress(CLIENT, monotonicMs(elapsedMs));
  return progress === undefined ? undefined : `${progress.state} ${progress.attempts} ${progress.tookMs / 1_000}`;
}

export function bindingOf(box: Box, lease: string): Binding {
  const binding = box.durable.get(lease.includes('/') ? lease : `${lease}/128`);
  assert.ok(binding !== undefined);
  return binding;
}
