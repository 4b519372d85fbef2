import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { describe, it } from 'mocha';
import { projectRoot, withTree } from './fixture.ts';

/** What the unused-code check prints about a tree, a finding a line. */
async function findings(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const args = ['--config', path.join(projectRoot, '.knip.jsonc'), '--no-progress', '--reporter=compact', '--no-config-hints'];
  const program = path.join(projectRoot, 'node_modules/.bin/knip');
  return withTree(files, (folder) =>
    new Promise((resolve) => {
      execFile(process.execPath, [program, ...args], { cwd: folder }, (_error, stdout) => resolve(stdout.split('\n')));
    }),
  );
}

describe('lint/unused code', function () {
  this.timeout(60_000);

  it('finds files, exports and packages that nothing uses', async () => {
    const found = await findings({
      'src/cli.ts': "import { used } from './wire/index.ts';\nused();\n",
      'src/wire/index.ts': 'export const used = (): void => {};\nexport const unused = 1;\nexport interface Unused { a: 1 }\n',
      'src/wire/alone.ts': 'export const a = 1;\n',
    });
    const text = found.join('\n');
    assert.match(text, /src\/wire\/alone\.ts/);
    assert.match(text, /src\/wire\/index\.ts: unused$/m);
    assert.match(text, /src\/wire\/index\.ts: Unused$/m);
    assert.match(text, /package\.json: .*cbor-x/);
    assert.doesNotMatch(text, /: used/);
  });
});
