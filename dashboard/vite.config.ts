import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

/** The platform that the development server shows. */
const platform = process.env['ELVES_DASHBOARD_PLATFORM'] ?? 'http://127.0.0.1:4100'

/** Every page of the platform's own server is index.html; the development server leaves the nonce empty and has no policy. */
const nonceOfDevelopment: Plugin = {
  name: 'nonce-of-development',
  apply: 'serve',
  transformIndexHtml: (html) => html.replace('%NONCE%', ''),
}

/**
 * Some styles of Ant Design are added without the nonce that it is given, for example the one that a dialog locks the scroll bar with:
 * the policy of the page would refuse them. All go through this one function.
 */
const nonceOfAllStyles: Plugin = {
  name: 'nonce-of-all-styles',
  transform: {
    filter: { id: /@rc-component\/util\/es\/Dom\/dynamicCSS\.js/ },
    handler(code) {
      const given = 'if (csp?.nonce) {'
      if (!code.includes(given)) throw new Error('@rc-component/util gives styles their nonce in another way: see nonceOfAllStyles in vite.config.ts')
      const nonce = `document.querySelector('meta[name="csp-nonce"]')?.content`
      return { code: code.replace(given, `styleNode.nonce = ${nonce} ?? '';\n  ${given}`), map: null }
    },
  },
}

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), nonceOfDevelopment, nonceOfAllStyles],
  build: {
    target: 'es2023',
    outDir: 'dist',
    assetsDir: 'assets',
    // Nothing may be a data URL: the policy allows only files of our own.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 2000,
    rolldownOptions: {
      // GraphiQL's packages have directives for React's compiler.
      onLog: (level, log, handler) => (log.code === 'MODULE_LEVEL_DIRECTIVE' ? undefined : handler(level, log)),
      input: { page: join(import.meta.dirname, 'index.html'), graphiql: join(import.meta.dirname, 'graphiql.html') },
    },
  },
  server: {
    host: '127.0.0.1',
    port: 5173,
    // Without `changeOrigin`: the platform compares Host with Origin. The link with the token signs a browser in here, too.
    proxy: Object.fromEntries(
      ['^/\\?(.*&)?token=', '/graphql', '/audit/export', '/healthz', '/readyz', '/packages', '^/apps/.+/versions/'].map((path) => [
        path,
        { target: platform, ws: true },
      ]),
    ),
  },
})
