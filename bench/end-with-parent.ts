/**
 * Each process that the benchmarks fork loads this first: it ends the process when its parent is gone, also after a kill -9.
 * Where there is setpriv, the system itself does that; this file is for systems without it.
 */
process.once('disconnect', () => process.exit(1))
