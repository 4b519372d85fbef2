// One process of `make simulate-bugs`: runs schedules until one fails, and prints what came of it as JSON.

import { createCoverage } from '../coverage.ts';
import { runSeeds } from '../seeds.ts';

const first = Number(process.env['FIRST'] ?? 1);
const seedsMax = Number(process.env['SEEDS'] ?? 500);
const { seeds, failed } = runSeeds(first, (done) => done.seeds < seedsMax, createCoverage());
console.log(JSON.stringify({ seeds, invariant: failed?.violation.invariant, message: failed?.violation.message }));
