/** The list of marks, with what it knows of PromQL, comes when there is one to be shown. */
import { lazyPage } from './lazy.tsx'

export const Marks = lazyPage(() => import('./marks.tsx').then(({ Marks }) => Marks), 'part')
