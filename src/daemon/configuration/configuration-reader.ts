/** The process that reads one provisioning file: it answers with its errors, or with what it holds in parts, and ends. See `answer-of-process.ts`. */
import { partsOf } from './configuration-parts.ts';
import { readConfiguration } from './read-configuration.ts';

const [, , file, applianceName] = process.argv;
if (file === undefined) throw new Error('the path of a provisioning file is wanted');
const loaded = await readConfiguration(file, applianceName);
if (typeof loaded === 'string') await told(loaded);
else for (const part of partsOf(loaded)) await told(part);

/** Resolves when the pipe has it: no more of it waits there than is read at a time. */
async function told(part: Parameters<NonNullable<typeof process.send>>[0]): Promise<void> {
  await new Promise((resolve) => process.send?.(part, resolve));
}
