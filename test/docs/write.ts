// Writes the pictures of the README (`npm run docs`).
import { mkdirSync, writeFileSync } from 'node:fs';
import { drawEndpointStates } from './endpoint-states.ts';

mkdirSync('docs', { recursive: true });
writeFileSync('docs/endpoint-states.svg', drawEndpointStates());
