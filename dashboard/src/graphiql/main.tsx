import { createGraphiQLFetcher } from '@graphiql/toolkit'
import { GraphiQL } from 'graphiql'
import { createRoot } from 'react-dom/client'
import 'graphiql/graphiql.css'
import './graphiql-page.css'

const url = new URL('/graphql', location.href)
const subscriptionUrl = new URL(url)
subscriptionUrl.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
const fetcher = createGraphiQLFetcher({ url: url.href, subscriptionUrl: subscriptionUrl.href })
createRoot(document.getElementById('graphiql') as HTMLElement).render(<GraphiQL fetcher={fetcher} />)
