import swagger, { type StaticDocumentSpec } from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { type Endpoints, openApiDocument } from './openapi.ts'

const openApiPath = '/api/v2/openapi.json'
const openApiPagePath = '/api/v2/docs'

/** The OpenAPI document, and a page to read it. Nothing of the page comes from another host, and it sends no requests but for the document. */
export async function openApiDoors(server: FastifyInstance, endpoints: Endpoints): Promise<void> {
  const document = openApiDocument(endpoints)
  const text = JSON.stringify(document)
  server.get(openApiPath, { exposeHeadRoute: false }, async (_request, reply) => reply.type('application/json; charset=utf-8').send(text))
  await server.register(async (scope) => {
    await scope.register(swagger, { mode: 'static', specification: { document } as unknown as StaticDocumentSpec })
    await scope.register(swaggerUi, {
      routePrefix: openApiPagePath,
      staticCSP: contentSecurityPolicy,
      theme: { title: 'Elves, REST v2' },
      // Requests have to be signed, which the page can not do.
      uiConfig: { layout: 'BaseLayout', docExpansion: 'list', supportedSubmitMethods: [], validatorUrl: null, defaultModelsExpandDepth: -1 },
    })
  })
}

const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "frame-ancestors 'none'",
].join('; ')
