// Writes the pictures of the README (`npm run docs`).
import { mkdirSync, writeFileSync } from 'node:fs';
import { drawEndpointStates } from './endpoint-states.ts';

mkdirSync('docs', { recursive: true });
writeFileSync('src/failover/endpoint-states.svg', drawEndpointStates());
