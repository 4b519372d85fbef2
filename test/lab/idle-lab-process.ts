// Opens a lab, starts a process in it, tells its parent, and waits to be ended (for lab.test.ts).

import { openLab } from './network/lab.ts';
import { startProgram } from './process/program.ts';

const lab = await openLab();
const sleeper = startProgram('sleep', lab.box.inside(['sleep', '1000']), `${lab.directory}/sleep.log`);
process.send?.({ directory: lab.directory, sleeper: sleeper.pid });
