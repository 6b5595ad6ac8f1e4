/** Path of the gateway on the server that has it; the packages of apps are below it. */
export const gatewayPath = '/gateway'
