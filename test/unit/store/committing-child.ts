/** Commits one binding after the other to the store in its argument, and writes the counter of each commit once it is acknowledged. */
import { writeSync } from 'node:fs';
import { bindingOf } from './bindings.ts';
import { open } from './opened-store.ts';

const directory = process.argv[2] ?? '';
const { store, counter } = await open(directory);
for (let next = counter + 1; ; next++) {
  const result = await store.commit(next, [bindingOf(next)], []);
  if (result.committed) writeSync(1, `${next}\n`);
}
