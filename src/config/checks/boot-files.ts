/** Boot files (RFC 5970): each client has one at most. */
import type { Report } from '../fault.ts';
import type { KeyPath } from '../key-path.ts';
import type { OptionSection } from '../option-schema.ts';

type BootFiles = NonNullable<OptionSection['boot-files']>;

export function checkBootFiles(files: BootFiles | undefined, path: KeyPath, report: Report): void {
  const seen = new Map<number | 'others', KeyPath>();
  const once = (whom: number | 'others', at: KeyPath): void => {
    const first = seen.get(whom);
    if (first === undefined) {
      seen.set(whom, at);
      return;
    }
    report({
      path: at,
      problem: whom === 'others' ? 'two boot files are for all other clients' : 'two boot files are for one architecture',
      allowed: whom === 'others' ? 'one without architectures at most' : 'each architecture once',
      related: [{ path: first, note: 'the other one is' }],
    });
  };
  for (const [i, { architectures }] of (files ?? []).entries()) {
    if (architectures === undefined) once('others', [...path, i]);
    for (const [k, architecture] of (architectures ?? []).entries()) once(architecture, [...path, i, 'architectures', k]);
  }
}
