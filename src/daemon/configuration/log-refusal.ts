import type { EventLog } from '../../control/index.ts';

/** @returns the same text, for whoever asked for it */
export function logRefusal(log: EventLog, text: string): string {
  log.add('error', 'the provisioning file was refused, the configuration stays as it was:');
  for (const line of text.split('\n')) if (line !== '') log.add('error', line);
  return text;
}
