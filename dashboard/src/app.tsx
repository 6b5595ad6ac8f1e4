import { QueryClientProvider } from '@tanstack/react-query'
import { ConfigProvider } from 'antd'
import enUS from 'antd/locale/en_US'
import zhCN from 'antd/locale/zh_CN'
import { useLayoutEffect } from 'react'
import { RouterProvider } from 'react-router'
import { queries } from './graphql/use-query.ts'
import { router } from './routes.tsx'
import { themeOf } from './theme.ts'
import { usePreferences } from './words/preferences.ts'

/** The policy of the page allows only styles with the nonce that its answer had. */
const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? ''

export function App() {
  const { language, theme } = usePreferences()
  useLayoutEffect(() => {
    document.documentElement.dataset['theme'] = theme
  }, [theme])
  return (
    <ConfigProvider locale={language === 'zh' ? zhCN : enUS} theme={themeOf(theme)} csp={{ nonce }} button={{ autoInsertSpace: false }}>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </ConfigProvider>
  )
}
