/** What waits until a start is over and the first clients are answered. */
import { keepCompiledProgram } from '../compiled-program.ts';
import { settleMemory } from '../memory/index.ts';

const AFTER_MS = 1_000;

/** To be called when the daemon serves; does not keep it running. */
export function settleSoon(stateDirectory: string): void {
  setTimeout(() => {
    void keepCompiledProgram(stateDirectory, import.meta.url).then(settleMemory);
  }, AFTER_MS).unref();
}
