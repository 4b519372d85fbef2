import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { mayBeRequested } from '../../../src/wire/index.ts';

/** The codes that have "No" in the column "Client ORO" of the registry, as table 4 of RFC 8415 24 prints it. */
const NOT_REQUESTED = [
  1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16, 18, 19, 20, 25, 26, 37, 38, 43, 44, 45, 46, 47, 48, 53, 61, 66, 68, 79, 80,
  81, 87, 89, 90, 91, 92, 93, 100, 101, 102, 105, 106, 107, 108, 109, 110, 112, 114, 115, 116, 117, 118, 119, 120, 121, 122, 123,
  124, 125, 126, 127, 128, 129, 130, 131, 132, 133, 134, 135,
];
/** Those with "Yes", "Optional", or "Required for ...". */
const REQUESTED = [
  17, 21, 22, 23, 24, 27, 28, 29, 30, 31, 32, 33, 34, 36, 39, 40, 41, 42, 49, 50, 51, 52, 54, 55, 56, 57, 58, 59, 60, 62, 63, 64,
  65, 67, 69, 70, 71, 72, 73, 74, 75, 76, 77, 78, 82, 83, 84, 85, 86, 88, 94, 95, 96, 97, 98, 99, 103, 104, 111, 113, 143,
];

describe('which options a client may ask for', () => {
  it('[S-TX-5, S-NEW-7] heeds the registry', () => {
    for (const code of NOT_REQUESTED) assert.equal(mayBeRequested(code), false, `option ${code}`);
    for (const code of REQUESTED) assert.equal(mayBeRequested(code), true, `option ${code}`);
  });

  it('[S-NEW-7] lets an option be asked for that is newer than the list', () => {
    for (const code of [144, 200, 256, 0xffff]) assert.equal(mayBeRequested(code), true, `option ${code}`);
  });
});
