import { stat } from 'node:fs/promises';
import { createServer } from 'node:net';

/**
 * Holds a directory for this process alone, from before its files are judged until the returned function is called;
 * undefined when another process holds it. LevelDB's own lock is not enough: it is taken while the database is opened,
 * which already changes what a damaged one holds.
 *
 * The lock is a name in Linux' abstract socket namespace, which the kernel frees whatever way the process ends. Between
 * network namespaces it does not hold; there LevelDB's lock must do.
 */
export async function lockDirectory(directory: string): Promise<(() => Promise<void>) | undefined> {
  const { dev, ino } = await stat(directory);
  const server = createServer((connection) => connection.destroy());
  return await new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen({ path: `\0twinlease-store-${dev}-${ino}`, exclusive: true }, () => {
      server.unref();
      resolve(() => new Promise((closed) => server.close(() => closed())));
    });
  });
}
