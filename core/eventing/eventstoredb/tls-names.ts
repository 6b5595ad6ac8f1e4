import { isIP } from 'node:net'
import { checkServerIdentity, type PeerCertificate } from 'node:tls'
import { type ChannelCredentials, credentials } from '@grpc/grpc-js'

/** What a connection says as the server's name where it only has an IP address: TLS has no such names, and Node warns of them at every start. */
const nameOfNode = 'eventstoredb-node'

interface SecureCredentials {
  readonly verifyOptions?: object
  _createSecureConnector(target: { readonly path: string }, options: object, callCredentials: unknown): unknown
}

/**
 * Makes a client whose credentials keep IP addresses out of the names of TLS; the certificate is held against the address as before. The
 * client takes no credentials made by others where it reads a connection string, so those that it makes are caught.
 */
export function withoutAddressNames<Client>(make: () => Client): Client {
  const { createSsl } = credentials
  credentials.createSsl = (...given) => namedByHost(createSsl(...given))
  try {
    return make()
  } finally {
    credentials.createSsl = createSsl
  }
}

function namedByHost(made: ChannelCredentials): ChannelCredentials {
  const secure = made as unknown as SecureCredentials
  const connector = secure._createSecureConnector
  secure._createSecureConnector = (target, options, callCredentials) => {
    const host = target.path.replace(/:\d+$/, '').replace(/^\[|\]$/g, '')
    if (isIP(host) === 0) return connector.call(secure, target, options, callCredentials)
    const verifyOptions = { ...secure.verifyOptions, checkServerIdentity: (_: string, found: PeerCertificate) => checkServerIdentity(host, found) }
    const ofHost = Object.create(secure, { verifyOptions: { value: verifyOptions } }) as SecureCredentials
    return connector.call(ofHost, target, { ...options, 'grpc.ssl_target_name_override': nameOfNode }, callCredentials)
  }
  return made
}
