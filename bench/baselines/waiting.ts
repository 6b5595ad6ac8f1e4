/** A bare Node that waits; tells its pid when ready. */
process.send?.(process.pid)
process.on('SIGTERM', () => process.exit(0))
setInterval(() => {}, 60_000)
