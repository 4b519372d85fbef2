/** Changes that stable storage was asked for and has not answered (DESIGN: nothing is told before it is durable). */
import type { Binding } from '../lease/index.ts';
import type { FailoverEffect } from './effect.ts';
import type { EndpointRecord } from './endpoint-record.ts';

/** `failure` says why stable storage has it not; undefined: it has. */
export type ChangeEnded = (failure: string | undefined) => void;

export interface PendingChanges {
  /** @param ended absent: whoever asked does not need to know */
  request(
    bindings: readonly Binding[],
    endpoint: EndpointRecord | undefined,
    then: readonly FailoverEffect[],
    ended?: ChangeEnded,
  ): void;
  /** @returns false when nothing of this token is pending */
  end(token: number, failure: string | undefined): boolean;
}

export function createPendingChanges(emit: (effect: FailoverEffect) => void): PendingChanges {
  const pending = new Map<number, ChangeEnded | undefined>();
  let lastToken = 0;
  return {
    request(bindings, endpoint, then, ended) {
      const token = ++lastToken;
      pending.set(token, ended);
      emit({ kind: 'change', token, bindings, endpoint, then });
    },
    end(token, failure) {
      if (!pending.has(token)) return false;
      const ended = pending.get(token);
      pending.delete(token);
      ended?.(failure);
      return true;
    },
  };
}
