import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { parseKeaJson, type JsonNode } from '../../../src/moving-in/kea/json-text.ts';

function plain(node: JsonNode): unknown {
  if (node.kind === 'scalar') return node.value;
  return node.kind === 'list' ? node.items.map(plain) : Object.fromEntries([...node.entries].map(([key, value]) => [key, plain(value)]));
}

const parsed = (files: Readonly<Record<string, string>>): JsonNode =>
  parseKeaJson('/etc/kea/a', (file) => {
    const text = files[file.replace('/etc/kea/', '')];
    if (text === undefined) throw new Error('there is no such file');
    return text;
  });

describe("Kea's JSON", () => {
  it('is read with the comments of three kinds, and commas at the end', () => {
    const text = '# one\n{ // two\n "a": [1, -2.5, true, null, "x\\u0041\\n\\"#//",], /* three\n */ "b": {}, }\n';
    assert.deepEqual(plain(parsed({ a: text })), { a: [1, -2.5, true, null, 'xA\n"#//'], b: {} });
  });

  it('tells of each value in which file and line it stands, through comments and included files', () => {
    const root = parsed({ a: '{ /* \n\n */ "x": <?include "b"?>,\n "y": 1 }', b: '\n[ 1,\n 2 ]\n' });
    assert.ok(root.kind === 'object');
    const list = root.entries.get('x');
    assert.ok(list?.kind === 'list');
    assert.deepEqual(list.place, { file: '/etc/kea/b', line: 2 });
    assert.deepEqual(list.items[1]?.place, { file: '/etc/kea/b', line: 3 });
    assert.deepEqual(root.entries.get('y')?.place, { file: '/etc/kea/a', line: 4 });
  });

  it('may be included in parts that are no values of their own', () => {
    assert.deepEqual(plain(parsed({ a: '{ <?include "b"?> "c": 3 }', b: '"a": 1, "b": 2,' })), { a: 1, b: 2, c: 3 });
  });

  const refusals: readonly [what: string, text: string, says: string | RegExp][] = [
    ['a key that stands twice', '{ "a": 1,\n "a": 2 }', '/etc/kea/a:2: the key "a" stands here twice; the first time in line 1'],
    ['a file that was cut short', '{\n "a": [1,\n', '/etc/kea/a:3: the file ends before the "[" of line 2 is closed'],
    ['a text without its end', '{\n "a": "b\n}', '/etc/kea/a:2: this text has no closing quote in its line'],
    ['a comment without its end', '{\n /* ', '/etc/kea/a:2: this comment has no end'],
    ['a missing comma', '{ "a": 1\n "b": 2 }', '/etc/kea/a:2: "," or "}" is missing before "b"'],
    ['a missing colon', '{ "a" 1 }', '/etc/kea/a:1: ":" is missing behind the key "a"'],
    ['a word that is no value', '{ "a": yes }', '/etc/kea/a:1: "yes" is no value: texts stand in double quotes'],
    ['a number that is none', '[ 012 ]', '/etc/kea/a:1: "012" is no value: texts stand in double quotes'],
    ['an escape that is none', '[ "\\q" ]', '/etc/kea/a:1: there is no escape "\\q"'],
    ['more behind the end', '{}\n{}', '/etc/kea/a:2: there is more behind the end of the configuration: "{"'],
    ['an empty file', '', '/etc/kea/a:1: a value is missing before the end of the file'],
    ['nesting that has no end', '['.repeat(100_000), '/etc/kea/a:1: the nesting is deeper than 64'],
    ['an included file that is not there', '\n<?include "nowhere"?>', "/etc/kea/a:2: the included file can't be read: there is no such file"],
    ['a file that includes itself', '<?include "a"?>', '/etc/kea/a:1: files are included more than 10 deep'],
    ['a broken include', '<?include nowhere ?>', '/etc/kea/a:1: this is not <?include "FILE"?>'],
  ];
  for (const [what, text, message] of refusals) {
    it(`is refused for ${what}`, () => {
      assert.throws(() => parsed({ a: text }), { message });
    });
  }
});
