/** Imports all code of a standalone center, so that it is in the compile cache; starts nothing. */
import './main.ts'
import './standalone.ts'
import './center.ts'
import './runner/runner.ts'
import '@elves/projection-service/thread/projections-in-thread.ts'

// Outside a thread it ends with an error, after it was compiled.
await import('@elves/projection-service/thread/thread-main.ts').catch(() => undefined)
