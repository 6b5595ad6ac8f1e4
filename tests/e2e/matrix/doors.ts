import { contract } from '../rest-v2-contract.ts'
import type { Line } from './lines.ts'

/** By method and route. ELSEWHERE: each request says what it is about, and other tests ask it. AGENTS: no person is let in, whatever he may. */
export type DoorLine = Line | 'ELSEWHERE' | 'AGENTS'

const pages = '/ /run /tasks /tasks/:id /approvals /queues /queues/:id /schedules /agents /agents/:id /apps /access /audit /system /me'.split(' ')
const gets = (line: DoorLine, routes: readonly string[]): [string, DoorLine][] => routes.map((route) => [`GET ${route}`, line])

/** Of every service. What they tell is no secret; where the port is open to other hosts, ELVES_ALLOWED_HOSTS says who comes near. */
const ofEveryService = gets('GUESTS', ['/healthz', '/readyz', '/metrics'])

/** What query-service and standalone serve to people, scripts and new agents. */
export const doorsOfPeople = new Map<string, DoorLine>([
  ...ofEveryService,
  // The pages are the same for everybody: what they show comes by GraphQL.
  ...gets('GUESTS', [...pages, '/assets/*', '/icon.svg', '/graphiql']),
  ['GET /graphql', 'ELSEWHERE'],
  ['POST /graphql', 'ELSEWHERE'],
  ...Object.keys(contract).flatMap((name): [string, DoorLine][] => [
    [`GET /api/v2/${name}`, 'ELSEWHERE'],
    [`POST /api/v2/${name}`, 'ELSEWHERE'],
  ]),
  ['GET /api/v2/*', 'GUESTS'],
  ['POST /api/v2/*', 'GUESTS'],
  ...gets('GUESTS', ['/api/v2/openapi.json', '/api/v2/docs']),
  ['GET /audit/export', ['AUDIT']],
  ['PUT /apps/:app/versions/:version', ['MANAGE_APPS']],
  ['GET /apps/:app/versions/:version/package', ['MANAGE_APPS', 'AUDIT']],
  // A host that is no agent yet asks them; an agent joins only with a token.
  ...gets('GUESTS', ['/agent/install.sh', '/agent/gateway', '/agent/packages/SHA256SUMS', '/agent/packages/:file']),
])

/** The door of agents, in standalone and in the gateways of a cluster: an agent proves who it is in its first message. */
export const doorsOfAgents = new Map<string, DoorLine>([
  ...ofEveryService,
  ['GET /gateway', 'ELSEWHERE'],
  ['GET /gateway/apps/:app/versions/:version/package', 'AGENTS'],
])

/** A library's page of a document that everybody may read. */
const ofDocumentation = /^GET \/api\/v2\/docs\//

/** Returns every method and route of a service that is running, as itself tells them: its metrics have each route, and it says which methods one takes. */
export async function routesOf(url: string): Promise<readonly string[]> {
  const metrics = await (await fetch(`${url}/metrics`)).text()
  const routes = new Set([...metrics.matchAll(/^elves_http_requests_total\{route="([^"]*)"/gm)].map(([, route = '']) => route))
  routes.delete('none')
  const found = await Promise.all(
    [...routes].map(async (route) => {
      // The pattern itself is an address of the route.
      const response = await fetch(`${url}${route}`, { method: 'DELETE' })
      const allowed = response.headers.get('allow')
      if (allowed === null) throw new Error(`DELETE ${route} is answered ${response.status}, without the methods that it takes`)
      return allowed.split(', ').map((method) => `${method} ${route}`)
    }),
  )
  return found.flat().filter((door) => !door.startsWith('HEAD ') && !ofDocumentation.test(door))
}

/** Returns an address of a route. */
export function addressOf(route: string): string {
  return route.replaceAll(/:\w+/g, 'nothing').replace('*', 'nothing')
}
