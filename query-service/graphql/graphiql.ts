import type { FastifyInstance } from 'fastify'

const cdn = 'https://unpkg.com'

/**
 * GraphiQL at /graphiql. Its 4 MB are loaded from a content network, pinned by hash: as a dependency, it would add 54
 * MB and a hundred packages to every install. Only these files may run on the page, and it may connect only to this
 * server.
 */
export async function graphiql(scope: FastifyInstance): Promise<void> {
  scope.get('/graphiql', { exposeHeadRoute: false }, async (_request, reply) =>
    reply.type('text/html; charset=utf-8').header('content-security-policy', contentSecurityPolicy).send(page),
  )
  scope.get('/graphiql/start.js', { exposeHeadRoute: false }, async (_request, reply) => reply.type('text/javascript; charset=utf-8').send(start))
}

const contentSecurityPolicy = [
  "default-src 'none'",
  `script-src 'self' ${cdn}`,
  `style-src ${cdn} 'unsafe-inline'`,
  `font-src ${cdn} data:`,
  "img-src 'self' data:",
  "connect-src 'self'",
  "frame-ancestors 'none'",
].join('; ')

const scripts = [
  {
    path: 'react@18.3.1/umd/react.production.min.js',
    integrity: 'sha384-DGyLxAyjq0f9SPpVevD6IgztCFlnMF6oW/XQGmfe+IsZ8TqEiDrcHkMLKI6fiB/Z',
  },
  {
    path: 'react-dom@18.3.1/umd/react-dom.production.min.js',
    integrity: 'sha384-gTGxhz21lVGYNMcdJOyq01Edg0jhn/c22nsx0kyqP0TxaV5WVdsSH1fSDUf5YJj1',
  },
  {
    path: 'graphiql@3.8.3/graphiql.min.js',
    integrity: 'sha384-HbRVEFG0JGJZeAHCJ9Xm2+tpknBQ7QZmNlO/DgZtkZ0aJSypT96YYGRNod99l9Ie',
  },
]
const style = {
  path: 'graphiql@3.8.3/graphiql.min.css',
  integrity: 'sha384-Mq3vbRBY71jfjQAt/DcjxUIYY33ksal4cgdRt9U/hNPvHBCaT2JfJ/PTRiPKf0aM',
}

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>GraphiQL - Elves</title>
<style>body { margin: 0 } #graphiql { height: 100vh } #offline { font: 1rem sans-serif; padding: 2rem }</style>
<link rel="stylesheet" href="${cdn}/${style.path}" integrity="${style.integrity}" crossorigin="anonymous">
</head>
<body>
<div id="graphiql"><p id="offline">GraphiQL is loaded from ${cdn}. Without a way there, send queries to /graphql with any client.</p></div>
${scripts.map(({ path, integrity }) => `<script src="${cdn}/${path}" integrity="${integrity}" crossorigin="anonymous"></script>`).join('\n')}
<script src="/graphiql/start.js"></script>
</body>
</html>
`

const start = `if (window.GraphiQL) {
  const url = new URL('/graphql', location.href)
  const subscriptionUrl = new URL(url)
  subscriptionUrl.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  const fetcher = GraphiQL.createFetcher({ url: url.href, subscriptionUrl: subscriptionUrl.href })
  ReactDOM.createRoot(document.getElementById('graphiql')).render(React.createElement(GraphiQL, { fetcher }))
}
`
