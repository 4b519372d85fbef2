/** Shell completion: `source <(twinlease complete bash)`, and the same for zsh and fish. */
import tab from '@bomb.sh/tab/commander';
import type { Command } from 'commander';

/** Must come after every other command: what is added later is not completed. */
export function addCompletion(program: Command): void {
  tab(program);
}
