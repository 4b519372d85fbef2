/** The process that reads one provisioning file: it answers with one message and ends. See `answer-of-process.ts`. */
import { readConfiguration } from './read-configuration.ts';

const [, , file, applianceName] = process.argv;
if (file === undefined) throw new Error('the path of a provisioning file is wanted');
process.send?.(await readConfiguration(file, applianceName));
