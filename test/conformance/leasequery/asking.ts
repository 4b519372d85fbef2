/** A requestor that asks a box without a network between them. */
import assert from 'node:assert/strict';
import type { Appliance } from '../../../src/appliance/index.ts';
import { epochSeconds } from '../../../src/wire/index.ts';
import { repliesIn } from './frames.ts';
import { leasequery } from './requestor.ts';
import type { Asked, Reply } from './requestor.ts';

type Stream = Extract<ReturnType<Appliance['leasequery']['begin']>, { readonly kind: 'stream' }>['stream'];

/** What a request begins. */
export function begun(appliance: Appliance, asked: Asked | Uint8Array, now: number, onChange: () => void = () => undefined): ReturnType<Appliance['leasequery']['begin']> {
  return appliance.leasequery.begin(asked instanceof Uint8Array ? asked : leasequery(asked), epochSeconds(now), onChange);
}

export function streamOf(appliance: Appliance, asked: Asked, now: number, onChange?: () => void): Stream {
  const beginning = begun(appliance, asked, now, onChange);
  assert.ok(beginning.kind === 'stream', `it is answered: ${JSON.stringify(beginning)}`);
  return beginning.stream;
}

/** Steps until there is nothing to be had at the moment. */
export function steps(stream: Stream, now: number): readonly { readonly kind: string; readonly octets?: Uint8Array | undefined }[] {
  const done: { readonly kind: string; readonly octets?: Uint8Array | undefined }[] = [];
  for (let step = stream.next(epochSeconds(now)); ; step = stream.next(epochSeconds(now))) {
    done.push(step);
    assert.ok(done.length < 1_000_000, 'it comes to an end');
    if (step.kind === 'done' || step.kind === 'waiting') return done;
  }
}

export function replies(stream: Stream, now: number): readonly Reply[] {
  return steps(stream, now).flatMap(({ octets }) => (octets === undefined ? [] : repliesIn(octets)));
}

/** All that is said to a request. */
export function told(appliance: Appliance, asked: Asked, now: number): readonly Reply[] {
  const beginning = begun(appliance, asked, now);
  if (beginning.kind === 'refused') return repliesIn(beginning.octets);
  assert.ok(beginning.kind === 'stream', `it is answered: ${JSON.stringify(beginning)}`);
  return replies(beginning.stream, now);
}
