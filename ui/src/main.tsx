/** Starts the UI: the four things that live as long as the page, then the frame. */
import { render } from 'preact'
import './styles/tokens.css'
import './styles/base.css'
import { Frame } from './pages/frame.tsx'
import { listenToKeys } from './state/keys.ts'
import { followLinks } from './state/location.ts'
import { applyTheme } from './state/preferences.ts'
import { keepLive } from './state/range.ts'
import { watchStatus } from './state/status.ts'

applyTheme()
followLinks()
listenToKeys()
keepLive()
watchStatus()
render(<Frame />, document.getElementById('app')!)
