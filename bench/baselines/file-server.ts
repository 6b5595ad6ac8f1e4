import { createReadStream } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pipeline } from 'node:stream/promises'

/** `file-server.ts FILE`: a plain HTTP server that answers each request with the file; reports its port. */
const [path = ''] = process.argv.slice(2)
const server = createServer((_request, response) => void pipeline(createReadStream(path), response).catch(() => response.destroy()))
server.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, () => process.send?.((server.address() as AddressInfo).port))
process.on('SIGTERM', () => process.exit(0))
