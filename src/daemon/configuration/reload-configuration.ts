/** Reads the provisioning file again while packets are served. */
import { reasonOf } from '../../reason.ts';
import { answerOfProcess } from './answer-of-process.ts';
import { wholeOf } from './configuration-parts.ts';
import type { ConfigurationPart } from './configuration-parts.ts';
import type { LoadedConfiguration } from './loaded-configuration.ts';

/**
 * In a process of its own: a file of 10 000 reservations takes more than a second to read.
 * @returns what it holds, or its errors as text
 */
export async function reloadConfiguration(file: string, applianceName: string): Promise<LoadedConfiguration | string> {
  let answer: readonly [string] | readonly ConfigurationPart[];
  try {
    answer = (await answerOfProcess('configuration-reader', [file, applianceName])) as typeof answer;
  } catch (error) {
    return `${file} can't be read, no process could be started for it: ${reasonOf(error)}`;
  }
  if (isRefusal(answer)) return answer[0];
  return wholeOf(answer) ?? `${file} can't be read: the process that reads it ended without an answer`;
}

function isRefusal(answer: readonly [string] | readonly ConfigurationPart[]): answer is readonly [string] {
  return typeof answer[0] === 'string';
}
