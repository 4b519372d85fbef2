import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { inDirectory } from '../control/in-directory.ts';

/** Who listens as root does on an appliance, and answers with what `answer` prints. */
export async function withRoot(answer: string, work: (room: string, directory: string) => Promise<void>): Promise<void> {
  await inDirectory(async (directory) => {
    const room = join(directory, 'privileged');
    await mkdir(room);
    execFileSync('mkfifo', [join(room, 'ask')]);
    const script = `exec 3<> "$1/ask"; echo listens; while read -r name errand word <&3; do { ${answer}; } > "$1/$name" 2>&1; done`;
    const service = spawn('sh', ['-c', script, 'sh', room], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      await once(service.stdout, 'data');
      await work(room, directory);
    } finally {
      service.kill('SIGKILL');
      await once(service, 'close');
    }
  });
}
