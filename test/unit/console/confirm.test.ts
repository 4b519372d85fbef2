import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, it } from 'mocha';
import { confirm } from '../../../src/console/confirm.ts';

/** What is answered at a terminal, and what stood there. */
async function asked(typed: string | undefined, isTTY: boolean): Promise<{ meant: boolean | undefined; shown: string }> {
  const input = Object.assign(new PassThrough(), { isTTY });
  const output = new PassThrough();
  if (typed === undefined) input.end();
  else input.write(typed);
  const meant = await confirm('All may be lost.', { input, output });
  output.end();
  return { meant, shown: await text(output) };
}

describe('before something is done that can\'t be undone', () => {
  it('what is at stake is shown, and "yes" means it', async () => {
    const { meant, shown } = await asked('yes\n', true);
    assert.equal(meant, true);
    assert.equal(shown, 'All may be lost.\n\nIs this meant? (yes/no) ');
  });

  for (const [typed, meant] of [[' YES \n', true], ['no\n', false], ['y\n', false], ['\n', false], ['yes please\n', false]] as const) {
    it(`${JSON.stringify(typed)} means ${meant ? 'yes' : 'no'}`, async () => {
      assert.equal((await asked(typed, true)).meant, meant);
    });
  }

  it('the end of the input means no', async () => {
    assert.equal((await asked(undefined, true)).meant, false);
  });

  it('nobody is asked where there is no terminal', async () => {
    assert.deepEqual(await asked('yes\n', false), { meant: undefined, shown: '' });
  });
});
