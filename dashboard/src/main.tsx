import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { loadPagesLater } from './routes.tsx'
import './styles.css'
import { preferences } from './words/preferences.ts'
import { speak } from './words/use-text.ts'

await speak(preferences().language)
createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
loadPagesLater()
