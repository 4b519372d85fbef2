import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { drawEndpointStates } from '../../docs/endpoint-states.ts';

describe('The picture of the endpoint states', () => {
  it('is the one that the table of states draws (npm run docs)', () => {
    assert.equal(readFileSync('src/failover/endpoint-states.svg', 'utf8'), drawEndpointStates());
  });
});
