// The script that a client calls at each change. It runs the client's usual script first, if there is one, and
// then leaves the environment that it was called with, which says what happened, for the lab to read.

import { openSync, readSync, watch, writeFileSync } from 'node:fs';
import type { ClientEvent } from './client.ts';

export type HookCall = Readonly<Record<string, string | undefined>>;

const reasons: Readonly<Record<string, ClientEvent['kind']>> = {
  BOUND6: 'bound',
  RENEW6: 'renewed',
  REBIND6: 'renewed',
  EXPIRE6: 'lost',
  RELEASE6: 'lost',
  STOP6: 'lost',
};

/** What a client means that names a `reason` to its script, as dhclient and dhcpcd do. */
export function kindOfReason(reason = ''): ClientEvent['kind'] | undefined {
  return reasons[reason];
}

/** Puts the script at `path`, to be named in the client's configuration, and tells of each call from now on. */
export function installHook(path: string, usualScript: string | undefined, called: (call: HookCall) => void): void {
  const calls = `${path}.calls`;
  writeFileSync(calls, '');
  const usual = usualScript === undefined ? 'status=0' : `${usualScript} "$@" && status=0 || status=$?`;
  const lines = ['#!/bin/sh', usual, `{ printf 'argument=%s\\0' "\${1-}"; env -0; printf '\\0'; } >> ${calls}`, 'exit $status'];
  writeFileSync(path, `${lines.join('\n')}\n`, { mode: 0o755 });

  const file = openSync(calls, 'r');
  const chunk = Buffer.alloc(65_536);
  let unread = '';
  // The watch must not keep the test's process alive when the client has gone.
  watch(calls, { persistent: false }, () => {
    for (let length = readSync(file, chunk); length > 0; length = readSync(file, chunk)) {
      unread += chunk.toString('utf8', 0, length);
    }
    const blocks = unread.split('\0\0');
    unread = blocks.pop() ?? '';
    for (const block of blocks) called(parseCall(block));
  });
}

function parseCall(block: string): HookCall {
  const variables = block.split('\0').map((line): [string, string] => {
    const equals = line.indexOf('=');
    return [line.slice(0, equals), line.slice(equals + 1)];
  });
  return Object.fromEntries(variables);
}
