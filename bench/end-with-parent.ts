/**
 * Loaded first by each process that is forked here: when whoever forked it is gone, also by a kill -9, it has nobody left to
 * work for. Where there is setpriv the system itself ends it; this is for where there is none.
 */
process.once('disconnect', () => process.exit(1))
