import { once } from 'node:events'
import { silentLogger } from '@elves/core/foundation/log.ts'
import { readSettings } from '@elves/core/foundation/read-settings.ts'
import { listen } from '@elves/core/http/listen.ts'
import { serviceServer } from '@elves/core/http/service-server.ts'
import { Registry } from 'prom-client'
import { expect, it } from 'vitest'
import { gatewayPath } from './link/gateway-path.ts'
import { acceptAgents } from './service-process.ts'
import { RawAgent } from './tests/raw-agent.ts'
import { until } from './tests/test-agent.ts'

it('lets go of every connection whose upgrade is refused, also of one that breaks off', async () => {
  const server = serviceServer({
    logger: silentLogger,
    registry: new Registry(),
    allowedHosts: [],
    webSocketPaths: [gatewayPath],
    readiness: async () => undefined,
  })
  const accepted: unknown[] = []
  acceptAgents(server.server, readSettings({}), (socket) => accepted.push(socket.terminate()))
  const url = await listen(server, { host: '127.0.0.1', port: 0, setting: 'ELVES_COMMAND_PORT' })
  const connections = () => new Promise<number>((resolve) => server.server.getConnections((_, count) => resolve(count)))
  // The client does not end the connection from its side: the server has to.
  const stranger = await RawAgent.upgraded(url, gatewayPath, 'evil.example')
  expect(stranger.answer).toBe('HTTP/1.1 403 Forbidden')
  for (let count = 0; count < 20; count++) {
    const broken = await RawAgent.dial(url)
    broken.socket.write('GET /gateway HTTP/1.1\r\nHost: evil.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
    broken.socket.resetAndDestroy()
    await once(broken.socket, 'close')
  }
  await until(async () => (await connections()) === 0, 'the end of all connections')
  stranger.drop()
  const agent = await RawAgent.upgraded(url, gatewayPath)
  expect(agent.answer).toBe('HTTP/1.1 101 Switching Protocols')
  await until(() => accepted.length === 1, 'the socket of the gateway')
  agent.drop()
  await server.close()
})
