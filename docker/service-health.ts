import process from 'node:process'

/**
 * Health check of a container: exit code 0 where the service on this port answers that it is ready. The slim images have
 * no curl.
 */
const port = Number(process.argv[2])
try {
  const response = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(4_000) })
  if (!response.ok) process.stderr.write(`${await response.text()}\n`)
  process.exitCode = response.ok ? 0 : 1
} catch (error) {
  process.stderr.write(`${String(error)}\n`)
  process.exitCode = 1
}
