import { lazy } from 'react'

/*
 * What the first look at the page does not need: the details, and what only shows after
 * a click. The page's first load has its budget.
 */
export const SelectedDetails = lazy(() => import('./SelectedDetails'))

const menus = () => import('./menus')
export const DisplayPanel = lazy(async () => ({ default: (await menus()).DisplayPanel }))
export const ExportPanel = lazy(async () => ({ default: (await menus()).ExportPanel }))
export const Help = lazy(async () => ({ default: (await menus()).Help }))
export const TimePanel = lazy(async () => ({ default: (await menus()).TimePanel }))
export const ViewsPanel = lazy(async () => ({ default: (await menus()).ViewsPanel }))
