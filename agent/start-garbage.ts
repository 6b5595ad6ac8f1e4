/** Beyond what a start takes, so that nothing of it is needed any more. */
const afterMs = 5_000

/**
 * Collects once what the start of the process left: 4 MB, which V8 would keep, because an agent that waits for tasks allocates too little for
 * it to collect by itself. The collection takes some 20 ms. It is done where the process was started with `--expose-gc`, as the package does.
 */
export function collectStartGarbage(): void {
  if (globalThis.gc) setTimeout(() => void globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' }), afterMs).unref()
}
