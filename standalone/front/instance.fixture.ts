import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** An instance in its own process, which a test may stop. */
const server = createServer((_request, response) => response.end('hanging')).listen(0, '127.0.0.1', () => {
  process.send?.((server.address() as AddressInfo).port)
})
process.once('disconnect', () => process.exit())
