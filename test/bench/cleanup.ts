// What the bench leaves on the machine while it runs (processes, namespaces, mounts) is undone
// when it ends, however it ends.

const undoing: (() => void)[] = [];

/** Have `undo` run when the program ends, latest first. It must be synchronous. */
export function onEnd(undo: () => void): void {
  undoing.push(undo);
}

function undoAll(): void {
  for (let undo = undoing.pop(); undo !== undefined; undo = undoing.pop()) {
    try {
      undo();
    } catch (error) {
      process.stderr.write(`bench: cleaning up: ${String(error)}\n`);
    }
  }
}

process.on('exit', undoAll);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    process.exit(130);
  });
}
