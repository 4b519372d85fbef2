/** How far something is: in one line that changes, where there is a screen; otherwise each tenth in a line of its own. */
import { surroundings } from '../surroundings.ts';
import { SCREEN_COLUMNS } from '../wrap.ts';

export function createProgress(): (text: string) => void {
  const { terminal, print: say } = surroundings();
  const isScreen = terminal.input.isTTY === true;
  let last = '';
  return (text) => {
    const shown = isScreen ? text : text.replace(/\d%/, '0%');
    if (shown === last) return;
    last = shown;
    if (!isScreen) say(`${text}\n`);
    // What goes on in the next row would stay there.
    else terminal.output.write(text === '' || text.startsWith('100%') ? '\r\u001b[K' : `\r\u001b[K${text.slice(0, SCREEN_COLUMNS - 1)}`);
  };
}

export function percent(share: number): string {
  return `${String(Math.floor(share * 100))}%`;
}

export function megabytes(octets: number): string {
  return (octets / 1_000_000).toFixed(1);
}
