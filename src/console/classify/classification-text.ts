/** A classification as a person reads it. */
import type { Classification } from '../../control/index.ts';
import { wrap } from '../wrap.ts';

type Explained = Classification['classes'][number];

const MEMBER = { yes: 'IN', no: 'not in', unknown: 'perhaps in' } as const;

/** @param ahead what stands before the first line, such as the number of a packet */
export function formatClassification({ what, duid, classes, answeredBy = [] }: Classification, ahead = ''): string {
  const who = wrap('', `${ahead}${what}${duid === undefined ? ', which names no DUID' : `, ${duid}`}`);
  const head = [who, ...answeredBy.map(formatOwner)].join('\n');
  if (classes.length === 0) return `${head}\n  there are no classes`;
  return [head, ...classes.map(formatClass)].join('\n');
}

function formatOwner({ relationship, hashBucket, box }: NonNullable<Classification['answeredBy']>[number]): string {
  return wrap('  ', `${relationship}: hash bucket ${String(hashBucket)}, which ${box} answers while both are in NORMAL`);
}

function formatClass({ name, isMember, tests }: Explained): string {
  return [`  ${MEMBER[isMember]} ${name}`, ...tests.map(formatTest)].join('\n');
}

function formatTest({ test, holds, found, wanted, fitting }: Explained['tests'][number]): string {
  const head = `    ${test.padEnd(20)}  ${{ yes: 'holds', no: 'FAILS', unknown: '?' }[holds].padEnd(5)}  `;
  if (found === undefined) return wrap(head, `nobody knows; it would be ${wanted.join(' or ')}`);
  if (test === 'classes' || test === 'not-classes') {
    const which = fitting.length === 0 ? 'in none of them' : `in ${fitting.join(', ')}`;
    return wrap(head, `${which}: ${wanted.join(', ')}`);
  }
  const have = found.length === 0 ? 'the client has none' : found.join(', ');
  return wrap(head, fitting.length > 0 ? `${have}: fits ${fitting.join(', ')}` : `${have}: would be ${wanted.join(' or ')}`);
}
