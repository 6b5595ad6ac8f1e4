/** A bare Node process that waits; reports its pid when ready. */
process.send?.(process.pid)
process.on('SIGTERM', () => process.exit(0))
setInterval(() => {}, 60_000)
