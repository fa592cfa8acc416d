/** What only shows after a click; one chunk, loaded with the first of them. */
export { DisplayPanel } from './DisplayPanel'
export { ExportPanel } from './ExportPanel'
export { Help } from './Help'
export { TimePanel } from './TimePanel'
export { ViewsPanel } from './ViewsPanel'
