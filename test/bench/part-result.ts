// The results of the last run of each part, as files in results/ (not committed), so that a run of
// a few parts leaves the others' figures standing.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Measured } from './bench.ts';
import type { Finding } from './finding.ts';
import type { Environment } from './environment.ts';

const directory = new URL('results/', import.meta.url).pathname;

export interface PartResult extends Measured {
  readonly part: string;
  readonly date: string;
  readonly rounds: number;
  readonly seconds: number;
  /** How busy the machine was with other work just before, 0 to 1 of all cores. */
  readonly backgroundLoad: number;
  readonly environment: Environment;
}

export function saveResult(result: PartResult): void {
  mkdirSync(directory, { recursive: true });
  writeFileSync(`${directory}${result.part}.json`, `${JSON.stringify(result, undefined, 1)}\n`);
}

export function storedResult(part: string): PartResult | undefined {
  const file = `${directory}${part}.json`;
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as PartResult) : undefined;
}

export function findingNamed(result: PartResult | undefined, figure: string): Finding | undefined {
  return result?.findings.find((finding) => finding.figure === figure);
}
