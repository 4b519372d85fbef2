// Provisioning files that are refused, with every word of what is said about them.

import assert from 'node:assert/strict';
import { it } from 'mocha';
import { formatDiagnostic, loadProvisioning } from '../../../src/config/index.ts';

/** A text over several lines, without the indentation that they have in common; a backslash is a backslash. */
export function text(strings: TemplateStringsArray): string {
  const lines = strings.raw.join('').replace(/^\n/, '').replace(/\n *$/, '\n').split('\n');
  const indents = lines.filter((line) => line.trim() !== '').map((line) => line.search(/[^ ]/));
  const indent = Math.min(...indents);
  return lines.map((line) => line.slice(indent)).join('\n');
}

const HEAD = text`
  version: 1
  appliances: { east: { links: { lan1: [eth1] } } }
  links:
    lan1:
      prefixes: [2001:db8:1::/64]
`;

/** A file that is right, with these lines added to the end; they begin in line 6. */
export function withTop(lines: string): string {
  return HEAD + lines;
}

/** The same, the lines being of its link lan1, and others of a link lan2 behind it. */
export function withLan1(lines: string, linesOfLan2 = ''): string {
  return HEAD + indented(lines) + (linesOfLan2 === '' ? '' : `  lan2:\n${indented(linesOfLan2)}`);
}

function indented(lines: string): string {
  return lines.replaceAll(/^(?=.)/gm, '    ');
}

/** Two boxes that can be partners, and a link; what is added begins in line 13. */
const PAIR = text`
  version: 1
  appliances:
    east:
      management: { interface: eth0, address: fd00::1/64 }
      certificate: /etc/east.crt
      key: /etc/east.key
      links: { lan1: [eth1] }
    west:
      management: { interface: eth0, address: fd00::2/64 }
      certificate: /etc/west.crt
      key: /etc/west.key
      links: { lan1: [eth1] }
`;

/** A file of two boxes that is right, with these relationships; they begin in line 14. The link's own lines follow them. */
export function withRelationships(relationships: string, linesOfLan1 = '', linesOfLan2 = ''): string {
  const links = `links:\n  lan1:\n    prefixes: [2001:db8:1::/64]\n${indented(linesOfLan1)}`;
  const lan2 = linesOfLan2 === '' ? '' : `  lan2:\n${indented(linesOfLan2)}`;
  return `${PAIR}relationships:\n${relationships.replaceAll(/^(?=.)/gm, '  ')}${links}${lan2}`;
}

export function itRefuses(what: string, file: string, expected: string): void {
  it(what, () => {
    assert.equal(diagnosticsOf(file), expected);
  });
}

export function itWarns(what: string, file: string, expected: string): void {
  it(what, () => {
    assert.equal(warningsOf(file), expected);
  });
}

/** Of a file that is used nevertheless. */
export function warningsOf(file: string): string {
  const loaded = loadProvisioning(Buffer.from(file), 'file.yaml');
  if (!('document' in loaded)) assert.fail(diagnosticsOf(file));
  return loaded.warnings.diagnostics.map((diagnostic) => `${formatDiagnostic(diagnostic)}\n`).join('');
}

export function diagnosticsOf(file: string | Uint8Array): string {
  const loaded = loadProvisioning(Buffer.from(file), 'file.yaml');
  if ('document' in loaded) return 'accepted';
  const more = loaded.omitted === 0 ? '' : `and ${loaded.omitted} more\n`;
  return loaded.diagnostics.map((diagnostic) => `${formatDiagnostic(diagnostic)}\n`).join('') + more;
}
