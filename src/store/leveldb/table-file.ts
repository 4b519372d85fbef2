import { open } from 'node:fs/promises';

/**
 * Reads table files, one at a time, always into the same memory: each file as an array of its own would make the collector run for every
 * few of them, which was a tenth of a start.
 */
export class TableFile {
  #room = new Uint8Array(0);

  /**
   * @returns what the file holds, valid until the next one is read
   * @throws what the file system says
   */
  async read(path: string): Promise<Uint8Array<ArrayBuffer>> {
    const file = await open(path);
    try {
      const { size } = await file.stat();
      if (size > this.#room.length) this.#room = new Uint8Array(size);
      let length = 0;
      while (length < size) {
        const { bytesRead } = await file.read(this.#room, length, size - length);
        if (bytesRead === 0) break;
        length += bytesRead;
      }
      return this.#room.subarray(0, length);
    } finally {
      await file.close();
    }
  }
}
